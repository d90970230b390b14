"""Parcels that nobody fetches: their recipients reminded, kept longer for who asked, sent back at last."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import ScanKind
from terrace.logistics.domain.shelf import MOST_DAYS
from terrace.logistics.models import Parcel
from terrace.logistics.services import telling
from terrace.logistics.services.handing import counter
from terrace.logistics.services.steps import Step, lock, take

BATCH = 200
MOST_AT_ONCE = 14
"""So many days longer a parcel is kept by one call."""


class NotOverdue(DomainError):
    """The days that the recipient has are not over."""

    code = "not_overdue"
    message = _("The recipient still has time to fetch it. Who does not want it refuses it.")


@transaction.atomic
def send_back(*, by: Actor, parcel: Parcel, note: str = "", now: datetime | None = None) -> Parcel:
    """Give up waiting for who does not fetch a parcel: it goes back to its carrier, as one that was refused.

    Raises `Forbidden`, `NotOverdue`, `Impossible`. A second time changes nothing.
    """
    found = lock(parcel.pk)
    unit = counter(by, found)
    if found.is_refused:
        return found
    moment = max(now or clock.now(), found.seen_at)
    if found.keep_until is None or moment < found.keep_until:
        raise NotOverdue
    take(by, found, Step(ScanKind.NOT_FETCHED, moment, "logistics.send_back", unit=unit, note=note))
    return found


@transaction.atomic
def keep_longer(*, by: Actor, parcel: Parcel, days: int, now: datetime | None = None) -> Parcel:
    """Keep a parcel `days` days longer from today, for a recipient who said to come. Raises `Forbidden`, `Invalid`."""
    found = lock(parcel.pk)
    unit = counter(by, found)
    if found.keep_until is None or found.shelved_at is None:
        raise Invalid(_("It does not lie on the shelf."))
    if not 0 < days <= MOST_AT_ONCE:
        raise Invalid(_("Keep it from 1 to %(most)d days longer.") % {"most": MOST_AT_ONCE}, field="days")
    until = max(now or clock.now(), found.seen_at) + timedelta(days=days)
    if until > found.shelved_at + timedelta(days=MOST_DAYS):
        raise Invalid(_("A shelf keeps a parcel from 1 to %(most)d days.") % {"most": MOST_DAYS}, field="days")
    found.keep_until = max(found.keep_until, until)
    found.save(update_fields=["keep_until"])
    details = {"days": days}
    audit.record(by=by, act="logistics.keep_longer", subject=found, area_path=unit.area_path, details=details)
    return found


def remind_recipients(*, now: datetime | None = None) -> int:
    """Remind recipients whose parcels lie on the shelf for days, each once; return how many parcels.

    In batches, each in a transaction of its own, so it may stop at any time and be run again.
    """
    moment, reminded = now or clock.now(), 0
    while batch := _remind_batch(moment):
        reminded += batch
    return reminded


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    due = Parcel.objects.filter(remind_at__lte=now).order_by("id")
    rows = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    for row in rows:
        telling.remind(row)
    Parcel.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    nothing: dict[str, object] = {}
    subjects = [(row, row.area_path, nothing) for row in rows]
    audit.record_many(by=SYSTEM, act="logistics.remind_recipients", subjects=subjects, now=now)
    return len(rows)
