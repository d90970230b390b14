"""Writing transfers: the only place where money moves.

A post is four statements, however many transfers it writes: it locks the
accounts that may not go below zero in the order of their ids, looks whether the
keys were booked, writes the transfers, writes all their entries. The entries'
triggers then judge the sums and keep the balances. An act that posts twice in
one transaction should post once, by `post_many`: two acts whose posts cross
could wait for each other.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from terrace.http import written
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import Draft, InsufficientFunds, Leg, Part, Reason, check_draft, moved
from terrace.ledger.models import Account, Entry, Transfer
from terrace.ledger.models.accounts import OUTSIDE
from terrace.ledger.queries.titles import title_of

P = ParamSpec("P")
R = TypeVar("R")
NUMBER = 12
"""Signs of a transfer's number, 60 random bits: a hundred thousand new ones among many millions meet none of them."""


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
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        if transaction.get_connection().in_atomic_block:
            return act(*args, **kwargs)
        with transaction.atomic():
            return act(*args, **kwargs)

    return inside


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
    for draft in drafts:
        check_draft(draft)
    by_key = {draft.key: draft for draft in drafts}
    accounts = lock_accounts({leg.account_id for draft in by_key.values() for leg in draft.legs})
    standing = _standing(by_key)
    new = [draft for draft in by_key.values() if draft.key not in standing]
    _refuse_overdraft(accounts, new)
    made = _write(by, new, accounts, now or clock.now()) if new else {}
    transfers = standing | made
    if len(by_key) != len(drafts):
        _refuse_other(drafts, by_key)
    return [transfers[draft.key] for draft in drafts]


@_in_transaction
def reverse(*, by: Actor, transfer: Transfer, memo: str = "", now: datetime | None = None) -> Transfer:
    """Move the money of a transfer back by a new one, once.

    The calling act has authorised it. Raises `AlreadyReversed`, also for what is
    a reversal itself, and `InsufficientFunds` where the money has gone on.
    """
    entries = list(transfer.entries.order_by("pk"))
    legs = tuple(Leg(entry.account_id, -entry.amount, Part(entry.part)) for entry in entries)
    accounts = lock_accounts({leg.account_id for leg in legs})
    if transfer.reverses_id is not None or Transfer.objects.filter(reverses=transfer).exists():
        raise AlreadyReversed
    draft = Draft(Reason.REVERSAL, transfer.reference, legs, f"reversal/{transfer.number}", memo)
    _refuse_overdraft(accounts, [draft])
    return _write(by, [draft], accounts, now or clock.now(), reverses=transfer)[draft.key]


def lock_accounts(account_ids: set[int]) -> dict[int, Account]:
    """Lock the accounts that may not go below zero, in the order of their ids, and return them as they are now.

    Those of the outside are locked by the trigger, at the end: everybody pays
    from them, and nobody needs to know what is on them. `NO KEY`, for the
    entries' foreign keys of others hold their share.
    """
    guarded = Account.objects.filter(pk__in=account_ids).exclude(kind__in=OUTSIDE)
    return {account.pk: account for account in guarded.order_by("pk").select_for_update(no_key=True)}


def _standing(by_key: Mapping[str, Draft]) -> dict[str, Transfer]:
    """Return the transfers that stand under the keys; raise `KeyTaken` where one says something else."""
    found = list(Transfer.objects.filter(key__in=list(by_key)))
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


def _refuse_overdraft(accounts: Mapping[int, Account], drafts: Iterable[Draft]) -> None:
    """Raise `InsufficientFunds` when a locked account would be below zero after one of the drafts, in their order."""
    balances = {pk: account.balance_minor for pk, account in accounts.items()}
    for draft in drafts:
        for account_id, change in moved(draft.legs).items():
            if account_id not in balances:
                continue
            balances[account_id] += change
            if balances[account_id] < 0:
                _refuse(accounts[account_id], -change, balances[account_id] - change)


def _refuse(account: Account, needed: int, there: int) -> None:
    held, asked = Money(there, account.currency), Money(needed, account.currency)
    words = {"name": title_of(account), "there": written.money(held), "needed": written.money(asked)}
    told = _("There is not enough money on the account of %(name)s: %(there)s of %(needed)s.") % words
    raise InsufficientFunds(told, account=account.number, account_id=account.pk, there=held, needed=asked)


def _write(
    by: Actor,
    drafts: Sequence[Draft],
    accounts: Mapping[int, Account],
    now: datetime,
    reverses: Transfer | None = None,
) -> dict[str, Transfer]:
    transfers = Transfer.objects.bulk_create(
        Transfer(
            number=ids.reference("T", length=NUMBER),
            at=now,
            reason=draft.reason,
            reference=draft.reference,
            key=draft.key,
            memo=draft.memo,
            posted_by_id=by.person_id or by.issuer_id,
            signature=by.signature or (by.name if by.person_id is None else ""),
            reverses=reverses,
        )
        for draft in drafts
    )
    Entry.objects.bulk_create(
        _entry(transfer, leg, accounts.get(leg.account_id), draft.reason if reverses is None else reverses.reason)
        for transfer, draft in zip(transfers, drafts, strict=True)
        for leg in draft.legs
    )
    return {transfer.key: transfer for transfer in transfers}


def _entry(transfer: Transfer, leg: Leg, account: Account | None, reason: str) -> Entry:
    """Return the row of a leg. What was not locked is the outside, which lies nowhere."""
    return Entry(
        transfer=transfer,
        account_id=leg.account_id,
        amount_minor=leg.amount.minor,
        currency=leg.amount.currency,
        part=leg.part,
        reason=reason,
        at=transfer.at,
        area_path="" if account is None else account.area_path,
        county_code="" if account is None else account.county_code,
    )
