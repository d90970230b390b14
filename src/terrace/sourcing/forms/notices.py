"""Forms of supply and demand, and what narrows their lists."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http.forms import DayField, FilterForm, MoneyField, QuantityField
from terrace.http.photos import PhotoField, PhotosForm
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _, in_language
from terrace.network import queries as network
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission, Status
from terrace.sourcing.forms.choosing import AskingForm, PartyChooser, offer, product_choices
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.services import Terms

USUAL_DAYS = timedelta(days=6)


class NoticeForm(PhotosForm, AskingForm):
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
        self.let_wait_for(kwargs["actor"].person_id)


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
