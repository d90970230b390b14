"""Transfers with their entries, by what they are about."""

from collections.abc import Iterable

from django.db.models import Prefetch

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


def get_transfer(actor: Actor, number: str) -> tuple[Transfer, list[Entry]]:
    """Return the transfer `number` with its entries of the accounts that the actor sees; `NotFound` without any."""
    found = Transfer.objects.filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    entries = list(found.entries.order_by("pk"))
    seen = accounts_visible_to(actor).filter(pk__in=[entry.account_id for entry in entries])
    shown = set(seen.values_list("pk", flat=True))
    if not shown:
        raise NotFound
    return found, [entry for entry in entries if entry.account_id in shown]


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
