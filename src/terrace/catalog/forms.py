"""Forms of the catalogue."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dates import MONTHS

from terrace.catalog import queries
from terrace.catalog.domain import (
    LONGEST_CODE,
    LONGEST_NAME,
    Category,
    Keeping,
    ProductTerms,
    Season,
    Storage,
)
from terrace.catalog.models import Product
from terrace.http.forms import ActForm, DegreesField, FilterForm, PermilleField, QuantityField, VersionForm, WholeField
from terrace.kernel import clock
from terrace.kernel.db import found_by
from terrace.kernel.deployment import current
from terrace.kernel.errors import Stale
from terrace.kernel.languages import name_of_language
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _

MOST_DAYS = 3650


def code_field() -> forms.CharField:
    """Return the field for a code, which is for ever."""
    return forms.CharField(
        label=_("Code"),
        max_length=LONGEST_CODE,
        help_text=_("Small letters, digits and hyphens. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )


def month_field(label: Text, *, required: bool = True) -> forms.TypedChoiceField:
    """Return a field for a month of the year."""
    empty = [] if required else [("", _("As the product"))]
    choices = [*empty, *MONTHS.items()]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=required)


def gtin_field() -> forms.CharField:
    """Return the field for the number that a product or pack has at GS1, if it has one."""
    return forms.CharField(
        label=_("GTIN"),
        max_length=20,
        required=False,
        help_text=_("The number below its bar code. Without one, labels bear a number that is known only here."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class NamedForm(ActForm):
    """A form of something that has a name in every language of the installation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in current().languages:
            label = _("Name in %(language)s") % {"language": name_of_language(language)}
            self.fields[f"name_{language}"] = forms.CharField(label=label, max_length=LONGEST_NAME)
        self.order_fields(["code", *(f"name_{language}" for language in current().languages)])

    def names(self) -> Names:
        """Return the names by language."""
        return {language: self.cleaned_data[f"name_{language}"] for language in current().languages}


class ProductForm(NamedForm):
    """What the catalogue says of a product; for a new one also its code and unit, which stay."""

    code = code_field()
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices())
    unit = forms.ChoiceField(
        label=_("Unit of trade"),
        choices=Unit.choices(),
        help_text=_("Everything is counted in it, so it cannot be changed later."),
    )
    season_from = month_field(_("Season from"))
    season_to = month_field(_("Season until"))
    storage = forms.ChoiceField(label=_("Storage"), choices=Storage.choices())
    min_celsius = DegreesField(label=_("Lowest temperature"), required=False)
    max_celsius = DegreesField(label=_("Highest temperature"), required=False)
    keeps_days = WholeField(label=_("Keeps for"), min_value=1, max_value=MOST_DAYS)
    moisture_matters = forms.BooleanField(label=_("Its moisture decides the price"), required=False)
    standard_moisture = PermilleField(
        label=_("Standard moisture"),
        required=False,
        help_text=_("The water in goods that prices are quoted at. Wetter goods are paid as if they were dried to it."),
    )
    hs_code = forms.CharField(
        label=_("HS code"),
        max_length=6,
        help_text=_("Six digits of the Harmonized System, as customs use it."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    gtin = gtin_field()
    illustration = forms.ChoiceField(label=_("Illustration"), required=False)

    def __init__(self, *args: Any, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        drawings = [(name, name.removesuffix(".svg")) for name in sorted(queries.illustrations())]
        cast(forms.ChoiceField, self.fields["illustration"]).choices = [("", _("None yet")), *drawings]
        for language in current().languages:
            label = _("Note on its origin in %(language)s") % {"language": name_of_language(language)}
            self.fields[f"origin_{language}"] = forms.CharField(label=label, max_length=200, required=False)
        for name, unit in (("min_celsius", "°C"), ("max_celsius", "°C"), ("keeps_days", _("days"))):
            self.fields[name].widget.attrs["data-unit"] = unit
        if product:
            del self.fields["code"], self.fields["unit"]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=product.version)

    @property
    def version(self) -> int:
        """The version of the product that the form was made from."""
        return int(self.cleaned_data["version"])

    def terms(self) -> ProductTerms:
        """Return what the form says."""
        values = self.values
        notes = {language: values[f"origin_{language}"] for language in current().languages}
        return ProductTerms(
            names=self.names(),
            category=Category(values["category"]),
            unit=Unit(self.product.unit if self.product else values["unit"]),
            hs_code=values["hs_code"],
            season=Season(values["season_from"], values["season_to"]),
            keeping=Keeping(
                Storage(values["storage"]), values["keeps_days"], values["min_celsius"], values["max_celsius"]
            ),
            moisture_matters=values["moisture_matters"],
            standard_moisture=values["standard_moisture"],
            gtin=values["gtin"],
            illustration=values["illustration"],
            origin_note={language: note for language, note in notes.items() if note},
        )


def initial_of(product: Product) -> dict[str, Any]:
    """Return what a form shows that changes `product`."""
    plain = {name: getattr(product, name) for name in ProductForm.base_fields if hasattr(product, name)}
    names = {f"name_{language}": name for language, name in product.names.items()}
    notes = {f"origin_{language}": product.origin_note.get(language, "") for language in current().languages}
    return {**plain, **names, **notes}


def seen_version(sent: QueryDict) -> int:
    """Return the version of the product that the button was drawn from; raise `Stale` when none came along."""
    form = VersionForm(sent)
    if not form.is_valid():
        raise Stale
    return int(form.values["version"])


class VarietyForm(NamedForm):
    """A new variety, with its own season where it differs from the product's."""

    code = code_field()
    season_from = month_field(_("Season from"), required=False)
    season_to = month_field(_("Season until"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a season."""
        values = super().clean() or {}
        for name, other in (("season_from", "season_to"), ("season_to", "season_from")):
            if values.get(other) and not values.get(name):
                self.add_error(name, forms.ValidationError(_("Choose both months, or neither.")))
        return values

    def season(self) -> Season | None:
        """Return its own season, None where it is the product's."""
        first, last = self.cleaned_data["season_from"], self.cleaned_data["season_to"]
        return Season(first, last) if first and last else None


class PackForm(NamedForm):
    """A new pack of a product."""

    code = code_field()
    content = QuantityField(label=_("Content"))
    gtin = gtin_field()

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["content"].widget.attrs["data-unit"] = unit.label

    def content_of(self) -> Quantity:
        """Return the content; raises `Invalid` when it is finer than a step of the unit, or nothing."""
        return QuantityField.of(self.cleaned_data["content"], self.unit, field="content")


class GtinForm(VersionForm):
    """The number of a pack."""

    gtin = gtin_field()


class ProductFilter(FilterForm):
    """Filters of the catalogue."""

    text = forms.CharField(label=_("Name or pinyin"), required=False)
    category = forms.ChoiceField(
        label=_("Category"), required=False, choices=lambda: [("", _("All")), *Category.choices()]
    )
    in_season = forms.BooleanField(label=_("In season now"), required=False)
    view = forms.CharField(widget=forms.HiddenInput, required=False)

    def given(self) -> dict[str, Any]:
        """Return the filters that narrow the list: how it is shown is none."""
        return {name: value for name, value in super().given().items() if name != "view" and value is not False}

    def narrow(self, rows: QuerySet[Product]) -> QuerySet[Product]:
        """Return the products that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(found_by(given["text"]))
        if "category" in given:
            rows = rows.filter(category=given["category"])
        if "in_season" in given:
            rows = rows.filter(queries.in_season_in(clock.today().month))
        return rows
