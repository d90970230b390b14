"""Writing transfers: the only place where money moves.

A post is three statements, however many transfers it writes: it locks the
accounts that may not go below zero in the order of their ids, looks whether the
keys were booked, writes the transfers with all their entries. The entries'
triggers then judge the sums and keep the balances. An act that posts twice in
one transaction should post once, by `post_many`: two acts whose posts cross
could wait for each other.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction
from django.db.models.expressions import RawSQL

from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import among
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import Draft, InsufficientFunds, Leg, Part, Reason, check_draft, moved
from terrace.ledger.models import Account, Entry, Transfer
from terrace.ledger.models.accounts import OUTSIDE
from terrace.ledger.queries.titles import title_of
from terrace.ledger.services.writing import Written, row_of, write

P = ParamSpec("P")
R = TypeVar("R")


class KeyTaken(DomainError):
    """Under this key something else was booked."""

    code = "key_taken"
    message = _("This was booked before, with another amount or other accounts.")


class AlreadyReversed(DomainError):
    """A transfer is reversed once."""

    code = "already_reversed"
    message = _("This transfer is reversed already.")


def _in_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Run `act` in the caller's transaction, or in one of its own: without a savepoint, which would be two statements.

    A refusal comes before the first write, so a caller may catch it and go on.
    """

    @wraps(act)
    def _inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            return act(*args, **kwargs)
        with transaction.atomic():
            return act(*args, **kwargs)

    return _inside


def post(*, by: Actor, draft: Draft, now: datetime | None = None) -> Transfer:
    """Move money as `draft` says, once: the same key again returns the transfer that stands.

    The calling act has authorised it and records it. Raises `InsufficientFunds`
    with nothing written, `KeyTaken` when the key stands for something else,
    `Unbalanced` for a draft that does not sum to zero.
    """
    return post_many(by=by, drafts=[draft], now=now)[0]


@_in_transaction
def post_many(*, by: Actor, drafts: Sequence[Draft], now: datetime | None = None) -> list[Transfer]:
    """Move money as the drafts say, all or none, in their order and in as many statements as one. See `post`."""
    moment = now or clock.now()
    standing, made = _book(by, drafts, moment)
    rows = {draft.key: row_of(by, draft, made[draft.key], moment) for draft in drafts if draft.key in made}
    return [(standing | rows)[draft.key] for draft in drafts]


@_in_transaction
def settle(*, by: Actor, drafts: Sequence[Draft], now: datetime | None = None) -> None:
    """Move money as `post_many` does and hand nothing back: for a hundred thousand drafts at once."""
    _book(by, drafts, now or clock.now())


@_in_transaction
def reverse(*, by: Actor, transfer: Transfer, memo: str = "", now: datetime | None = None) -> Transfer:
    """Move the money of a transfer back by a new one, once.

    The calling act has authorised it. Raises `AlreadyReversed`, also for what is
    a reversal itself, and `InsufficientFunds` where the money has gone on.
    """
    entries = list(transfer.entries.order_by("pk"))
    legs = tuple(Leg(entry.account_id, -entry.amount, Part(entry.part)) for entry in entries)
    balances = lock_balances({leg.account_id for leg in legs})
    if transfer.reverses_id is not None or Transfer.objects.filter(reverses=transfer).exists():
        raise AlreadyReversed
    draft = Draft(Reason.REVERSAL, transfer.reference, legs, f"reversal/{transfer.number}", memo)
    _refuse_overdraft(balances, [draft])
    moment = now or clock.now()
    made = write(by, [draft], moment, reverses=transfer)
    return row_of(by, draft, made[draft.key], moment, reverses=transfer)


def lock_balances(account_ids: Collection[int]) -> dict[int, int]:
    """Lock the accounts that may not go below zero, in the order of their ids, and return what is on them, by id.

    Those of the outside are locked by the trigger, at the end: everybody pays
    from them, and nobody needs to know what is on them. `NO KEY`, for the
    entries' foreign keys of others hold their share.
    """
    guarded = Account.objects.filter(pk__in=among(account_ids)).exclude(kind__in=OUTSIDE)
    return dict(guarded.order_by("pk").select_for_update(no_key=True).values_list("pk", "balance_minor"))


def _book(by: Actor, drafts: Sequence[Draft], now: datetime) -> tuple[dict[str, Transfer], dict[str, Written]]:
    """Write the drafts that are not booked yet; return what stood before and what was written now, by key."""
    for draft in drafts:
        check_draft(draft)
    by_key = {draft.key: draft for draft in drafts}
    balances = lock_balances({leg.account_id for draft in by_key.values() for leg in draft.legs})
    standing = _standing(by_key)
    new = [draft for draft in by_key.values() if draft.key not in standing]
    _refuse_overdraft(balances, new)
    made = write(by, new, now) if new else {}
    if len(by_key) != len(drafts):
        _refuse_other(drafts, by_key)
    return standing, made


def _standing(by_key: Mapping[str, Draft]) -> dict[str, Transfer]:
    """Return the transfers that stand under the keys; raise `KeyTaken` where one says something else."""
    found = list(Transfer.objects.filter(key__in=_keys(by_key)))
    if not found:
        return {}
    legs: dict[int, list[Leg]] = {}
    for entry in Entry.objects.filter(transfer__in=found).order_by("pk"):
        legs.setdefault(entry.transfer_id, []).append(Leg(entry.account_id, entry.amount, Part(entry.part)))
    for transfer in found:
        stands = Draft(
            Reason(transfer.reason), transfer.reference, tuple(legs.get(transfer.pk, [])), transfer.key, transfer.memo
        )
        _refuse_different(by_key[transfer.key], stands)
    return {transfer.key: transfer for transfer in found}


def _keys(by_key: Iterable[str]) -> RawSQL:
    """Return the keys as what a column is looked for in, as one parameter."""
    return RawSQL("select unnest(%s::text[])", [list(by_key)])


def _refuse_other(drafts: Iterable[Draft], by_key: Mapping[str, Draft]) -> None:
    for draft in drafts:
        _refuse_different(draft, by_key[draft.key])


def _refuse_different(draft: Draft, stands: Draft) -> None:
    """Compare reason, reference and legs. The memo may differ: it is written in somebody's language."""
    same = (draft.reason, draft.reference) == (stands.reason, stands.reference)
    if not same or _comparable(draft.legs) != _comparable(stands.legs):
        raise KeyTaken(key=draft.key)


def _comparable(legs: Iterable[Leg]) -> list[tuple[int, str, int, str]]:
    return sorted((leg.account_id, leg.amount.currency, leg.amount.minor, leg.part.value) for leg in legs)


def _refuse_overdraft(balances: Mapping[int, int], drafts: Iterable[Draft]) -> None:
    """Raise `InsufficientFunds` when a locked account would be below zero after one of the drafts, in their order."""
    left = dict(balances)
    for draft in drafts:
        for account_id, change in moved(draft.legs).items():
            if account_id not in left:
                continue
            left[account_id] += change
            if left[account_id] < 0:
                _refuse(account_id, -change, left[account_id] - change)


def _refuse(account_id: int, needed: int, there: int) -> None:
    account = Account.objects.get(pk=account_id)
    held, asked = Money(there, account.currency), Money(needed, account.currency)
    words = {"name": title_of(account), "there": written.money(held), "needed": written.money(asked)}
    told = _("There is not enough money on the account of %(name)s: %(there)s of %(needed)s.") % words
    raise InsufficientFunds(told, account=account.number, account_id=account.pk, there=held, needed=asked)
