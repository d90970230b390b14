"""Forms of sourcing."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http.forms import ActForm, FilterForm, MoneyField, QuantityField
from terrace.http.photos import PhotoField
from terrace.http.workbooks import GivenRow, WorkbookField, read
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission, Status
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.services import PriceGiven, Terms
from terrace.sourcing.services.prices import LONGEST_SOURCE, SHEET

MOST_IN_SELECT = 300
"""With more parties than a select can hold, the number of the party is typed or chosen from suggestions."""
USUAL_DAYS = timedelta(days=6)


def day_field(label: Text, **options: Any) -> forms.DateField:
    """Return a field for a day, with the phone's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def product_choices() -> list[tuple[str, str]]:
    """Return the traded products as choices, by name in the reader's language."""
    return [(p.code, in_language(p.names)) for p in catalog.by_name(catalog.products())]


def variety_choices() -> list[tuple[str, Any]]:
    """Return the traded varieties as choices `apple/fuji`, in a group for each product that has any."""
    products = catalog.by_name(catalog.products())
    varieties = catalog.varieties_of_all(product.pk for product in products)
    return [
        (in_language(p.names), [(f"{p.code}/{v.code}", in_language(v.names)) for v in varieties[p.pk]])
        for p in products
        if varieties.get(p.pk)
    ]


