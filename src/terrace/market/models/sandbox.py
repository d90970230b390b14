"""The sandbox provider's own books: what a real provider would know, and this house would not."""

from django.db import models

from terrace.kernel.db import Timed
from terrace.kernel.money import Money
from terrace.kernel.words import Choice, Text, _


class ChargeState(Choice):
    """Where a charge stands at the sandbox."""

    OPEN = "open", _("Waiting for the buyer")
    PAID = "paid", _("Paid")
    REFUSED = "refused", _("Refused")


class SandboxCharge(Timed):
    """A payment as the sandbox provider keeps it. `notices` is how many it still has to send, from `due_at` on."""

    reference = models.CharField(max_length=20, unique=True)
    number = models.CharField(max_length=20, unique=True, help_text="the shop's own number of the payment")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    return_url = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ChargeState.choices(), default=ChargeState.OPEN.value)
    notices = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    given_back = models.JSONField(default=dict, blank=True, help_text="minor units by the shop's key")

    class Meta:
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
