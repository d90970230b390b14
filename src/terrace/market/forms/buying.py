"""Forms of basket, checkout and payment."""

from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from terrace.http.forms import ActForm, DayField, FilterForm, MoneyField, PlainForm, SecretForm, WholeField
from terrace.http.sheets import SheetForm, sheet_field
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.market import gateways
from terrace.market.domain import OrderStatus, PaymentStatus, Provider
from terrace.market.models import Order, Payment
from terrace.market.services.delivery import LONGEST, Delivery
from terrace.market.services.statements import STATEMENT
from terrace.registry import queries as registry

OWN_WORDS = {
    Provider.SANDBOX: _("Pay online (trial: no money moves)"),
    Provider.BANK: _("Bank transfer: the goods wait five days for it"),
}
OPEN_TRANSFERS = (PaymentStatus.WAITING, PaymentStatus.EXPIRED, PaymentStatus.CANCELLED)


class QuantityForm(PlainForm):
    """How many of an offer go into the basket."""

    quantity = WholeField(label=_("Quantity"), min_value=0)


class CheckoutForm(ActForm):
    """Where the order goes and how it is paid. `total` is what the buyer saw.

    Who reads on a borrowed phone leaves nothing behind: the device keeps no draft.
    """

    keeps_draft = False

    recipient = forms.CharField(
        label=_("Recipient"),
        max_length=LONGEST["recipient"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        help_text=_("The carrier calls it, and it opens your order later."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )
    region = forms.CharField(
        label=_("Province, city, district"),
        max_length=LONGEST["region"],
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    address = forms.CharField(
        label=_("Street, house, door"),
        max_length=LONGEST["address"],
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    note = forms.CharField(
        label=_("Note for the seller"),
        required=False,
        max_length=LONGEST["note"],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    buyer = forms.ChoiceField(label=_("Buyer"), required=False)
    keep_address = forms.BooleanField(label=_("Keep this address for the next order"), required=False)
    provider = forms.ChoiceField(label=_("How you pay"), widget=forms.RadioSelect)
    total = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        providers = [(provider.value, OWN_WORDS[provider]) for provider in gateways.open_providers()]
        cast(forms.ChoiceField, self.fields["provider"]).choices = providers
        self.fields["provider"].initial = providers[0][0] if providers else None
        self._offer_buyers(actor)
        if actor.person_id is None:
            del self.fields["keep_address"]

    def delivery(self) -> Delivery:
        """Return where the order goes."""
        return Delivery(**{name: self.values[name] for name in Delivery.__slots__})

    def show_total(self, total: Money) -> None:
        """Let the form carry the total that the page shows, also where another one was sent."""
        if self.is_bound:
            sent = cast(QueryDict, self.data).copy()
            sent["total"] = str(total.minor)
            self.data = sent
        self.initial["total"] = total.minor

    def _offer_buyers(self, actor: Actor) -> None:
        """Ask for whom somebody buys who speaks for a party; everybody else buys for themselves."""
        parties = sorted(registry.parties_by_id(actor.parties).values(), key=lambda party: party.pk)
        if not parties:
            del self.fields["buyer"]
            return
        own = [(party.number, party.name) for party in parties]
        cast(forms.ChoiceField, self.fields["buyer"]).choices = [*own, ("", _("For myself"))]
        self.fields["buyer"].initial = own[0][0]


class AddressForm(ActForm):
    """Where goods go, to be kept."""

    keeps_draft = False

    recipient, phone, region, address = (
        CheckoutForm.base_fields[name] for name in ("recipient", "phone", "region", "address")
    )


class FindOrderForm(SecretForm):
    """The number of an order and the phone it was ordered with: what opens it without an account."""

    number = forms.CharField(
        label=_("Number of the order"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel", "inputmode": "tel"}),
    )


class TransferForm(ActForm):
    """What a clerk reads on the bank's statement."""

    amount = MoneyField(label=_("Amount that came in"))
    on = DayField(label=_("Day on the statement"))
    reference = forms.CharField(label=_("The bank's reference"), max_length=80)
    sends_back = forms.BooleanField(
        label=_("If it is another amount, or came a second time: book it, to be sent back"),
        required=False,
        help_text=_("The buyer is told, and the payment stays as it is."),
    )

    def given(self) -> dict[str, Any]:
        """Return the arguments of the confirmation."""
        values: dict[str, Any] = self.values
        amount: Money = values["amount"]
        on: date = values["on"]
        return {
            "amount": amount,
            "on": on,
            "reference": values["reference"],
            "sends_back": values["sends_back"],
        }


class StatementForm(SheetForm):
    """The bank's statement."""

    heads = STATEMENT
    file = sheet_field(
        label=_("The bank's statement as a file"),
        help_text=_("CSV or xlsx with day, amount, the bank's reference and what the payer wrote."),
    )


class PaymentFilter(FilterForm):
    """Filters of the list of payments."""

    number = forms.CharField(label=_("Number of the payment or the order"), required=False, max_length=20)
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((one.value, one.label) for one in OPEN_TRANSFERS)],
    )

    def narrow(self, rows: QuerySet[Payment]) -> QuerySet[Payment]:
        """Return the payments that fit."""
        given = self.given()
        if number := given.get("number", "").strip().upper():
            rows = rows.filter(Q(number=number) | Q(orders__number=number)).distinct()
        return rows.filter(status=given["status"]) if "status" in given else rows


class OrderFilter(FilterForm):
    """Filters of a buyer's orders."""

    status = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *((one.value, one.label) for one in OrderStatus)]
    )

    def narrow(self, rows: QuerySet[Order]) -> QuerySet[Order]:
        """Return the orders that fit."""
        return rows.filter(**self.given())
