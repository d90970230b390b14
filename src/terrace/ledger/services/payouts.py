"""Preparing payouts: all money of an area's parties from a minimum on, in steps that can be repeated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from procrastinate.contrib.django import app

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import require_own_currency
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, PayoutState, Permission, Reason, RunState
from terrace.ledger.models import PayoutRun
from terrace.ledger.queries.payouts import accounts_to_pay
from terrace.ledger.services.accounts import house_account
from terrace.ledger.services.earnings import hand_on_earnings
from terrace.ledger.services.payout_rows import PayoutGiven, write_payouts
from terrace.ledger.services.posting import lock_balances, settle
from terrace.ledger.services.returning import give_back
from terrace.ledger.services.writing import NUMBER
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.models import BankAccount

PREPARE_JOB = "ledger.prepare_payouts"
AT_ONCE = 500
"""So many accounts are looked at while the clerk waits; more are a job."""
BATCH = 5_000
LONGEST_PURPOSE = 60


class NothingToPay(DomainError):
    """No account of the area has that much."""

    code = "nothing_to_pay"
    message = _("Nobody there has that much money on the account.")
    field = "minimum"


class HandedOver(DomainError):
    """The bank may have the file, so only the bank's answer ends these payouts."""

    code = "handed_over"
    message = _("This run was handed to the bank, or is over. Wait for the bank's answer.")


class StillPreparing(DomainError):
    """A run that is being prepared is not started a second time; only a silent one is."""

    code = "still_preparing"
    message = _("This run is still being prepared. Wait for it to end.")


@dataclass(frozen=True, slots=True)
class PayoutsGiven:
    """Which money is paid out: of the parties of some kinds in an area (by code), from `minimum` on; why, for the bank.

    Firms keep money on their accounts to buy with, so only the kinds that are named are paid.
    """

    area: str
    minimum: Money
    purpose: str
    kinds: tuple[Kind, ...] = (Kind.HOUSEHOLD,)


def prepare_payouts(*, by: Actor, given: PayoutsGiven, now: datetime | None = None) -> PayoutRun:
    """Take the money of an area's parties out of their accounts, to be paid by the bank: the whole of each balance.

    What the area's units have earned is handed on to who runs them first.
    A small run is prepared when this returns, a larger one by a job. Who has no
    bank account is left out and counted. Raises `Forbidden` outside the actor's
    area, `Invalid` at the field that breaks a rule, `NothingToPay`.
    """
    run, held = _begin(by, given, now or clock.now())
    if held is not None:
        run_preparation(run_id=run.pk, by=by, now=now, held=held)
        run.refresh_from_db()
    return run


def run_preparation(
    *, run_id: int, by: Actor, now: datetime | None = None, held: Collection[int] | None = None
) -> None:
    """Go on with a run from where it is to its end. Safe to repeat: each step writes how far it came.

    `held` are the accounts that the caller's transaction has locked, where it goes on in it: no others are looked at.
    """
    moment = now or clock.now()
    while _prepare_some(run_id, by, moment, held):
        pass


@transaction.atomic
def restart_preparation(*, by: Actor, run: PayoutRun, now: datetime | None = None) -> None:
    """Let a job go on with a run that fell silent, as who asks for it: who began it may have left the post since.

    Raises `Forbidden`, `StillPreparing` while the last may be alive.
    """
    by.require(Permission.PAY, run.area_path)
    if by.person_id is None:
        raise Forbidden
    moment = now or clock.now()
    locked = PayoutRun.objects.select_for_update().get(pk=run.pk)
    if not locked.is_silent(moment):
        raise StillPreparing
    PayoutRun.objects.filter(pk=run.pk).update(tried_at=moment, person_id=by.person_id)
    details = {"seen": locked.seen, "total": locked.total}
    audit.record(by=by, act="ledger.restart_payouts", subject=run, area_path=run.area_path, details=details, now=moment)
    transaction.on_commit(lambda: _enqueue(run.pk))


@transaction.atomic
def cancel_payouts(*, by: Actor, run: PayoutRun, version: int, now: datetime | None = None) -> PayoutRun:
    """Put the money of a run that nobody has handed to the bank back on the parties' accounts.

    Raises `Forbidden`, `HandedOver`, `StillPreparing`, `Stale` when it changed since `version`.
    """
    by.require(Permission.PAY, run.area_path)
    moment = now or clock.now()
    locked = PayoutRun.objects.select_for_update().get(pk=run.pk)
    if locked.state == RunState.PREPARING:
        raise StillPreparing
    if locked.state != RunState.PREPARED:
        raise HandedOver
    run.state = RunState.CANCELLED
    run.save_version(version, ["state"])
    payouts = list(run.payouts.order_by("pk"))
    give_back(by=by, payouts=payouts, memo=str(_("Cancelled")), now=moment)
    run.payouts.update(state=PayoutState.CANCELLED, ended_on=clock.today(moment))
    details = {"count": len(payouts), "amount": str(run.amount)}
    audit.record(by=by, act="ledger.cancel_payouts", subject=run, area_path=run.area_path, details=details, now=moment)
    return run


