"""Forms of sourcing."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField, QuantityField
from terrace.http.photos import PhotoField
from terrace.http.workbooks import GivenRow, WorkbookField, read
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _, in_language
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import name_key
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission, Status
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.services import PriceGiven, Terms, ToMany, Unlikely, UnlikelyPrice
from terrace.sourcing.services.price_rows import SHEET
from terrace.sourcing.services.prices import LONGEST_SOURCE

MOST_IN_SELECT = 300
"""With more parties than a select can hold, they are searched for."""
MOST_FOUND = 20
USUAL_DAYS = timedelta(days=6)


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


class PartyChooser:
    """Lets a form name a party: from a list, or where that were too long by words that the server searches with.

    It needs no script: what was typed is sent, and where it is not plainly one
    party's name or number, the form comes back with those whom it fits.
    """

    def __init__(self, form: forms.Form, actor: Actor, parties: QuerySet[Party]) -> None:
        self.form, self.actor, self.parties = form, actor, parties
        known = list(parties[: MOST_IN_SELECT + 1])
        self.searches = len(known) > MOST_IN_SELECT
        if not self.searches:
            choices = [(party.number, party.name) for party in known]
            offer(form, "party", choices if len(choices) == 1 else [("", _("Choose")), *choices])
            return
        form.fields["party"] = forms.CharField(
            label=_("For whom"),
            max_length=120,
            help_text=_("Type a name, its first letters, the last digits of a phone, or a number of the register."),
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        named = form.initial.get("party") and parties.filter(number=form.initial["party"]).first()
        if named:
            self._offer([named])

    def chosen(self, text: str) -> str:
        """Return the number of the party that `text` names; else offer those whom it fits, and ask."""
        if not self.searches:
            return text
        found = list(registry.search(self.actor, self.parties, text)[: MOST_FOUND + 1])
        plain = [p for p in found if p.number == text.upper() or p.name_key == name_key(text)]
        if len(plain) == 1:
            self._offer(plain)
            return plain[0].number
        if not found:
            raise forms.ValidationError(_("Nobody fits this. Try the name alone, or the last digits of the phone."))
        if len(found) > MOST_FOUND:
            raise forms.ValidationError(_("More than %(most)d fit this. Type more of it.") % {"most": MOST_FOUND})
        self._offer(found)
        raise forms.ValidationError(_("Choose who it is, then send the form again."))

    def _offer(self, found: Sequence[Party]) -> None:
        """Show those who were found instead of the line to type in; a single one is chosen already."""
        places = network.names_of({party.area_id for party in found})
        choices = [(p.number, f"{p.name} · {in_language(places.get(p.area_id, {}))} · {p.number}") for p in found]
        alone = len(choices) == 1
        field = self.form.fields["party"]
        field.help_text = ""
        field.widget = forms.Select(
            choices=[*choices, ("", _("Somebody else"))] if alone else [("", _("Choose")), *choices]
        )
        field.widget.is_required = not alone  # sent empty, the line to type in comes back


BOXES = {Unlikely.code: "sure", UnlikelyPrice.code: "sure_of_price", ToMany.code: "sure"}
"""Which box answers which question."""


class AskingForm(ActForm):
    """A form whose act may ask back: then the box that confirms the value stands beside the question."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for box in BOXES.values():
            if self.is_bound and box in self.fields and self[box].data:
                self._offer_box(box)

    def add_error(self, field: str | None, error: Any) -> None:
        """Offer the box that confirms the value beside the question whether it is right."""
        super().add_error(field, error)
        if box := BOXES.get(getattr(error, "code", "")):
            self._offer_box(box)

    def _offer_box(self, box: str) -> None:
        self.fields[box].widget = forms.CheckboxInput()


