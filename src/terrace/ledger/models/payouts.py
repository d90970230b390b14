"""Payouts to bank accounts, and the runs that they are prepared in."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, Versioned, choice_check
from terrace.kernel.money import Money
from terrace.ledger.domain import PayoutState, RunState
from terrace.registry.domain import SLOW, Kind


class PayoutRun(Versioned, Timed):
    """Payouts of all money above a minimum to the parties of an area, as one file for the bank.

    While it is prepared, account by account in the order of their ids,
    `reached_id` is the last account that was looked at: there it resumes. `count`
    and `amount_minor` are what was prepared. `person` began it, or took it up again
    when it had fallen silent.
    """

    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("network.Area", on_delete=models.PROTECT, related_name="+")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)
    kinds = ArrayField(models.CharField(max_length=20, choices=Kind.choices()))
    minimum_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=RunState.choices(), default=RunState.PREPARING.value)
    total = models.PositiveIntegerField(default=0, help_text="accounts with enough money, when it began")
    seen = models.PositiveIntegerField(default=0, help_text="accounts looked at so far")
    reached_id = models.BigIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, help_text="when it was last taken up")
    count = models.PositiveIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    without_account = models.PositiveIntegerField(
        default=0, help_text="parties left out, for they have no bank account"
    )
    exported_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choice_check("state", RunState, "ledger_run_state"),
            models.CheckConstraint(condition=Q(minimum_minor__gt=0), name="ledger_run_minimum"),
        ]
        indexes = [models.Index(fields=["area_path", "-id"], name="ledger_runs_by_area")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What was prepared, all payouts together."""
        return Money(self.amount_minor, self.currency)

    @property
    def standing(self) -> RunState:
        """Where it stands."""
        return RunState(self.state)

    def is_silent(self, now: datetime) -> bool:
        """Whether it is being prepared, and has been silent for so long that something may have stopped it."""
        return self.standing is RunState.PREPARING and now - (self.tried_at or self.created_at) > SLOW

    @property
    def minimum(self) -> Money:
        """The least that is paid out."""
        return Money(self.minimum_minor, self.currency)


class Payout(models.Model):
    """All the money of one account on its way to the party's bank account, once.

    `bank_account_id` names the registry's row and is no foreign key: that row is
    deleted when a person is erased, and the books stay. `bank` and `last4` are
    what people see of it.
    """

    number = models.CharField(max_length=20)
    run = models.ForeignKey(PayoutRun, on_delete=models.PROTECT, related_name="payouts", db_index=False)
    party = models.ForeignKey("registry.Party", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=PayoutState.choices(), default=PayoutState.PREPARED.value)
    bank_account_id = models.BigIntegerField(null=True)
    bank = models.CharField(max_length=120, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    prepared_at = models.DateTimeField()
    paid_on = models.DateField(null=True)
    ended_on = models.DateField(null=True, help_text="when it was refused, came back or was cancelled")
    answer = models.CharField(max_length=200, blank=True, help_text="why, in the bank's words")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")

    class Meta:
        constraints = [
            choice_check("state", PayoutState, "ledger_payout_state"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="ledger_payout_of_something"),
            models.CheckConstraint(
                condition=~Q(state=PayoutState.PAID.value) | Q(paid_on__isnull=False), name="ledger_paid_on_a_day"
            ),
            models.UniqueConstraint(fields=["number"], name="ledger_payout_number"),
            models.UniqueConstraint(fields=["account", "run"], name="ledger_payout_once_per_run"),
        ]
        indexes = [
            models.Index(fields=["party", "-id"], name="ledger_payouts_of_party"),
            models.Index(fields=["area_path", "-id"], name="ledger_payouts_by_area"),
            models.Index(fields=["run", "state"], name="ledger_payouts_of_run"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """What is paid out."""
        return Money(self.amount_minor, self.currency)

    @property
    def standing(self) -> PayoutState:
        """Where it stands."""
        return PayoutState(self.state)

    @property
    def reference(self) -> str:
        """How transfers name it."""
        return f"payout/{self.number}"
