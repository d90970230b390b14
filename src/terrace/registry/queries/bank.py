"""Where a party's money goes, masked as it is kept."""

from collections.abc import Iterable

from django.db.models import QuerySet

from terrace.kernel.db import among
from terrace.registry.domain import Kind
from terrace.registry.models import BankAccount, Party


def find_account(party: Party) -> BankAccount | None:
    """Return a party's open account, masked as it is, or None."""
    return BankAccount.objects.filter(party=party, closed_at__isnull=True).first()


def owners_of_accounts(account_ids: Iterable[int]) -> dict[int, int]:
    """Return whose bank accounts these are, open or closed: the party's id by the account's."""
    rows = BankAccount.objects.filter(pk__in=among(account_ids)).order_by("pk")
    return dict(rows.values_list("pk", "party_id"))


def households_with_account() -> QuerySet[BankAccount, int]:
    """Return the ids of the households that have an open account, to narrow a count by."""
    rows = BankAccount.objects.filter(closed_at__isnull=True, party__kind=Kind.HOUSEHOLD)
    return rows.values_list("party_id", flat=True)


def open_accounts(party_ids: Iterable[int]) -> dict[int, BankAccount]:
    """Return the open accounts of parties by the party's id, masked as they are. The caller has authorised the look."""
    rows = BankAccount.objects.filter(party_id__in=among(party_ids), closed_at__isnull=True).defer("sealed_number")
    return {account.party_id: account for account in rows}
