"""Transfers with their entries, by what they are about."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.ledger.models import Account, Entry, Transfer
from terrace.ledger.queries.accounts import accounts_visible_to

WITH_ENTRIES = Prefetch("entries", Entry.objects.order_by("pk"))


def transfers_about(reference: str) -> list[Transfer]:
    """Return the transfers about one thing ("order/O-..."), with their entries, in the order they were written.

    The caller has authorised the look at the thing.
    """
    return transfers_about_all([reference])[reference]


def transfers_about_all(references: Iterable[str]) -> dict[str, list[Transfer]]:
    """Return the transfers about many things, with their entries: two statements for all."""
    about: dict[str, list[Transfer]] = {reference: [] for reference in references}
    rows = Transfer.objects.filter(reference__in=list(about)).order_by("pk").prefetch_related(WITH_ENTRIES)
    for transfer in rows:
        about[transfer.reference].append(transfer)
    return about


def count_reversed(reference: str, key: str) -> int:
    """Return how often a transfer about `reference` was reversed whose key is `key`, or `key` with a number."""
    booked = Transfer.objects.filter(Q(key=key) | Q(key__startswith=f"{key}#"), reference=reference)
    return Transfer.objects.filter(reverses__in=booked.values("pk")).count()


def get_transfer(actor: Actor, number: str) -> tuple[Transfer, list[Entry]]:
    """Return the transfer `number` with its entries of the accounts that the actor sees; `NotFound` without any."""
    found = Transfer.objects.filter(number=number.strip().upper())
    seen = _with_seen_entries(actor, found)
    if not seen:
        raise NotFound
    return seen[0]


def transfers_seen_about(actor: Actor, reference: str) -> list[tuple[Transfer, list[Entry]]]:
    """Return the transfers about one thing with the entries of the accounts that the actor sees; others are left out.

    In the order they were written.
    """
    return _with_seen_entries(actor, Transfer.objects.filter(reference=reference))


def _with_seen_entries(actor: Actor, rows: QuerySet[Transfer]) -> list[tuple[Transfer, list[Entry]]]:
    found = list(rows.order_by("pk").select_related("reverses").prefetch_related(WITH_ENTRIES))
    entries = {transfer.pk: list(transfer.entries.all()) for transfer in found}
    seen = accounts_visible_to(actor).filter(pk__in={one.account_id for many in entries.values() for one in many})
    shown = set(seen.values_list("pk", flat=True))
    parts = [(row, [one for one in entries[row.pk] if one.account_id in shown]) for row in found]
    return [(row, mine) for row, mine in parts if mine]


def find_reversal(transfer: Transfer) -> Transfer | None:
    """Return what undid a transfer, or None."""
    return Transfer.objects.filter(reverses=transfer).first()


def area_of_transfer(transfer: Transfer) -> str:
    """Return where a transfer lies: the narrowest area that has all its accounts but those of the house."""
    ids = Entry.objects.filter(transfer=transfer).values("account_id")
    paths = list(Account.objects.filter(pk__in=ids).exclude(area_path="").values_list("area_path", flat=True))
    return _shared(sorted(paths))


def _shared(paths: list[str]) -> str:
    """Return the longest of the paths that begins all of them, "" when none does."""
    return next((path for path in paths[:1] if all(other.startswith(path) for other in paths)), "")
