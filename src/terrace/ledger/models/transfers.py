"""Transfers and their entries: written once, by one statement each, and never changed."""

from django.db import models
from django.db.models import Q

from terrace.kernel.db import PathField, after_insert, choice_check, never_changed
from terrace.kernel.money import Money
from terrace.ledger.domain import Part, Reason

ZERO_SUM = """
    IF EXISTS (SELECT FROM written GROUP BY transfer_id, currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'the entries of a transfer sum to zero';
    END IF;
    IF EXISTS (
        SELECT FROM ledger_entry e WHERE e.transfer_id IN (SELECT transfer_id FROM written)
        HAVING count(*) <> (SELECT count(*) FROM written)
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'nothing is added to a transfer';
    END IF;
    RETURN NULL;
"""
"""All entries of a transfer are written by one statement, so that it can be judged by what that wrote."""

BALANCES = """
    -- In one order, so that two transfers never wait for each other; as services/posting.py locks them.
    PERFORM FROM ledger_account WHERE id IN (SELECT account_id FROM written)
        ORDER BY kind IN ('bank', 'provider'), id FOR NO KEY UPDATE;
    UPDATE ledger_account a SET balance_minor = a.balance_minor + s.change
        FROM (SELECT account_id, currency, sum(amount_minor) AS change FROM written GROUP BY account_id, currency) s
        WHERE a.id = s.account_id AND a.currency = s.currency;
    GET DIAGNOSTICS touched = ROW_COUNT;
    IF touched <> (SELECT count(*) FROM (SELECT DISTINCT account_id, currency FROM written) changed) THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'an account is kept in one currency';
    END IF;
    RETURN NULL;
"""


class Transfer(models.Model):
    """Money moved from accounts to others, for one reason, about one thing ("order/O-..."), once per `key`.

    `posted_by_id` and `signature` keep who posted it as the record of acts does:
    without a name that could be asked to be erased. `at` is when it counts.
    """

    number = models.CharField(max_length=20)
    at = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=Reason.choices())
    reference = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    memo = models.CharField(max_length=200, blank=True)
    posted_by_id = models.BigIntegerField(null=True)
    signature = models.CharField(max_length=120, blank=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        constraints = [
            choice_check("reason", Reason, "ledger_transfer_reason"),
            # Not `unique=True`, which would add a second index to each, for LIKE: this table is written in bulk.
            models.UniqueConstraint(fields=["number"], name="ledger_transfer_number"),
            models.UniqueConstraint(fields=["key"], name="ledger_transfer_once_per_key"),
            models.CheckConstraint(
                condition=Q(reason=Reason.REVERSAL.value) ^ Q(reverses__isnull=True), name="ledger_reversal_of_one"
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="ledger_transfers_about")]
        triggers = never_changed("immutable")

    def __str__(self) -> str:
        return self.number


class Entry(models.Model):
    """One account's side of a transfer; a positive amount went into the account.

    `reason`, `at` and the account's place of that moment are repeated here, so
    that statements and sums read one table. A reversal's entries keep the reason
    of what they reverse, so that sums by reason come out net.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    part = models.CharField(max_length=10, choices=Part.choices())
    reason = models.CharField(max_length=16, choices=Reason.choices())
    at = models.DateTimeField()
    area_path = PathField(blank=True)
    county_code = models.CharField(max_length=32, db_collation="C", blank=True)

    class Meta:
        constraints = [
            choice_check("part", Part, "ledger_entry_part"),
            choice_check("reason", Reason, "ledger_entry_reason"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_entry_of_something"),
        ]
        indexes = [
            models.Index(fields=["account", "at"], name="ledger_entries_of_account"),
            models.Index(fields=["area_path", "at"], name="ledger_entries_by_area"),
        ]
        triggers = [
            *never_changed("immutable"),
            after_insert("zero_sum", ZERO_SUM),
            after_insert("balances", BALANCES, declare=[("touched", "bigint")]),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.pk}"

    @property
    def amount(self) -> Money:
        """What went into the account, or out of it when below zero."""
        return Money(self.amount_minor, self.currency)
