"""Finding the account of somebody or something, and opening it when it is not there yet."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from terrace.kernel import clock, ids
from terrace.kernel.deployment import current
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Account, FormerPlace, Payout
from terrace.network import queries as network
from terrace.registry import queries as registry

NUMBER = 10
"""Signs of an account's number: of a million accounts, a thousand new ones are as good as sure to be new."""


def account_of_party(party_id: int) -> Account:
    """Return the account of a producer or buyer, opened where there is none."""
    return accounts_of_parties([party_id])[party_id]


@transaction.atomic(savepoint=False)
def accounts_of_parties(party_ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts of parties by the party's id, opened where there are none: a few statements for all."""
    wanted = set(party_ids)
    found = _of_parties(wanted)
    missing = [registry_row for pk, registry_row in _parties(wanted - found.keys()).items()]
    if not missing:
        return found
    _open(
        _new(AccountKind.PARTY, party_id=party.pk, area_path=party.area_path, county_code=party.county_code)
        for party in sorted(missing, key=lambda party: party.pk)
    )
    return _of_parties(wanted)


@transaction.atomic(savepoint=False)
def account_of_unit(unit_id: int) -> Account:
    """Return the account of a service unit, opened where there is none."""
    return _account_at(unit_id, AccountKind.UNIT)


@transaction.atomic(savepoint=False)
def cash_of_unit(unit_id: int) -> Account:
    """Return the account of the cash that a service unit has taken and owes, opened where there is none."""
    return _account_at(unit_id, AccountKind.CASH)


@transaction.atomic(savepoint=False)
def escrow_account(reference: str, *, area_path: str, county_code: str) -> Account:
    """Return the account that holds the money of `reference` ("order/O-...") until it is clear whose it is.

    It lies where who sold it lies, whose clerk looks after it.
    """
    found = Account.objects.filter(reference=reference, currency=current().currency).first()
    if found is not None:
        return found
    _open([_new(AccountKind.ESCROW, reference=reference, area_path=area_path, county_code=county_code)])
    return Account.objects.get(reference=reference, currency=current().currency)


@transaction.atomic(savepoint=False)
def house_account(kind: AccountKind) -> Account:
    """Return the installation's own account: bank, provider, payouts on their way, or platform."""
    if not kind.is_house:
        raise ValueError(f"{kind} is no account of the house")
    found = Account.objects.filter(kind=kind, currency=current().currency).first()
    if found is not None:
        return found
    _open([_new(kind)])
    return Account.objects.get(kind=kind, currency=current().currency)


@transaction.atomic
def move_account(*, party_id: int) -> None:
    """Let a party's money be looked after where it lives now. What was booked stays where it was booked."""
    party = registry.parties_by_id([party_id])[party_id]
    rows = Account.objects.filter(party_id=party_id).exclude(area_path=party.area_path)
    FormerPlace.objects.bulk_create(
        FormerPlace(account=row, area_path=row.area_path, county_code=row.county_code, until=clock.now())
        for row in rows.select_for_update().order_by("pk")
    )
    rows.update(area_path=party.area_path, county_code=party.county_code)


@transaction.atomic
def forget_bank_accounts(*, party_id: int) -> int:
    """Forget to which bank account the payouts of a party went that was erased; return how many did."""
    rows = Payout.objects.filter(party_id=party_id).exclude(bank="", last4="")
    return rows.update(bank="", last4="", bank_account_id=None)


def _account_at(unit_id: int, kind: AccountKind) -> Account:
    rows = Account.objects.filter(unit_id=unit_id, kind=kind, currency=current().currency)
    if (found := rows.first()) is not None:
        return found
    unit = network.units_by_id([unit_id])[unit_id]
    county = network.place(unit.area_id).county_code
    _open([_new(kind, unit_id=unit_id, area_path=unit.area_path, county_code=county)])
    return rows.get()


def _of_parties(party_ids: set[int]) -> dict[int, Account]:
    rows = Account.objects.filter(party_id__in=party_ids, currency=current().currency)
    return {account.party_id: account for account in rows if account.party_id is not None}


def _parties(party_ids: set[int]) -> dict[int, Any]:
    return registry.parties_by_id(party_ids) if party_ids else {}


def _new(kind: AccountKind, **columns: Any) -> Account:
    return Account(number=ids.reference("N", length=NUMBER), kind=kind, currency=current().currency, **columns)


def _open(accounts: Iterable[Account]) -> None:
    """Write the accounts; one that somebody else has just opened is the one."""
    Account.objects.bulk_create(accounts, ignore_conflicts=True)
