"""Which accounts an actor sees."""

from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger.domain import AccountKind, Permission
from terrace.ledger.models import Account
from terrace.ledger.models.accounts import HOUSE
from terrace.network import queries as network


def accounts_visible_to(actor: Actor) -> QuerySet[Account]:
    """Return the accounts of the areas below the actor's posts, its own, and for some that of its unit.

    The accounts of the house are for who sees the money of the whole installation.
    """
    seen = within(actor.paths(Permission.VIEW)) | Q(party_id__in=actor.own_parties)
    if actor.holds(Permission.OUTLET):
        seen |= Q(unit_id__in=actor.units)
    if actor.may(Permission.VIEW, network.root_path()):
        seen |= Q(kind__in=HOUSE)
    return Account.objects.filter(seen)


def get_account(actor: Actor, number: str) -> Account:
    """Return the account `number`, or raise `NotFound` when the actor does not see it."""
    found = accounts_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def find_account_of_party(party_id: int) -> Account | None:
    """Return the account of a producer or buyer, None while no money has ever moved. The caller has authorised it."""
    return Account.objects.filter(party_id=party_id, currency=current().currency).first()


def accounts_of(party_ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts of parties by the party's id; who has none is left out. The caller has authorised it."""
    rows = Account.objects.filter(party_id__in=set(party_ids), currency=current().currency)
    return {account.party_id: account for account in rows if account.party_id is not None}


def accounts_of_units(unit_ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts of units by the unit's id; one that has none is left out. The caller has authorised it."""
    rows = Account.objects.filter(unit_id__in=set(unit_ids), kind=AccountKind.UNIT, currency=current().currency)
    return {account.unit_id: account for account in rows if account.unit_id is not None}


def cash_owed_by_units(unit_ids: Iterable[int] | None = None) -> dict[int, Money]:
    """Return what units owe in cash by the unit's id, of all units for None; who owes nothing is left out.

    The caller has authorised it.
    """
    rows = Account.objects.filter(kind=AccountKind.CASH, balance_minor__lt=0, currency=current().currency)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=set(unit_ids))
    return {account.unit_id: -account.balance for account in rows.order_by("pk") if account.unit_id is not None}


def cash_accounts_of(unit_ids: Iterable[int]) -> dict[int, Account]:
    """Return the accounts of units' cash by the unit's id. The caller has authorised it."""
    rows = Account.objects.filter(unit_id__in=set(unit_ids), kind=AccountKind.CASH, currency=current().currency)
    return {account.unit_id: account for account in rows if account.unit_id is not None}


def accounts_by_id(ids: Iterable[int]) -> dict[int, Account]:
    """Return accounts by id. The caller has authorised the look."""
    return Account.objects.in_bulk(set(ids))


def balance_of(account_id: int) -> Money:
    """Return what lies on an account now."""
    minor, currency = Account.objects.values_list("balance_minor", "currency").get(pk=account_id)
    return Money(minor, currency)


def held_in_escrow() -> Iterator[str]:
    """Yield the reference of every escrow account on which money lies."""
    rows = Account.objects.filter(kind=AccountKind.ESCROW).exclude(balance_minor=0).order_by("pk")
    yield from rows.values_list("reference", flat=True).iterator()


def escrow_places(references: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the area's path and the county where the escrow of each reference ("order/O-...") lies, if any."""
    rows = Account.objects.filter(reference__in=set(references), currency=current().currency).order_by("pk")
    places = rows.values_list("reference", "area_path", "county_code")
    return {reference: (path, county) for reference, path, county in places}


def escrow_balances(references: Iterable[str]) -> dict[str, int]:
    """Return what escrow holds for each reference ("order/O-..."), in minor units; who never paid is left out."""
    rows = Account.objects.filter(reference__in=set(references), currency=current().currency).order_by("pk")
    return dict(rows.values_list("reference", "balance_minor"))
