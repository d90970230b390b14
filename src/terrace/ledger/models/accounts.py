"""Accounts and their balances."""

import pgtrigger
from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, Timed, choice_check, never_changed, never_gone
from terrace.kernel.money import Money
from terrace.ledger.domain import AccountKind

OUTSIDE = [kind.value for kind in AccountKind if kind.is_outside]
OF_UNITS = [AccountKind.UNIT.value, AccountKind.CASH.value]
HOUSE = [kind.value for kind in AccountKind if kind.is_house]


class Account(Timed):
    """Money of one party, one unit or its cash, one order in escrow, or the house.

    Its balance is kept by a trigger of the entries.

    `area_path` and `county_code` say who looks after it: the party's, the unit's
    or the seller's; the installation's own for the house. Who moves takes it along.
    """

    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=AccountKind.choices())
    party = models.ForeignKey("registry.Party", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        "network.ServiceUnit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reference = models.CharField(max_length=80, blank=True, help_text='what an escrow is for: "order/O-..."')
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(default=0)
    area_path = PathField(blank=True)
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)

    class Meta:
        constraints = [
            choice_check("kind", AccountKind, "ledger_account_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=OUTSIDE) | Q(balance_minor__gte=0),
                name="ledger_account_not_below_zero",
                violation_error_message="There is not enough money on the account.",
            ),
            models.CheckConstraint(
                condition=Q(kind=AccountKind.PARTY.value, party__isnull=False, unit__isnull=True, reference="")
                | Q(kind__in=OF_UNITS, party__isnull=True, unit__isnull=False, reference="")
                | Q(kind=AccountKind.ESCROW.value, party__isnull=True, unit__isnull=True) & ~Q(reference="")
                | Q(kind__in=HOUSE, party__isnull=True, unit__isnull=True, reference=""),
                name="ledger_account_of_one",
            ),
            # Few indexes: a balance that changes writes its row anew, and its place in each of them.
            models.UniqueConstraint(fields=["number"], name="ledger_account_number"),
            models.UniqueConstraint(
                fields=["party", "currency"], condition=Q(party__isnull=False), name="ledger_account_of_party"
            ),
            models.UniqueConstraint(
                fields=["unit", "currency"],
                condition=Q(kind=AccountKind.UNIT.value),
                name="ledger_account_of_unit",
            ),
            models.UniqueConstraint(
                fields=["unit", "currency"], condition=Q(kind=AccountKind.CASH.value), name="ledger_cash_of_unit"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AccountKind.CASH.value) | Q(balance_minor__lte=0),
                name="ledger_no_more_cash_than_taken",
            ),
            models.UniqueConstraint(
                fields=["reference", "currency"], condition=~Q(reference=""), name="ledger_escrow_of_reference"
            ),
            models.UniqueConstraint(
                fields=["kind", "currency"], condition=Q(kind__in=HOUSE), name="ledger_account_of_house"
            ),
        ]
        indexes = [
            models.Index(fields=["area_path", "kind"], name="ledger_accounts_by_area"),
        ]
        triggers = [
            # A condition costs a settlement's many rows no call. At depth 1 writes the trigger of the entries.
            pgtrigger.Trigger(
                name="balance_by_entries_only",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.balance_minor IS DISTINCT FROM NEW.balance_minor AND pg_trigger_depth() < 1"
                ),
                func="""
                    RAISE EXCEPTION USING ERRCODE = 'check_violation',
                        MESSAGE = 'the balance of an account follows from its entries';
                """,
            ),
            pgtrigger.Trigger(
                name="begins_at_zero",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.balance_minor <> 0"),
                func="""
                    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'an account begins at zero';
                """,
            ),
            *never_gone("kept_for_ever"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def balance(self) -> Money:
        """What lies on it."""
        return Money(self.balance_minor, self.currency)

    @property
    def is_outside(self) -> bool:
        """Whether it stands for the outside, and may go below zero."""
        return AccountKind(self.kind).is_outside


class FormerPlace(models.Model):
    """Where an account lay until its party moved: what was booked then stays there. Never changed, by trigger."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="former_places")
    area_path = PathField()
    county_code = models.CharField(max_length=32, db_collation="C")
    until = models.DateTimeField()

    class Meta:
        triggers = never_changed("place_stays")

    def __str__(self) -> str:
        return f"{self.account_id} {self.area_path}"
