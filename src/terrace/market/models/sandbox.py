"""The sandbox provider's own books: what a real provider would know, and this house would not."""

from django.db import models

from terrace.kernel.db import Timed
from terrace.kernel.money import Money
from terrace.kernel.words import Choice, Text, _


class ChargeState(Choice):
    """Where a charge stands at the sandbox."""

    OPEN = "open", _("Waiting for the buyer")
    UNDER_WAY = "under_way", _("The money is under way")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")


class Sending(Choice):
    """What becomes of the sandbox's notice to the shop: all that ever goes wrong between a provider and a shop."""

    ONCE = "once", _("It arrives")
    TWICE = "twice", _("It arrives twice")
    LATE = "late", _("It arrives late: the money comes after the time to pay")
    NEVER = "never", _("It is lost on the way")
    FORGED = "forged", _("A forged one arrives instead")
    OTHER_AMOUNT = "other_amount", _("It tells of another amount: half of it was paid")

    @property
    def notices(self) -> int:
        """How many notices are sent."""
        return {Sending.TWICE: 2, Sending.NEVER: 0}.get(self, 1)


class SandboxCharge(Timed):
    """One try to make a payment, as the sandbox provider keeps it.

    `expires_at` is until when the shop waits; `sending` is what becomes of the notice; `notices` is how many are
    still to be sent, from `due_at` on; `paid_minor` is what came, none before.
    """

    reference = models.CharField(max_length=20, unique=True)
    number = models.CharField(max_length=20, help_text="the shop's own number of the payment")
    attempt = models.PositiveSmallIntegerField(default=1)
    amount_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    return_url = models.CharField(max_length=300)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ChargeState.choices(), default=ChargeState.OPEN.value)
    sending = models.CharField(max_length=12, choices=Sending.choices(), default=Sending.ONCE.value)
    notices = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    given_back = models.JSONField(default=dict, blank=True, help_text="minor units by the shop's key")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "attempt"], name="market_sandbox_attempt")]
        indexes = [models.Index(fields=["due_at"], name="market_sandbox_due")]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_label(self) -> Text:
        """Where it stands."""
        return ChargeState(self.state).label

    @property
    def amount(self) -> Money:
        """What the buyer is asked for."""
        return Money(self.amount_minor, self.currency)

    @property
    def told_amount(self) -> Money:
        """What the sandbox says when it is asked: what came, else what the buyer was asked for."""
        return self.amount if self.paid_minor is None else Money(self.paid_minor, self.currency)
