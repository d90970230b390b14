"""Mass leaves a lot, as a loss with its reason or packed for somebody, and comes back when a parcel is unpacked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from terrace.audit import services as audit
from terrace.kernel import clock, events
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.traceability.domain import (
    BY_HAND,
    LONGEST_NOTE,
    EventKind,
    LossReason,
    LotLost,
    Permission,
    UngradedPacked,
)
from terrace.traceability.models import Lot, LotEvent, LotUse
from terrace.traceability.queries.shares import origins_of_use
from terrace.traceability.services.lots import leave_at
from terrace.traceability.services.standing import require
from terrace.traceability.services.writing import (
    Happened,
    check_at_hand,
    check_enough,
    check_not_recalled,
    check_not_set_aside,
    lock,
    write,
)


@transaction.atomic
def lose(
    *,
    by: Actor,
    lot: Lot,
    quantity: Quantity,
    reason: LossReason,
    note: str = "",
    reference: str = "",
    now: datetime | None = None,
) -> LotEvent:
    """Record that so much of a lot is gone, and why. A recalled lot may be thrown away, too.

    `reference` names what it was lost in, such as `consignment/K-...`: what is under way is lost by who
    carries and counts it, and by nobody else, or it would be lost twice.

    Raises `Forbidden`, `NotEnough`, `UnderWay`, `SetAside`, `Invalid` for nothing, and for "something else"
    without a note.
    """
    moment = now or clock.now()
    held = lock([lot.pk])[0]
    require(by, Permission.RECORD, held)
    if reference:
        check_not_set_aside(held)
    else:
        check_at_hand([held])
    check_enough(held, quantity)
    _check_note(note)
    if reason is LossReason.OTHER and not note:
        raise Invalid(_("Say in a few words what happened to it."), field="note")
    details = {"note": note} if note else {}
    happened = Happened(EventKind.LOST, moment, held.unit_at_id, reason, reference, details)
    event = write(by, happened, [(held, -quantity.steps)])
    events.publish(LotLost(event.pk, held.pk))
    _record(by, "lose", held, {"quantity": str(quantity), "reason": reason.value}, moment)
    return event


@transaction.atomic
def pack(*, by: Actor, lot_id: int, quantity: Quantity, reference: str, now: datetime | None = None) -> LotUse:
    """Take so much of a lot into what `reference` names, such as `parcel/W-...`. The calling act has authorised it.

    The lot is locked, so two packers can never both take the last of it. Raises
    `NotFound`, `NotEnough`, `Recalled`, `UnderWay`, `SetAside`, `Invalid` for nothing or another unit.
    """
    moment = now or clock.now()
    lot = lock([lot_id])[0]
    check_not_recalled([lot])
    check_at_hand([lot])
    check_enough(lot, quantity)
    event = write(by, Happened(EventKind.PACKED, moment, lot.unit_at_id, reference=reference), [(lot, -quantity.steps)])
    if not lot.grade:
        events.publish(UngradedPacked(lot.pk))
    use = LotUse.objects.create(
        lot=lot,
        reference=reference,
        steps=quantity.steps,
        packed_by=event,
        packed_at=moment,
        county_code=lot.county_code,
    )
    _record(by, "pack", lot, {"quantity": str(quantity), "into": reference}, moment)
    return use


@transaction.atomic
def unpack(*, by: Actor, reference: str, lost: LossReason | None = None, now: datetime | None = None) -> list[LotUse]:
    """Put back all that was packed into `reference`; return what it was. The calling act has authorised it.

    Where a lot has gone elsewhere meanwhile, or waits to, its goods stay as a lot of
    their own where they were packed. With `lost` they are worth nothing any more, and
    written off at once for that reason. Safe to repeat: what was put back is left alone.
    """
    moment = now or clock.now()
    lots = {lot.pk: lot for lot in lock(_lots_in(reference))}
    uses = list(
        LotUse.objects.select_for_update(of=["self"])
        .select_related("packed_by")
        .filter(_live(reference))
        .order_by("id")
    )
    for use in uses:
        lot, origins, place = lots[use.lot_id], origins_of_use(use), use.packed_by.unit_id
        happened = Happened(EventKind.UNPACKED, moment, lot.unit_at_id, reference=reference)
        event = write(by, happened, [(lot, use.steps)], {lot.pk: origins})
        use.undone_by, use.undone_at = event, max(moment, use.packed_at)
        use.save(update_fields=["undone_by", "undone_at"])
        _record(by, "unpack", lot, {"quantity": str(Quantity(use.steps, lot.left.unit)), "from": reference}, moment)
        if lost is not None:
            gone = Happened(EventKind.LOST, moment, lot.unit_at_id, lost, reference)
            write(by, gone, [(lot, -use.steps)], {lot.pk: origins})
        elif place is not None and (lot.unit_at_id != place or lot.set_aside_for):
            leave_at(by=by, lot=lot, origins=origins, packed=use.packed_by, now=moment)
    return uses


@transaction.atomic
def note(
    *,
    by: Actor,
    lot_ids: Iterable[int],
    kind: EventKind,
    unit_id: int | None = None,
    details: Mapping[str, Any] | None = None,
    reference: str = "",
    now: datetime | None = None,
) -> LotEvent:
    """Note a step of lots that moves no mass: sent, arrived, cooled, shipped. The calling act has authorised it.

    A lot that was sent lies nowhere until it arrives, then at `unit_id`; it waits for nothing any more. Raises
    `Invalid` for a kind that has an act of its own, or an arrival without a unit.
    """
    moment = now or clock.now()
    if not kind.is_noted:
        raise Invalid(_("This step has an act of its own."), field="kind")
    if kind is EventKind.ARRIVED and unit_id is None:
        raise Invalid(_("Say where it arrived."), field="unit")
    lots = lock(lot_ids)
    happened = Happened(kind, moment, unit_id, reference=reference, details=details or {})
    event = write(by, happened, [(lot, 0) for lot in lots])
    _move(lots, kind, unit_id)
    told = {"kind": kind.value, "reference": reference}
    audit.record_many(by=by, act="traceability.note", subjects=[(lot, lot.area_path, told) for lot in lots], now=moment)
    return event


@transaction.atomic
def record_step(*, by: Actor, lot: Lot, kind: EventKind, text: str = "", now: datetime | None = None) -> LotEvent:
    """Record by hand that a lot was cooled, or anything else worth a note. Buyers read the step, never the text.

    Raises `Forbidden`, `UnderWay`, `Invalid` for another kind of step, or a note without a text.
    """
    held = lock([lot.pk])[0]
    require(by, Permission.RECORD, held)
    if kind not in BY_HAND:
        raise Invalid(_("This step has an act of its own."), field="kind")
    _check_note(text)
    if kind is EventKind.NOTED and not text.strip():
        raise Invalid(_("Say in a few words what happened to it."), field="note")
    details = {"note": text} if text else {}
    return note(by=by, lot_ids=[held.pk], kind=kind, unit_id=held.unit_at_id, details=details, now=now)


def _move(lots: list[Lot], kind: EventKind, unit_id: int | None) -> None:
    """Keep where the lots lie now."""
    if kind not in (EventKind.SENT, EventKind.ARRIVED):
        return
    arrived = kind is EventKind.ARRIVED and unit_id is not None
    unit = network.units_by_id([unit_id])[unit_id] if arrived and unit_id is not None else None
    Lot.objects.filter(pk__in=[lot.pk for lot in lots]).update(
        unit_at=unit.pk if unit else None, unit_path=unit.area_path if unit else "", set_aside_for=""
    )


def _lots_in(reference: str) -> list[int]:
    return list(LotUse.objects.filter(_live(reference)).order_by("id").values_list("lot_id", flat=True))


def _live(reference: str) -> Q:
    return Q(reference=reference, undone_at__isnull=True)


def _check_note(text: str) -> None:
    refuse_identity_number(text, field="note")
    if len(text) > LONGEST_NOTE:
        raise Invalid(_("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE}, field="note")


def _record(by: Actor, act: str, lot: Lot, details: Mapping[str, Any], now: datetime) -> None:
    audit.record(by=by, act=f"traceability.{act}", subject=lot, area_path=lot.area_path, details=details, now=now)