@transaction.atomic
def _begin(by: Actor, given: PayoutsGiven, now: datetime) -> tuple[PayoutRun, set[int] | None]:
    """Write the run; return it with the accounts it is about, locked now: None of a large one, at which a job looks."""
    try:
        area = network.get_area(given.area)
    except NotFound:
        raise Invalid(_("There is no area with this code."), field="area") from None
    by.require(Permission.PAY, area.path)
    if by.person_id is None:
        raise Forbidden
    purpose, number = _checked(given), ids.reference("F")
    waiting, rich = house_account(AccountKind.PAYOUTS), accounts_to_pay(area.path, given.minimum)
    known = set(rich.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    few = known if len(known) <= AT_ONCE else None
    earned = hand_on_earnings(by=by, path=area.path, number=number, now=now, beside={*(few or ()), waiting.pk})
    held = None if few is None else few | earned
    total = rich.count() if held is None else rich.filter(pk__in=held).count()
    if not total:
        raise NothingToPay
    run = PayoutRun.objects.create(
        number=number,
        person_id=by.person_id,
        area=area,
        area_path=area.path,
        county_code=area.county_code,
        kinds=sorted(given.kinds),
        minimum_minor=given.minimum.minor,
        currency=given.minimum.currency,
        purpose=purpose,
        total=total,
        tried_at=now,
    )
    details = {"area": area.code, "minimum": str(given.minimum), "kinds": run.kinds}
    audit.record(by=by, act="ledger.prepare_payouts", subject=run, area_path=area.path, details=details, now=now)
    if held is None:
        transaction.on_commit(lambda: _enqueue(run.pk))
    return run, held


def _checked(given: PayoutsGiven) -> str:
    if given.minimum.minor <= 0:
        raise Invalid(_("Enter an amount above zero."), field="minimum")
    require_own_currency(given.minimum, field="minimum")
    if not given.kinds:
        raise Invalid(_("Choose who is paid."), field="kinds")
    purpose = " ".join(given.purpose.split())
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        told = _("Say what the money is for, in at most %(most)d characters.") % {"most": LONGEST_PURPOSE}
        raise Invalid(told, field="purpose")
    refuse_identity_number(purpose, field="purpose")
    return purpose


@transaction.atomic
def _prepare_some(run_id: int, by: Actor, now: datetime, held: Collection[int] | None = None) -> bool:
    """Look at the next accounts of a run, take what is to be paid, and say whether there may be more."""
    run = PayoutRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.PREPARING:
        return False
    by.require(Permission.PAY, run.area_path)
    wanted = accounts_to_pay(run.area_path, run.minimum).filter(pk__gt=run.reached_id)
    wanted = wanted if held is None else wanted.filter(pk__in=held)
    rows = [_Rich(*row) for row in wanted.order_by("pk").values_list(*_Rich._fields)[:BATCH]]
    if rows:
        _take(by, run, rows, now)
        run.reached_id, run.seen, run.tried_at = rows[-1].pk, run.seen + len(rows), clock.now()
    else:
        # A run without a single payout has nothing for the bank: it is over.
        run.state = RunState.PREPARED if run.count else RunState.CANCELLED
    run.save(update_fields=["state", "reached_id", "seen", "tried_at", "count", "amount_minor", "without_account"])
    return bool(rows)


class _Rich(NamedTuple):
    """An account that has enough, and whose it is."""

    pk: int
    party_id: int


def _take(by: Actor, run: PayoutRun, rows: Sequence[_Rich], now: datetime) -> None:
    """Make payouts of what lies on the accounts now that they are locked, and move the money."""
    waiting = house_account(AccountKind.PAYOUTS)
    balances = lock_balances({*(row.pk for row in rows), waiting.pk})
    party_ids = [row.party_id for row in rows]
    kinds, banks = registry.kinds_of(party_ids), registry.open_accounts(party_ids)
    payable = [row for row in rows if balances[row.pk] >= run.minimum_minor and kinds[row.party_id] in run.kinds]
    payouts = [_payout(row, balances[row.pk], banks[row.party_id]) for row in payable if row.party_id in banks]
    write_payouts(run, payouts, now)
    settle(by=by, drafts=[_draft(payout, run.currency, waiting.pk) for payout in payouts], now=now)
    run.count += len(payouts)
    run.amount_minor += sum(payout.minor for payout in payouts)
    run.without_account += len(payable) - len(payouts)


def _payout(row: _Rich, minor: int, bank: BankAccount) -> PayoutGiven:
    return PayoutGiven(ids.reference("Z", length=NUMBER), row.pk, minor, bank.pk, bank.bank, bank.last4)


def _draft(payout: PayoutGiven, currency: str, waiting_id: int) -> Draft:
    amount, reference = payout.amount(currency), f"payout/{payout.number}"
    legs = (Leg(payout.account, -amount, Part.BANK), Leg(waiting_id, amount, Part.BANK))
    return Draft(Reason.PAYOUT, reference, legs, f"{reference}/out")


def _enqueue(run_id: int) -> None:
    """Ask for the job; the lock lets two tries of one run follow, never accompany, each other."""
    app.configure_task(PREPARE_JOB, lock=f"{PREPARE_JOB}.{run_id}").defer(run_id=run_id)
