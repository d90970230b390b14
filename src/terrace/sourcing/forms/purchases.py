"""What the scales' page asks for, voiding, and what narrows the list of purchases."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import written
from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField, PermilleField, QuantityField
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import PaidState, PayRule
from terrace.sourcing.forms.choosing import AskingForm, PartyChooser, offer, product_choices
from terrace.sourcing.models import SupplyNotice
from terrace.sourcing.services import LONGEST_REASON, PurchaseGiven


class PurchaseForm(AskingForm):
    """What was weighed of one producer's product, and who buys it at what price."""

    gross = QuantityField(label=_("On the scales"), help_text=_("Goods and crates together."))
    tare = QuantityField(label=_("Crates and sacks"), required=False, help_text=_("Leave empty where there are none."))
    count = QuantityField(label=_("Quantity"))
    moisture = PermilleField(label=_("Moisture measured"))
    sure = forms.BooleanField(label=_("Yes, the weight is right"), required=False, widget=forms.HiddenInput)
    variety = forms.ChoiceField(label=_("Variety"), required=False)
    price = MoneyField(label=_("Price"))
    sure_of_price = forms.BooleanField(label=_("Yes, the price is right"), required=False, widget=forms.HiddenInput)
    buyer = forms.ChoiceField(label=_("Bought by"))
    pay_rule = forms.ChoiceField(label=_("When it is paid"), choices=PayRule.choices())
    notice = forms.ChoiceField(label=_("From the supply that was recorded"), required=False)
    ends_notice = forms.BooleanField(
        label=_("That is all there is of it"), required=False, help_text=_("Then the recorded supply ends with this.")
    )
    harvested_on = DayField(label=_("Harvested on"), required=False)
    unit = forms.ChoiceField(label=_("Weighed at"))

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        product: Product,
        units: Sequence[ServiceUnit],
        buyers: QuerySet[Party],
        notices: Sequence[SupplyNotice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.measure = Unit(product.unit)
        self.chooser = PartyChooser(self, actor, buyers, "buyer")
        self._fit_to(product)
        offer(self, "unit", [(unit.number, in_language(unit.names)) for unit in units])
        self._offer_notices(notices)

    def _fit_to(self, product: Product) -> None:
        """Ask for what this product is weighed or counted by, and for its moisture where that decides the price."""
        unused = ["count"] if self.measure is Unit.KILOGRAM else ["gross", "tare"]
        varieties = [(v.code, in_language(v.names)) for v in catalog.varieties_of(product.pk)]
        if product.standard_moisture is None:
            unused.append("moisture")
        else:
            standard = f"{Decimal(product.standard_moisture).scaleb(-1).normalize():f}"
            told = _("The price is for goods with %(percent)s %% of water.") % {"percent": standard}
            self.fields["moisture"].help_text = told
        if not varieties:
            unused.append("variety")
        for name in unused:
            del self.fields[name]
        if varieties:
            offer(self, "variety", [("", _("Not named")), *varieties])
        for name in {"gross", "tare", "count"} - set(unused):
            self.fields[name].widget.attrs["data-unit"] = self.measure.label
        self.fields["price"].help_text = _("For one %(unit)s.") % {"unit": self.measure.one}

    def _offer_notices(self, notices: Sequence[SupplyNotice]) -> None:
        if not notices:
            del self.fields["notice"], self.fields["ends_notice"]
            return
        choices = [(notice.number, written_notice(notice)) for notice in notices]
        offer(self, "notice", [*choices, ("", _("None of them"))])

    def clean_buyer(self) -> str:
        """Return the number of the buyer that was chosen or found."""
        return self.chooser.chosen(self.cleaned_data["buyer"])

    def given(self, *, producer: str, product: str) -> PurchaseGiven:
        """Return what the form says, also where buyer or payment was refused: it is worked out all the same.

        Raises `Invalid` at the weight that is too fine.
        """
        values = {"buyer": "", "pay_rule": PayRule.NOW, **self.values}
        for name in ("gross", "tare", "count"):
            if values.get(name) is not None:
                values[name] = Quantity.parse(str(values[name]), self.measure, field=name)
        values["pay_rule"] = PayRule(values["pay_rule"])
        return PurchaseGiven(producer=producer, product=product, **values)


def written_notice(notice: SupplyNotice) -> str:
    """Return a notice as a line to choose it by: its number, how much is left, the asking price."""
    parts = [notice.number, written.quantity(notice.quantity)]
    return " · ".join([*parts, written.price(notice.price, notice.quantity.unit.one)] if notice.price else parts)


class VoidForm(ActForm):
    """Why a purchase is taken back."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, help_text=_("The producer and the buyer read this. Write no names.")
    )


class PurchaseFilter(FilterForm):
    """Filters of the list of purchases."""

    text = forms.CharField(label=_("Number or name"), required=False, max_length=80)
    product = forms.ChoiceField(label=_("Product"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=lambda: [("", _("All")), *PaidState.choices()])
    area = forms.ChoiceField(label=_("Area"), required=False)
    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("Until"), required=False)

    def __init__(self, *args: Any, actor: Actor, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        offer(self, "product", [("", _("All")), *product_choices()])
        if areas:
            offer(self, "area", [("", _("All")), *areas])
        else:
            del self.fields["area"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that the given filters leave."""
        return queries.purchases_narrowed(rows, self.actor, **self.given())
