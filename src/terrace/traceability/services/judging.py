"""What is found out about a lot: its tests, its grade, and that nobody should eat it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import File
from django.db import transaction

from terrace.audit import services as audit
from terrace.catalog import queries as catalog
from terrace.http import written
from terrace.kernel import clock, events
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.traceability import queries
from terrace.traceability.domain import (
    LONGEST_NOTE,
    EventKind,
    Grade,
    LotGraded,
    LotsRecalled,
    Permission,
    Result,
    check_results,
)
from terrace.traceability.models import Inspection, InspectionResult, Lot
from terrace.traceability.services.standing import require
from terrace.traceability.services.writing import Happened, check_at_hand, lock, write


class AlreadyRecalled(DomainError):
    """The lot was recalled before."""

    code = "already_recalled"
    message = _("This lot was recalled already.")


class NotRecalled(DomainError):
    """The lot is not recalled, so there is nothing to end."""

    code = "not_recalled"
    message = _("This lot is not recalled.")


@dataclass(frozen=True, slots=True)
class InspectionGiven:
    """A test as it is reported: its values, the laboratory or office behind it, and a photo of its report."""

    results: Sequence[Result]
    tested_by: str
    tested_on: date
    document: File[bytes] | None = None


@transaction.atomic
def inspect(*, by: Actor, lot: Lot, given: InspectionGiven, now: datetime | None = None) -> Inspection:
    """Record a test of a lot. Raises `Forbidden`, `Invalid` at the field that breaks a rule.

    A test from before the harvest is of other goods, and would stand on the public page as one of these.
    """
    moment = now or clock.now()
    require(by, Permission.INSPECT, lot)
    _check_test(given, clock.today(moment))
    held = lock([lot.pk])[0]
    _check_age(held, given.tested_on)
    passed = all(result.has_passed for result in given.results)
    details = {"passed": passed, "tested_on": given.tested_on.isoformat()}
    event = write(by, Happened(EventKind.INSPECTED, moment, held.unit_at_id, details=details), [(held, 0)])
    made = Inspection(event=event, lot=held, tested_on=given.tested_on, tested_by=given.tested_by)
    if given.document:
        made.document.save(given.document.name or held.number, given.document, save=False)
    made.save(force_insert=True)
    InspectionResult.objects.bulk_create(_row(made, result) for result in given.results)
    audit.record(by=by, act="traceability.inspect", subject=held, area_path=held.area_path, details=details, now=moment)
    return made


@transaction.atomic
def grade(*, by: Actor, lot: Lot, grade: Grade, now: datetime | None = None) -> Lot:
    """Put a lot into a class; what was bought of it to be paid by its grade is paid then.

    Raises `Forbidden`, `UnderWay`, `SetAside`.
    """
    moment = now or clock.now()
    require(by, Permission.INSPECT, lot)
    held = lock([lot.pk])[0]
    check_at_hand([held])
    details = {"before": held.grade, "grade": grade.value}
    write(by, Happened(EventKind.GRADED, moment, held.unit_at_id, details=details), [(held, 0)])
    held.grade = grade
    held.save(update_fields=["grade"])
    audit.record(by=by, act="traceability.grade", subject=held, area_path=held.area_path, details=details, now=moment)
    events.publish(LotGraded(held.pk))
    return held


@transaction.atomic
def recall(*, by: Actor, lot: Lot, reason: str, now: datetime | None = None) -> list[Lot]:
    """Recall a lot and every lot with some of it: their public pages warn, and nothing of them is packed any more.

    `reason` is read by the public. Return them all. Raises `Forbidden`, `AlreadyRecalled`, `Invalid` without a reason.
    """
    moment = now or clock.now()
    require(by, Permission.INSPECT, lot)
    _check_reason(reason)
    held = _hold_family(lot)
    if held[lot.pk].is_recalled:
        raise AlreadyRecalled
    new = [found for found in held.values() if not found.is_recalled]
    write(by, Happened(EventKind.RECALLED, moment, details={"reason": reason}), [(found, 0) for found in new])
    for found in new:
        found.recalled_at, found.recall_reason = moment, reason
    Lot.objects.bulk_update(new, ["recalled_at", "recall_reason"])
    told = {"reason": reason, "because_of": lot.number}
    audit.record_many(
        by=by, act="traceability.recall", subjects=[(found, found.area_path, told) for found in new], now=moment
    )
    events.publish(LotsRecalled(tuple(found.pk for found in new)))
    return new


@transaction.atomic
def end_recall(*, by: Actor, lot: Lot, now: datetime | None = None) -> Lot:
    """End the recall of one lot, because it turned out to be good. Raises `Forbidden`, `NotRecalled`."""
    moment = now or clock.now()
    require(by, Permission.INSPECT, lot)
    held = lock([lot.pk])[0]
    if not held.is_recalled:
        raise NotRecalled
    write(by, Happened(EventKind.CLEARED, moment), [(held, 0)])
    held.recalled_at, held.recall_reason = None, ""
    held.save(update_fields=["recalled_at", "recall_reason"])
    audit.record(by=by, act="traceability.end_recall", subject=held, area_path=held.area_path, now=moment)
    return held


def _hold_family(lot: Lot) -> dict[int, Lot]:
    """Return the lot and all that was made of it, locked, and none that is being made of them meanwhile is missed.

    A lot that is made of others has a higher id than they, so locking generation by generation keeps the order of ids.
    """
    held = {found.pk: found for found in lock([lot.pk])}
    while missing := set(queries.lots_made_of(lot)) - held.keys():
        held |= {found.pk: found for found in lock(missing)}
    return held


def _row(inspection: Inspection, result: Result) -> InspectionResult:
    return InspectionResult(
        inspection=inspection,
        measure=result.measure,
        substance=result.substance,
        value=result.value,
        limit=result.limit,
        passed=result.has_passed,
    )


def _check_test(given: InspectionGiven, today: date) -> None:
    check_results(given.results)
    if not given.tested_by.strip():
        raise Invalid(_("Name the laboratory or office that tested it."), field="tested_by")
    refuse_identity_number(given.tested_by, field="tested_by")
    if given.tested_on > today:
        raise Invalid(_("The day of the test is still to come."), field="tested_on")


def _check_age(lot: Lot, tested_on: date) -> None:
    """Raise `Invalid` for a test that is older than all of the goods; where no harvest was named, than they keep."""
    roots = queries.lots_by_id(queries.origins_of([lot.pk])[lot.pk]).values()
    keeps = timedelta(days=catalog.products_by_id([lot.product_id])[lot.product_id].keeps_days)
    first = min(root.harvested_on or clock.today(root.created_at) - keeps for root in roots)
    if tested_on < first:
        told = _("These goods were harvested on %(day)s. A test from before that day is not of them.")
        if any(root.harvested_on is None for root in roots):
            told = _("These goods cannot be older than %(day)s. A test from before that day is not of them.")
        raise Invalid(told % {"day": written.localdate(first)}, field="tested_on")


def _check_reason(reason: str) -> None:
    refuse_identity_number(reason, field="reason")
    if not reason.strip():
        raise Invalid(_("Say why it is recalled. Buyers read this."), field="reason")
    if len(reason) > LONGEST_NOTE:
        raise Invalid(_("A reason has at most %(most)s characters.") % {"most": LONGEST_NOTE}, field="reason")
