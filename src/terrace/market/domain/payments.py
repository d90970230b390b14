"""Payments: one for all orders of a checkout, by a provider that calls back or by bank transfer."""

from terrace.kernel.words import Choice, _


class Provider(Choice):
    """By which way a payment is made."""

    SANDBOX = "sandbox", _("Sandbox")
    BANK = "bank", _("Bank transfer")


class PaymentStatus(Choice):
    """Where a payment stands."""

    WAITING = "waiting", _("Waiting")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Not paid in time")
    GIVEN_BACK = "given_back", _("Given back")


class Answer(Choice):
    """What was done with a provider's notice of a payment."""

    BOOKED = "booked", _("Booked")
    REPEATED = "repeated", _("Booked before")
    LATE = "late", _("Came too late: given back")
    FORGED = "forged", _("Not signed by the provider")
    OTHER_AMOUNT = "other_amount", _("Another amount")
    UNKNOWN = "unknown", _("No such payment")
