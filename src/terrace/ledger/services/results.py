"""Booking what the bank says of payouts: all rows of its file or none, and each thing once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from terrace.audit import services as audit
from terrace.http.workbooks import GivenRow, RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.ledger.domain import UNDER_WAY, AccountKind, Draft, Leg, Part, PayoutState, Permission, Reason, RunState
from terrace.ledger.models import Payout, PayoutRun
from terrace.ledger.services.accounts import house_account
from terrace.ledger.services.posting import settle
from terrace.ledger.services.result_rows import RESULTS, Outcome, ResultRows
from terrace.ledger.services.returning import back
from terrace.ledger.services.telling import tell_of

NOTE = """
    update ledger_payout payout
    set state = said.state, paid_on = said.paid_on, ended_on = said.ended_on, answer = said.answer
    from json_to_recordset(%s::json) as said (id bigint, state text, paid_on date, ended_on date, answer text)
    where payout.id = said.id
"""


class NotHandedOver(DomainError):
    """The bank cannot know these payouts yet."""

    code = "not_handed_over"
    message = _("This run was not handed to the bank. Take its file there first.")


@dataclass(frozen=True, slots=True)
class Booked:
    """What a file of the bank changed: payouts paid, refused, come back; `repeated` rows said nothing new."""

    paid: int = 0
    failed: int = 0
    returned: int = 0
    repeated: int = 0


@transaction.atomic
def book_results(*, by: Actor, run: PayoutRun, rows: Sequence[GivenRow], now: datetime | None = None) -> Booked:
    """Book what the bank says of a run's payouts, all rows or none; the same file again changes nothing.

    Paid money leaves for the bank; what failed goes back on the party's account,
    and so does what comes back after it was paid. The people of the parties are
    told. Raises `Forbidden`, `NotHandedOver`, `Invalid` for a file without rows,
    `RowsRefused` with every bad row.
    """
    by.require(Permission.PAY, run.area_path)
    moment = now or clock.now()
    locked = PayoutRun.objects.select_for_update().get(pk=run.pk)
    if locked.state not in (RunState.EXPORTED, RunState.SETTLED):
        raise NotHandedOver
    if not rows:
        raise Invalid(_("There are no rows."), field="file")
    sheet = ResultRows({payout.number: payout for payout in locked.payouts.select_related("account")}, moment)
    sheet.take(rows)
    if sheet.problems:
        raise RowsRefused(sheet.problems, RESULTS)
    changed = [outcome for outcome in sheet.outcomes.values() if outcome.has_changed]
    if changed:
        _book(by, locked, changed, moment)
    counts = sheet.count()
    booked = Booked(
        paid=sum(outcome.was_paid for outcome in changed),
        failed=counts[PayoutState.FAILED],
        returned=counts[PayoutState.RETURNED],
        repeated=sheet.repeated,
    )
    _record(by, locked, booked, moment)
    return booked


def _book(by: Actor, run: PayoutRun, changed: Sequence[Outcome], now: datetime) -> None:
    settle(by=by, drafts=_drafts(changed), now=now)
    _note(changed)
    if run.state == RunState.EXPORTED and not run.payouts.filter(state__in=UNDER_WAY).exists():
        run.state, run.settled_at = RunState.SETTLED, now
        run.save_version(run.version, ["state", "settled_at"])
    tell_of(changed, now)


def _note(changed: Sequence[Outcome]) -> None:
    """Write where the payouts stand now, by one statement: the file may have a hundred thousand."""
    rows = [
        {
            "id": outcome.payout.pk,
            "state": outcome.state,
            "paid_on": _iso(outcome.paid_on),
            "ended_on": _iso(outcome.ended_on),
            "answer": outcome.answer,
        }
        for outcome in changed
    ]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [json.dumps(rows)])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _drafts(changed: Sequence[Outcome]) -> list[Draft]:
    """Return the transfers in the order of what happened: what is paid and comes back does both."""
    waiting, bank = house_account(AccountKind.PAYOUTS).pk, house_account(AccountKind.BANK).pk
    drafts = [_paid(outcome.payout, waiting, bank) for outcome in changed if outcome.was_paid]
    for outcome in changed:
        if outcome.came_back:
            drafts.append(back(outcome.payout, bank if outcome.paid_on else waiting, outcome.answer))
    return drafts


def _paid(payout: Payout, waiting_id: int, bank_id: int) -> Draft:
    legs = (Leg(waiting_id, -payout.amount, Part.BANK), Leg(bank_id, payout.amount, Part.BANK))
    return Draft(Reason.PAYOUT_PAID, payout.reference, legs, f"{payout.reference}/paid")


def _record(by: Actor, run: PayoutRun, booked: Booked, now: datetime) -> None:
    details = {
        "paid": booked.paid,
        "failed": booked.failed,
        "returned": booked.returned,
        "repeated": booked.repeated,
    }
    audit.record(by=by, act="ledger.book_results", subject=run, area_path=run.area_path, details=details, now=now)
