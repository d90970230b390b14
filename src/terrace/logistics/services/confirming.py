"""The keeper's word at a hand-over: what of a tour's load is there, what is missing and what is damaged."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import Permission, ScanKind, TourStatus
from terrace.logistics.domain.drops import Judged, judged
from terrace.logistics.domain.parcels import heard_at
from terrace.logistics.models import DropReceipt, Stop, Tour
from terrace.logistics.services.driving import NotUnderWay
from terrace.logistics.services.scanning import scan
from terrace.logistics.services.tours import lock_tour
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


class OwnDrop(DomainError):
    """Who drove would confirm their own word."""

    code = "own_drop"
    message = _("Who drove the tour cannot confirm what it brought. Let somebody else at the unit do it.")


class DropConfirmed(DomainError):
    """Somebody has confirmed it, and otherwise."""

    code = "drop_confirmed"
    message = _("This was confirmed already. What is different now is scanned at the desk.")


@transaction.atomic
def confirm_drop(
    *,
    by: Actor,
    stop: Stop,
    missing: Collection[str] = (),
    damaged: Collection[str] = (),
    at: datetime | None = None,
    note: str = "",
    now: datetime | None = None,
) -> DropReceipt:
    """Confirm what a tour put down at a stop: all of it, but for the numbers that are missing or damaged.

    What nobody scanned yet is scanned as arrived, what differs as missing or damaged, so that it has its task. `at`
    is when the keeper looked, who may have had no network. The same again changes nothing. Raises `Forbidden` for
    who does not work there, `OwnDrop`, `NotUnderWay`, `DropConfirmed`, `Invalid`, and `Impossible` where a piece
    was handed over meanwhile.
    """
    unit = network.units_by_id([stop.unit_id])[stop.unit_id]
    by.require(Permission.HANDLE, unit.area_path)
    tour = lock_tour(stop.tour_id)
    if by.person_id is not None and by.person_id in (tour.driver_id, tour.relieved_id):
        raise OwnDrop
    if tour.status not in (TourStatus.UNDER_WAY, TourStatus.FINISHED):
        raise NotUnderWay
    found = tour.stops.filter(pk=stop.pk).first()
    if found is None:
        raise NotFound
    known = DropReceipt.objects.filter(stop=found).first()
    if known is not None:
        return _same(known, missing, damaged)
    said = judged(queries.pieces_for(found), missing, damaged)
    moment = max([heard_at(at, now or clock.now()), *queries.last_seen(found)])
    _scan(by, tour, unit, said, note, moment)
    receipt = DropReceipt.objects.create(
        stop=found,
        person_id=by.person_id,
        at=moment,
        expected=said.expected,
        arrived=len(said.here),
        missing=len(said.missing),
        damaged=len(said.damaged),
    )
    details = {"place": found.place, "arrived": receipt.arrived, "missing": receipt.missing, "damaged": receipt.damaged}
    audit.record(by=by, act="logistics.confirm_drop", subject=tour, area_path=unit.area_path, details=details, now=now)
    return receipt


def _same(known: DropReceipt, missing: Collection[str], damaged: Collection[str]) -> DropReceipt:
    if (known.missing, known.damaged) != (len(set(missing)), len(set(damaged))):
        raise DropConfirmed
    return known


def _scan(by: Actor, tour: Tour, unit: ServiceUnit, said: Judged, note: str, at: datetime) -> None:
    """Scan what is news, in the order of the pieces, so that two who scan at once wait and do not lock up."""
    rides = queries.still_riding(tour, (*said.here, *said.damaged))
    for number in sorted((*said.here, *said.missing, *said.damaged)):
        if number in said.missing:
            where = {"tour": tour} if tour.status == TourStatus.UNDER_WAY else {"unit": unit}
            scan(by=by, code=number, kind=ScanKind.MISSING, note=note, at=at, now=at, **where)
            continue
        if number in rides:
            scan(by=by, code=number, kind=ScanKind.ARRIVED, tour=tour, unit=unit, at=at, now=at)
        if number in said.damaged:
            scan(by=by, code=number, kind=ScanKind.DAMAGED, unit=unit, note=note, at=at, now=at)
