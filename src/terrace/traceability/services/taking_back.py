"""A purchase that is voided takes its lot back: all of it goes again, while nothing else has happened to it."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.traceability.domain import EventKind, LossReason
from terrace.traceability.models import Lot, LotEntry
from terrace.traceability.services.writing import Happened, check_not_set_aside, lock, write

UNTOUCHED = (EventKind.HARVESTED, EventKind.TAKEN_IN, EventKind.NOTED)


class LotTouched(DomainError):
    """Something happened to the lot since it was taken in, so it cannot go as if it had never come."""

    code = "lot_touched"
    message = _("Something was done with this lot already, so it can no longer be taken back.")


@transaction.atomic
def take_back_lot(*, by: Actor, lot_id: int, note: str, now: datetime | None = None) -> Lot:
    """Let all of a lot go again, to whom it came from; its history keeps that it was here. `note` says why.

    The calling act has authorised it. Raises `NotFound`, `SetAside`, `LotTouched` once
    anything but its harvest, its taking in or a note is in its history.
    """
    moment = now or clock.now()
    lot = lock([lot_id])[0]
    check_not_set_aside(lot)
    touched = LotEntry.objects.filter(lot=lot).exclude(event__kind__in=UNTOUCHED).exists()
    if touched or lot.steps != lot.first_steps:
        raise LotTouched(lot=lot.number)
    details = {"note": note, "taken_back": True}
    happened = Happened(EventKind.LOST, moment, lot.unit_at_id, reason=LossReason.OTHER, details=details)
    write(by, happened, [(lot, -lot.steps)])
    told = {"quantity": str(lot.left)}
    audit.record(
        by=by, act="traceability.take_back_lot", subject=lot, area_path=lot.area_path, details=told, now=moment
    )
    lot.steps = 0
    return lot