class NoticeForm(AskingForm):
    """What supply and demand notices ask for, for one product that was chosen before."""

    party = forms.ChoiceField(label=_("For whom"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    quantity = QuantityField(label=_("Quantity"))
    sure = forms.BooleanField(label=_("Yes, it is really so much"), required=False, widget=forms.HiddenInput)
    opens_on = DayField(label=_("First day"))
    closes_on = DayField(label=_("Last day"))
    price = MoneyField(label=_("Price"), required=False)
    sure_of_price = forms.BooleanField(label=_("Yes, the price is right"), required=False, widget=forms.HiddenInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        *args: Any,
        product: Product,
        actor: Actor,
        parties: QuerySet[Party],
        notice: NoticeRow | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.unit = Unit(product.unit)
        if notice is None:
            self.chooser = PartyChooser(self, actor, parties)
        else:
            del self.fields["party"]
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=notice.version)
        varieties = [(v.code, in_language(v.names)) for v in catalog.varieties_of(product.pk)]
        offer(self, "variety", [("", _("Any")), *varieties])
        self.fields["quantity"].widget.attrs["data-unit"] = self.unit.label
        self.fields["price"].help_text = _("For one %(unit)s. Leave empty if you do not know yet.") % {
            "unit": self.unit.one
        }

    def keep_files(self) -> None:
        """Keep for the next sending what no browser sends again by itself: the form is refused."""

    def clean_party(self) -> str:
        """Return the number of the party that was chosen or found."""
        return self.chooser.chosen(self.cleaned_data["party"])

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
            sure=values["sure"],
            sure_of_price=values["sure_of_price"],
        )


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
        self.photo_field.owner = kwargs["actor"].person_id

    @property
    def photo_field(self) -> PhotoField:
        """The field of the photo, this form's own."""
        return cast(PhotoField, self.fields["photo"])

    def keep_files(self) -> None:
        """Keep the photo, if one came that can be used."""
        self.photo_field.keep(self.cleaned_data.get("photo"))


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
    """Filters of the notices' lists; `own` is there for who speaks for a party."""

    text = forms.CharField(label=_("Number or name"), required=False, max_length=80)
    product = forms.ChoiceField(label=_("Product"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *Status.choices()])
    area = forms.ChoiceField(label=_("Area"), required=False)
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)
    own = forms.BooleanField(label=_("Only our own"), required=False)

    def __init__(self, *args: Any, actor: Actor, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        offer(self, "product", [("", _("All")), *product_choices()])
        offer(self, "area", [("", _("All")), *areas])
        if not actor.parties:
            del self.fields["own"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return queries.narrowed(rows, self.actor, **self.given())


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


class AdviceForm(AskingForm):
    """Advice to the stations and points of an area."""

    area = forms.ChoiceField(label=_("To all stations and points in"))
    sure = forms.BooleanField(label=_("Yes, to all of them"), required=False, widget=forms.HiddenInput)
    product = forms.ChoiceField(label=_("About"), required=False)
    title = forms.CharField(label=_("In one line"), max_length=120)
    text = forms.CharField(label=_("Advice"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas if len(areas) == 1 else [("", _("Choose")), *areas])
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


class PriceForm(AskingForm):
    """The market price of a product on a day."""

    product = forms.ChoiceField(label=_("Product"))
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    on = DayField(label=_("Day"))
    area = forms.ChoiceField(label=_("Market"))
    price = MoneyField(label=_("Price"), help_text=_("For one kg, litre or piece, as the product is traded."))
    sure_of_price = forms.BooleanField(label=_("Yes, the price is right"), required=False, widget=forms.HiddenInput)
    source = forms.CharField(label=_("Source"), required=False, max_length=LONGEST_SOURCE)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", areas)
        offer(self, "product", [("", _("Choose")), *product_choices()])
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
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        given = self.given()
        if "text" in given:
            rows = rows.filter(product__in=[product.pk for product in catalog.search_products(given["text"])])
        return queries.prices_narrowed(rows, first=given.get("first"), last=given.get("last"))