def offer(form: forms.Form, name: str, choices: list[tuple[str, Any]]) -> None:
    """Give the choice field `name` of `form` its choices."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class NoticeForm(ActForm):
    """What supply and demand notices ask for, for one product that was chosen before."""

    party = forms.ChoiceField(label=_("For whom"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    quantity = QuantityField(label=_("Quantity"))
    opens_on = day_field(_("First day"))
    closes_on = day_field(_("Last day"))
    price = MoneyField(label=_("Price"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, *args: Any, product: Product, parties: QuerySet[Party], notice: NoticeRow | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.unit = Unit(product.unit)
        if notice is None:
            self._offer_parties(parties)
        else:
            del self.fields["party"]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=notice.version)
        varieties = [(v.code, in_language(v.names)) for v in catalog.varieties_of(product.pk)]
        offer(self, "variety", [("", _("Any")), *varieties])
        self.fields["quantity"].widget.attrs["data-unit"] = self.unit.label
        self.fields["price"].help_text = _("For one %(unit)s. Leave empty if you do not know yet.") % {
            "unit": self.unit.one
        }

    def _offer_parties(self, parties: QuerySet[Party]) -> None:
        known = list(parties[: MOST_IN_SELECT + 1])
        if len(known) > MOST_IN_SELECT:
            self.fields["party"] = forms.CharField(label=_("Number of the producer or buyer"), max_length=20)
            return
        choices = [(party.number, party.name) for party in known]
        offer(self, "party", choices if len(choices) == 1 else [("", _("Choose")), *choices])

    @property
    def version(self) -> int:
        """The version of the notice that the form was made from."""
        return int(self.cleaned_data["version"])

    def terms(self) -> Terms:
        """Return what the form says; raises `Invalid` at the field that is too fine or zero."""
        values = self.values
        return Terms(
            product=self.product.code,
            variety=values["variety"],
            quantity=QuantityField.of(values["quantity"], self.unit),
            opens_on=values["opens_on"],
            closes_on=values["closes_on"],
            price=values["price"],
            note=values["note"],
        )


class WithdrawForm(ActForm):
    """The question before a notice ends; it names the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SupplyForm(NoticeForm):
    """What will be for sale."""

    photo = PhotoField(
        label=_("Photo"),
        required=False,
        help_text=_("It is made smaller, and where it was taken is removed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].label = _("Asking price")
        self.fields["note"].help_text = _("Every buyer reads this: write no names and no telephone numbers.")
        if getattr(kwargs.get("notice"), "photo", ""):
            self.fields["drop_photo"] = forms.BooleanField(label=_("Take the photo away"), required=False)


class DemandForm(NoticeForm):
    """What is wanted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["price"].label = _("Price you would pay")
        self.fields["note"].help_text = _("Every producer and service point reads this.")


def initial_of(notice: NoticeRow) -> dict[str, Any]:
    """Return what a form shows that changes `notice`."""
    variety = catalog.varieties_by_id([notice.variety_id]).get(notice.variety_id) if notice.variety_id else None
    return {
        "variety": variety.code if variety else "",
        "quantity": f"{notice.quantity.amount.normalize():f}",
        "opens_on": notice.opens_on,
        "closes_on": notice.closes_on,
        "price": notice.price,
        "note": notice.note,
    }


def initial_window(today: date) -> dict[str, date]:
    """Return the window that a new notice most often has: the coming seven days."""
    return {"opens_on": today, "closes_on": today + USUAL_DAYS}


class NoticeFilter(FilterForm):
    """Filters of the notices' lists."""

    product = forms.ChoiceField(label=_("Product"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *Status.choices()])
    area = forms.ChoiceField(label=_("Area"), required=False)
    first = day_field(_("From"), required=False)
    last = day_field(_("Until"), required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "product", [("", _("All")), *product_choices()])
        offer(self, "area", [("", _("All")), *areas])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return queries.narrowed(rows, **self.given())


class CallFilter(FilterForm):
    """Filters of the list of calls worth making."""

    product = forms.ChoiceField(label=_("Product"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "product", [("", _("All")), *product_choices()])
        offer(self, "area", [("", _("All")), *areas])

    def paths(self, actor: Actor) -> Collection[str]:
        """Return the path of the area that was chosen, else of every area that the actor sees by a post."""
        area = self.given().get("area")
        return [network.get_area(area).path] if area else actor.paths(Permission.VIEW)

    def product_id(self) -> int | None:
        """Return the product that was chosen, None for all."""
        code = self.given().get("product")
        return catalog.get_product(code).pk if code else None


class AdviceForm(ActForm):
    """Advice to the stations and points of an area."""

    area = forms.ChoiceField(label=_("To all stations and points in"))
    product = forms.ChoiceField(label=_("About"), required=False)
    title = forms.CharField(label=_("In one line"), max_length=120)
    text = forms.CharField(label=_("Advice"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas)
        offer(self, "product", [("", _("Anything")), *product_choices()])


class AdviceFilter(FilterForm):
    """Filters of the list of advice."""

    text = forms.CharField(label=_("Text"), required=False)
    waiting = forms.BooleanField(label=_("Only what waits for you"), required=False)

    def narrow(self, rows: QuerySet[Any], waiting: Collection[int]) -> QuerySet[Any]:
        """Return the rows that the given filters leave; `waiting` are the ids that the reader has to take note of."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(Q(title__icontains=given["text"]) | Q(text__icontains=given["text"]))
        return rows.filter(pk__in=waiting) if given.get("waiting") else rows


class ReceiptFilter(FilterForm):
    """Filters of the units that a piece of advice reached."""

    waiting = forms.BooleanField(label=_("Only who still has to take note"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return rows.filter(acknowledged_at__isnull=True) if self.given().get("waiting") else rows


class PriceForm(ActForm):
    """The market price of a product on a day."""

    product = forms.ChoiceField(label=_("Product"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    on = day_field(_("Day"))
    area = forms.ChoiceField(label=_("Market"))
    price = MoneyField(label=_("Price"), help_text=_("For one kg, litre or piece, as the product is traded."))
    source = forms.CharField(label=_("Source"), required=False, max_length=LONGEST_SOURCE)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas)
        offer(self, "product", product_choices())
        offer(self, "variety", [("", _("No variety named")), *variety_choices()])

    def given(self) -> PriceGiven:
        """Return the price that was entered; raises `Invalid` for another product's variety."""
        values = self.values
        product, _stroke, variety = values.pop("variety").partition("/")
        if variety and product != values["product"]:
            raise Invalid(_("This product has no such variety."), field="variety")
        return PriceGiven(**values, variety=variety)


class PriceFileForm(ActForm):
    """A sheet of reference prices."""

    file = WorkbookField()

    def rows(self) -> list[GivenRow]:
        """Return the rows of the file; raises `Invalid` when it cannot be read."""
        return read(self.cleaned_data["file"], SHEET)


class PriceFilter(FilterForm):
    """Filters of the list of reference prices."""

    text = forms.CharField(label=_("Product"), required=False)
    first = day_field(_("From"), required=False)
    last = day_field(_("Until"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(product__in=[product.pk for product in catalog.search_products(given["text"])])
        if "first" in given:
            rows = rows.filter(on__gte=given["first"])
        if "last" in given:
            rows = rows.filter(on__lte=given["last"])
        return rows
