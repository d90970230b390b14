"""Payments: one for all orders of a checkout, by a provider that calls back or by bank transfer."""

from dataclasses import dataclass
from datetime import timedelta

from terrace.kernel.money import Money
from terrace.kernel.words import Choice, _

PAY_WITHIN = timedelta(minutes=30)
"""How long goods wait for a buyer who went to a provider's page."""
TRANSFER_WITHIN = timedelta(days=5)
"""How long they wait for a bank transfer: a weekend and the bank's own days lie in between."""


class Provider(Choice):
    """By which way a payment is made."""

    SANDBOX = "sandbox", _("Sandbox")
    BANK = "bank", _("Bank transfer")

    @property
    def pay_within(self) -> timedelta:
        """How long the goods are kept for a buyer who pays by it."""
        return TRANSFER_WITHIN if self is Provider.BANK else PAY_WITHIN


class PaymentStatus(Choice):
    """Where a payment stands. Of one that has ended, late money is given back."""

    WAITING = "waiting", _("Waiting")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Not paid in time")
    CANCELLED = "cancelled", _("Cancelled")
    GIVEN_BACK = "given_back", _("Came too late: given back")


class Answer(Choice):
    """What was done with a provider's notice of a payment."""

    BOOKED = "booked", _("Booked")
    REPEATED = "repeated", _("Booked before")
    LATE = "late", _("Came too late: given back")
    NOT_PAID = "not_paid", _("The buyer did not pay")
    FORGED = "forged", _("Not signed by the provider")
    TWICE = "twice", _("Paid a second time: given back")
    OTHER_AMOUNT = "other_amount", _("Another amount")
    UNKNOWN = "unknown", _("No such payment")


class RepaymentStatus(Choice):
    """Where money stands that goes back to a buyer by the way it came."""

    WAITING = "waiting", _("To be paid back")
    DONE = "done", _("Paid back")


ASIDE = "other/"
"""How the keys begin of what came and goes back beside the payment itself."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider says of a payment: its number, the amount, the provider's own reference, and whether it is paid.

    `paid` is false when the buyer refused or left for good.
    """

    number: str
    amount: Money
    reference: str
    paid: bool
