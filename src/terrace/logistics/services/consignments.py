"""Consignments: lots made up at a point, fetched by a tour, counted in at the centre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics.domain import ConsignmentStatus, Permission, ScanKind
from terrace.logistics.domain.consignments import Window
from terrace.logistics.models import Consignment, ConsignmentLine, Scan
from terrace.logistics.services import following
from terrace.logistics.services.authority import on_behalf_of_house
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.traceability import queries as lots
from terrace.traceability import services as tracing
from terrace.traceability.domain import EventKind, LossReason
from terrace.traceability.models import Lot

MOST_LOTS = 40
AT_ONCE = Window()


class NotWaiting(DomainError):
    """The consignment has left, or has ended."""

    code = "not_waiting"
    message = _("This consignment no longer waits to be fetched.")


class NotToCount(DomainError):
    """The consignment has not been scanned in, or was counted already."""

    code = "not_to_count"
    message = _("This consignment was counted already, or was not scanned in yet.")


@dataclass(frozen=True, slots=True)
class Short:
    """Why less arrived than was sent."""

    reason: LossReason
    note: str = ""


@transaction.atomic
def create_consignment(
    *,
    by: Actor,
    from_unit: ServiceUnit,
    to_unit: ServiceUnit,
    lots: Sequence[tuple[int, Quantity]],
    crates: int = 0,
    grams: int | None = None,
    is_cold: bool = False,
    window: Window = AT_ONCE,
    now: datetime | None = None,
) -> Consignment:
    """Make up a consignment of lots that lie at `from_unit`; of a lot that goes in part, that part becomes its own.

    `grams` is what it weighs on the vehicle: known for goods in kilograms and
    litres, asked for pieces; `window` says from when it can be fetched and until
    when it may wait. Raises `Forbidden`, `Invalid` at the field,
    `NotEnough` and `Recalled` of a lot.
    """
    by.require(Permission.HANDLE, from_unit.area_path)
    if from_unit.pk == to_unit.pk or not to_unit.is_open:
        raise Invalid(_("Say where it goes: to another unit that is open."), field="to_unit")
    moment = now or clock.now()
    window.check(moment)
    parts = [_part(by, lot, quantity, moment) for lot, quantity in _checked(lots, from_unit)]
    weight = _weight([quantity for _, quantity in lots], grams)
    known = {"seen_at": moment, "crates": crates, "grams": weight, "is_cold": is_cold}
    consignment = _between(from_unit, to_unit, ready_at=window.ready_at, waits_until=window.waits_until, **known)
    ConsignmentLine.objects.bulk_create(
        ConsignmentLine(consignment=consignment, lot=lot, sent_steps=quantity.steps, unit=quantity.unit)
        for lot, quantity in parts
    )
    _set_aside(by, consignment, parts, moment)
    write_scan(by, consignment, ScanKind.REGISTERED, moment, unit_id=from_unit.pk, moved=True)
    details = {"to": to_unit.number, "lots": [lot.number for lot, _ in parts], "crates": crates}
    _record(by, "create_consignment", consignment, details)
    return consignment


@transaction.atomic
def cancel_consignment(*, by: Actor, consignment: Consignment, now: datetime | None = None) -> Consignment:
    """Give up a consignment that still waits where it was made up; its lots lie there as before.

    Raises `Forbidden`, `NotWaiting`.
    """
    found = lock_consignment(consignment.pk)
    by.require(Permission.HANDLE, found.from_path)
    if found.status != ConsignmentStatus.WAITING:
        raise NotWaiting
    moment = max(now or clock.now(), found.seen_at)
    _stand(found, ConsignmentStatus.CANCELLED, moment)
    _arrive(by, found, found.from_unit_id, moment)
    tracing.release(by=by, lot_ids=_lot_ids(found), reference=_reference(found), now=moment)
    write_scan(by, found, ScanKind.RETURNED, moment, moved=True, unit_id=found.from_unit_id)
    following.ended(found)
    _record(by, "cancel_consignment", found, {})
    return found


@transaction.atomic
def receive_consignment(
    *,
    by: Actor,
    consignment: Consignment,
    arrived: Mapping[int, Quantity],
    short: Short | None = None,
    now: datetime | None = None,
) -> Consignment:
    """Count in a consignment that lies at its end.

    `arrived` is how much came of each lot, by its id; what is not named came in
    full. Where less came than was sent, `short` says why, and the rest is lost to
    its lot. Raises `Forbidden`, `NotToCount`, `Invalid` for more than was sent or
    a lack without a reason.
    """
    found = lock_consignment(consignment.pk)
    by.require(Permission.HANDLE, found.to_path)
    if found.status != ConsignmentStatus.TO_COUNT:
        raise NotToCount
    moment = max(now or clock.now(), found.seen_at)
    lines = list(found.lines.order_by("id"))
    _arrive(by, found, found.to_unit_id, moment)
    for line in lines:
        _count(by, line, arrived.get(line.lot_id, line.sent), short, moment)
    found.arrived_at = moment
    _stand(found, ConsignmentStatus.ARRIVED, moment, "arrived_at")
    write_scan(by, found, ScanKind.COUNTED_IN, moment, moved=True, unit_id=found.to_unit_id)
    details = {"lots": len(lines), "short": sum(line.arrived != line.sent for line in lines)}
    _record(by, "receive_consignment", found, details)
    return found


def lock_consignment(consignment_id: int) -> Consignment:
    """Return the consignment as it is now, locked until the transaction ends. Raises `NotFound`."""
    found = Consignment.objects.select_for_update(of=("self",)).filter(pk=consignment_id).first()
    if found is None:
        raise NotFound
    return found


def send_lots(by: Actor, consignment: Consignment, now: datetime) -> None:
    """Note on the lots that they left the unit where the consignment was made up."""
    tracing.note(
        by=by,
        lot_ids=_lot_ids(consignment),
        kind=EventKind.SENT,
        unit_id=consignment.from_unit_id,
        reference=_reference(consignment),
        now=now,
    )


def take_lots_back(by: Actor, consignment: Consignment, now: datetime) -> None:
    """Note on the lots that they lie again where the consignment was made up, and wait there: it leaves anew."""
    _arrive(by, consignment, consignment.from_unit_id, now)
    consignment.sent_at = None
    tracing.set_aside_again(by=by, lot_ids=_lot_ids(consignment), reference=_reference(consignment), now=now)


def lose_lots(by: Actor, consignment: Consignment, note: str, now: datetime) -> None:
    """Write off the lots of a consignment that is lost on its way."""
    tracing.release(by=by, lot_ids=_lot_ids(consignment), reference=_reference(consignment), now=now)
    found = lots.lots_by_id(_lot_ids(consignment))
    for line in consignment.lines.order_by("id"):
        lot = found[line.lot_id]
        quantity = Quantity(min(line.sent_steps, lot.steps), line.sent.unit)
        if quantity:
            house = on_behalf_of_house(by)
            reference, reason = _reference(consignment), LossReason.MISSING
            tracing.lose(by=house, lot=lot, quantity=quantity, reason=reason, note=note, reference=reference, now=now)


def write_scan(
    by: Actor,
    consignment: Consignment,
    kind: ScanKind,
    at: datetime,
    *,
    moved: bool,
    unit_id: int | None = None,
    tour_id: int | None = None,
    note: str = "",
) -> Scan:
    """Write a scan of a consignment as it stands now."""
    return Scan.objects.create(
        consignment=consignment,
        kind=kind,
        status=consignment.status,
        at=at,
        moved=moved,
        unit_id=unit_id,
        tour_id=tour_id,
        person_id=by.person_id,
        signed=by.signature or (by.name if by.person_id is None else f"#{by.person_id}"),
        note=note,
    )


def _between(from_unit: ServiceUnit, to_unit: ServiceUnit, **known: object) -> Consignment:
    """Write a consignment from a unit to a unit, with what else is known of it."""
    made: Consignment = Consignment.objects.create(
        number=ids.reference("K"),
        from_unit=from_unit,
        to_unit=to_unit,
        from_path=from_unit.area_path,
        to_path=to_unit.area_path,
        county_code=network.place(from_unit.area_id).county_code,
        unit_at=from_unit,
        **known,
    )
    return made


def _set_aside(by: Actor, consignment: Consignment, parts: Sequence[tuple[Lot, Quantity]], now: datetime) -> None:
    """Keep the lots for the consignment: locked now, they hold what was looked at a moment ago, or it is refused."""
    reference = _reference(consignment)
    held = tracing.set_aside(by=by, lot_ids=[lot.pk for lot, _ in parts], reference=reference, now=now)
    found = {lot.pk: lot for lot in held}
    for lot, quantity in parts:
        if (found[lot.pk].steps, found[lot.pk].unit_at_id) != (quantity.steps, consignment.from_unit_id):
            raise Invalid(_("Somebody took of lot %(lot)s just now. Look again.") % {"lot": lot.number}, field="lots")


def _checked(given: Sequence[tuple[int, Quantity]], from_unit: ServiceUnit) -> list[tuple[Lot, Quantity]]:
    """Return the lots with what goes of each, or raise what is wrong with them."""
    if not given:
        raise Invalid(_("Choose what goes along."), field="lots")
    if len(given) > MOST_LOTS or len({lot_id for lot_id, _ in given}) != len(given):
        raise Invalid(
            _("A consignment holds each lot once, and at most %(most)d lots.") % {"most": MOST_LOTS}, field="lots"
        )
    found = lots.lots_by_id(lot_id for lot_id, _ in given)
    for lot_id, quantity in given:
        lot = found.get(lot_id)
        if lot is None or lot.unit_at_id != from_unit.pk:
            raise Invalid(_("This lot does not lie here."), field="lots")
        if quantity.unit != lot.unit or quantity.steps <= 0:
            raise Invalid(_("Enter a quantity above zero."), field="lots")
        if lot.is_recalled:
            raise tracing.Recalled(field="lots")
        _refuse_taken(lot)
    return [(found[lot_id], quantity) for lot_id, quantity in given]


def _refuse_taken(lot: Lot) -> None:
    """Refuse a lot that another consignment still waits to carry."""
    waiting = ConsignmentLine.objects.filter(lot_id=lot.pk, consignment__status=ConsignmentStatus.WAITING)
    if line := waiting.select_related("consignment").order_by("id").first():
        told = _("Lot %(lot)s waits in consignment %(consignment)s already.")
        raise Invalid(told % {"lot": lot.number, "consignment": line.consignment.number}, field="lots")


def _part(by: Actor, lot: Lot, quantity: Quantity, now: datetime) -> tuple[Lot, Quantity]:
    """Return the lot that goes along: the whole, or a new one of the part that was asked for."""
    if quantity.steps == lot.steps:
        return lot, quantity
    return tracing.split_lot(by=on_behalf_of_house(by), lot=lot, parts=[quantity], now=now)[0], quantity


def _weight(quantities: Sequence[Quantity], grams: int | None) -> int:
    """Return what the goods weigh: a kilogram is one, a litre counts as one, pieces have to be weighed."""
    if grams is not None:
        if grams <= 0:
            raise Invalid(_("Enter a weight above zero."), field="grams")
        return grams
    if any(quantity.unit is Unit.PIECE for quantity in quantities):
        raise Invalid(_("Weigh what is counted in pieces, so that the vehicle is not overloaded."), field="grams")
    return sum(quantity.steps for quantity in quantities)


def _count(by: Actor, line: ConsignmentLine, arrived: Quantity, short: Short | None, now: datetime) -> None:
    if arrived.unit != line.sent.unit or not 0 <= arrived.steps <= line.sent_steps:
        raise Invalid(_("No more can arrive than was sent."), field=f"lot_{line.lot_id}")
    lacking = line.sent - arrived
    if lacking and short is None:
        raise Invalid(_("Less arrived than was sent. Say why."), field="reason")
    line.arrived_steps = arrived.steps
    line.save(update_fields=["arrived_steps"])
    if lacking and short:
        lot = lots.lots_by_id([line.lot_id])[line.lot_id]
        house = on_behalf_of_house(by)
        reference = _reference(line.consignment)
        tracing.lose(
            by=house, lot=lot, quantity=lacking, reason=short.reason, note=short.note, reference=reference, now=now
        )


def _arrive(by: Actor, consignment: Consignment, unit_id: int, now: datetime) -> None:
    if consignment.sent_at is None and unit_id == consignment.from_unit_id:
        return
    tracing.note(
        by=by,
        lot_ids=_lot_ids(consignment),
        kind=EventKind.ARRIVED,
        unit_id=unit_id,
        reference=_reference(consignment),
        now=now,
    )


def _stand(consignment: Consignment, status: ConsignmentStatus, now: datetime, *fields: str) -> None:
    consignment.status, consignment.seen_at = status, max(now, consignment.seen_at)
    consignment.save(update_fields=["status", "seen_at", *fields])


def _reference(consignment: Consignment) -> str:
    """Return how lots name the consignment that they ride in."""
    return f"consignment/{consignment.number}"


def _lot_ids(consignment: Consignment) -> list[int]:
    return list(consignment.lines.order_by("id").values_list("lot_id", flat=True))


def _record(by: Actor, act: str, consignment: Consignment, details: Mapping[str, object]) -> None:
    audit.record(
        by=by, act=f"logistics.{act}", subject=consignment, area_path=consignment.from_path, details=dict(details)
    )
