"""One scan of a consignment: the rule asked, the scan written, the goods moved, their lots told."""

from datetime import datetime

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import ConsignmentStatus, Effect, ScanKind
from terrace.logistics.domain.consignments import step
from terrace.logistics.models import Consignment, Scan, Tour
from terrace.logistics.services import following, telling
from terrace.logistics.services.consignments import lose_lots, send_lots, take_lots_back, write_scan
from terrace.network.models import ServiceUnit

TOLD = frozenset({ScanKind.MISSING, ScanKind.DAMAGED})
"""What is kept in the history for a person to see to, and moves nothing: goods are counted at their end."""
TROUBLE = TOLD | {ScanKind.LOST}


def take_goods(
    by: Actor,
    consignment: Consignment,
    kind: ScanKind,
    at: datetime,
    *,
    unit: ServiceUnit | None,
    tour: Tour | None,
    note: str = "",
) -> Effect:
    """Take one step with a consignment that the caller has locked and authorised. Raises `Impossible`, `Invalid`."""
    if kind in TOLD:
        effect = Effect.LATE
    else:
        wanted = _wanted(consignment, kind, unit)
        place = (unit.pk if unit else None, tour.pk if tour and not unit else None)
        now = ConsignmentStatus(consignment.status)
        effect = step(now, wanted, same_place=place == (consignment.unit_at_id, consignment.tour_at_id))
        if effect is Effect.MOVE and at < consignment.seen_at:
            effect = Effect.LATE
        if effect is Effect.MOVE:
            _move(by, consignment, wanted, at, unit=unit, tour=tour, note=note)
    if effect is Effect.REPEAT or (effect is Effect.LATE and _is_known(consignment, kind, at, unit, tour)):
        return _seen_again(consignment, at)
    if kind in TROUBLE and not _was_said_last(consignment, kind):
        telling.tell_goods_trouble(by, consignment, kind, at)
    moved = effect is Effect.MOVE
    unit_id, tour_id = unit.pk if unit else None, tour.pk if tour else None
    write_scan(by, consignment, kind, at, moved=moved, unit_id=unit_id, tour_id=tour_id, note=note)
    where = unit.area_path if unit else tour.area_path if tour else consignment.from_path
    details = {"kind": str(kind), "at": at.isoformat(), "moved": moved}
    audit.record(by=by, act="logistics.scan_consignment", subject=consignment, area_path=where, details=details)
    return effect


def _wanted(consignment: Consignment, kind: ScanKind, unit: ServiceUnit | None) -> ConsignmentStatus:
    """Return where a scan of `kind` puts the consignment."""
    if kind is ScanKind.LOADED:
        return ConsignmentStatus.ON_VEHICLE
    if kind is ScanKind.LOST:
        return ConsignmentStatus.LOST
    if kind is not ScanKind.ARRIVED or unit is None:
        raise Invalid(_("This is not said of farm goods."), field="kind")
    if unit.pk == consignment.to_unit_id:
        return ConsignmentStatus.TO_COUNT
    return ConsignmentStatus.WAITING if unit.pk == consignment.from_unit_id else ConsignmentStatus.ON_THE_WAY


def _move(
    by: Actor,
    consignment: Consignment,
    wanted: ConsignmentStatus,
    at: datetime,
    *,
    unit: ServiceUnit | None,
    tour: Tour | None,
    note: str,
) -> None:
    is_leaving = consignment.sent_at is None and wanted is not ConsignmentStatus.WAITING
    consignment.status, consignment.seen_at = wanted, at
    consignment.unit_at_id = unit.pk if unit else None
    consignment.tour_at_id = tour.pk if tour and not unit else None
    if wanted is ConsignmentStatus.LOST:
        lose_lots(by, consignment, note or consignment.number, at)
    elif is_leaving:
        consignment.sent_at = at
        send_lots(by, consignment, at)
    elif wanted is ConsignmentStatus.WAITING and consignment.sent_at is not None:
        take_lots_back(by, consignment, at)
    consignment.save()
    if wanted is ConsignmentStatus.ON_VEHICLE and tour:
        following.loaded(consignment, tour, consignment.grams)
    elif wanted.is_final:
        following.ended(consignment)
    elif unit is not None:
        following.unloaded(consignment, unit.pk)


def _is_known(
    consignment: Consignment, kind: ScanKind, at: datetime, unit: ServiceUnit | None, tour: Tour | None
) -> bool:
    return Scan.objects.filter(consignment=consignment, kind=kind, at=at, unit=unit, tour=tour).exists()


def _was_said_last(consignment: Consignment, kind: ScanKind) -> bool:
    """Say whether the latest scan says the same: whoever has to see to it knows."""
    latest = Scan.objects.filter(consignment=consignment).order_by("-id").first()
    return latest is not None and latest.kind == kind


def _seen_again(consignment: Consignment, at: datetime) -> Effect:
    if at > consignment.seen_at:
        consignment.seen_at = at
        consignment.save(update_fields=["seen_at"])
    return Effect.REPEAT
