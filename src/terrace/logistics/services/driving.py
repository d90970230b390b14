"""Driving a tour: leaving the yard, arriving and leaving, loading and unloading by the list, coming home.

`at` is the moment by the clock of who tells of an act, whose phone may have had no network (`heard_at`). A tour's
moments never go backwards: told of an earlier one, an act counts as done when the one before it was.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.logistics.domain import LoadState, ParcelStatus, Permission, ScanKind, TourStatus
from terrace.logistics.domain.parcels import heard_at
from terrace.logistics.models import Consignment, Load, Parcel, Stop, Tour
from terrace.logistics.services import following
from terrace.logistics.services.consignments import lock_consignment
from terrace.logistics.services.goods import take_goods
from terrace.logistics.services.loading import fetched_at
from terrace.logistics.services.steps import Step, lock, take
from terrace.logistics.services.tours import TourEnded, lock_planned, lock_tour, tell_no_longer
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


class NotUnderWay(DomainError):
    """The tour has not left yet, or has ended."""

    code = "not_under_way"
    message = _("This tour is not under way. Start it first.")


class OtherTour(DomainError):
    """The vehicle or the driver is on another tour."""

    code = "other_tour"
    message = _("The vehicle or the driver is on another tour. Finish that first.")


@transaction.atomic
def start_tour(*, by: Actor, tour: Tour, at: datetime | None = None, now: datetime | None = None) -> Tour:
    """Leave the yard; where it begins at another unit, be there at its first stop. Starting it again changes nothing.

    Raises `Forbidden`, `TourEnded`, `OtherTour`.
    """
    found = lock_tour(tour.pk)
    require_drives(by, found)
    if found.status == TourStatus.UNDER_WAY:
        return found
    if found.status != TourStatus.PLANNED:
        raise TourEnded
    found.status, found.started_at = TourStatus.UNDER_WAY, heard_at(at, now or clock.now())
    try:
        with transaction.atomic():
            found.save_version(found.version, ["status", "started_at"])
    except IntegrityError as clash:
        raise OtherTour from clash
    if found.begins_at_id is not None:
        following.reached(found, found.begins_at_id, found.started_at)
    _record(by, "start_tour", found)
    return found


@transaction.atomic
def arrive(*, by: Actor, tour: Tour, stop_id: int, at: datetime | None = None, now: datetime | None = None) -> Stop:
    """Arrive at a stop; again changes nothing. Raises `Forbidden`, `NotUnderWay`, `TourEnded`, `NotFound`."""
    found, stop = _under_way(by, tour, stop_id)
    if stop.arrived_at is None:
        stop.arrived_at = _not_before(found.started_at, at, now)
        stop.save(update_fields=["arrived_at"])
        _record(by, "arrive_at_stop", found, place=stop.place)
    return stop


@transaction.atomic
def leave(*, by: Actor, tour: Tour, stop_id: int, at: datetime | None = None, now: datetime | None = None) -> Stop:
    """Leave a stop, where an arrival that nobody noted is noted with it; again changes nothing. Raises as `arrive`."""
    found, stop = _under_way(by, tour, stop_id)
    if stop.left_at is None:
        stop.left_at = _not_before(stop.arrived_at or found.started_at, at, now)
        stop.arrived_at = stop.arrived_at or stop.left_at
        stop.save(update_fields=["arrived_at", "left_at"])
        _record(by, "leave_stop", found, place=stop.place)
    return stop


@transaction.atomic
def take_all(*, by: Actor, tour: Tour, stop_id: int | None = None, now: datetime | None = None) -> int:
    """Load all that the list says is loaded at the stop, or None for the yard; return how many that were.

    For who has compared the list with what lies there: each is scanned as loaded. What lies elsewhere meanwhile,
    or was not found, is not loaded by this. Raises as `arrive`.
    """
    found, stop = _under_way(by, tour, stop_id) if stop_id else (_open_tour(by, tour), None)
    if stop is not None:
        following.reached(found, stop.unit_id, now or clock.now())
    planned = found.loads.filter(take_at=stop, state=LoadState.PLANNED).select_related("parcel", "consignment")
    place = stop.unit_id if stop else found.leaves_from
    planned = planned.filter(pk__in=[load.pk for load in planned if _lies_ready(load, place)])
    return _scan_each(by, found, planned, ScanKind.LOADED, None, now or clock.now())


@transaction.atomic
def drop_all(*, by: Actor, tour: Tour, stop_id: int, now: datetime | None = None) -> int:
    """Unload all that is on the vehicle for the stop; return how many that were. Raises as `arrive`."""
    found, stop = _under_way(by, tour, stop_id)
    following.reached(found, stop.unit_id, now or clock.now())
    unit = network.units_by_id([stop.unit_id])[stop.unit_id]
    loaded = found.loads.filter(drop_at=stop, state=LoadState.LOADED)
    return _scan_each(by, found, loaded, ScanKind.ARRIVED, unit, now or clock.now())


@transaction.atomic
def finish_tour(*, by: Actor, tour: Tour, at: datetime | None = None, now: datetime | None = None) -> Tour:
    """Come home: what is on the vehicle arrives where the tour ends, and what was never loaded waits again.

    What is missing stays missing: coming home does not find it; what is damaged
    stays damaged until somebody has looked at it.

    Finishing again changes nothing. Raises `Forbidden`, `NotUnderWay`.
    """
    found = lock_tour(tour.pk)
    require_drives(by, found)
    if found.status == TourStatus.FINISHED:
        return found
    if found.status != TourStatus.UNDER_WAY:
        raise NotUnderWay
    moment = _not_before(_last_seen(found), at, now)
    _put_down(by, found, found.comes_home_to, moment)
    left = following.left_behind(found)
    found.status, found.finished_at = TourStatus.FINISHED, moment
    found.save_version(found.version, ["status", "finished_at"])
    _record(by, "finish_tour", found, left=left)
    return found


@transaction.atomic
def cancel_tour(*, by: Actor, tour: Tour, version: int, now: datetime | None = None) -> Tour:
    """Give up a tour that has not left: what was to ride waits again, and what was loaded lies where it was to begin.

    Raises `Forbidden`, `Stale`, `TourEnded`.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    found = lock_planned(tour.pk)
    found.status = TourStatus.CANCELLED
    found.save_version(version, ["status"])
    _put_down(by, found, found.leaves_from, now or clock.now())
    following.left_behind(found)
    tell_no_longer(found, found.driver_id, by=by)
    _record(by, "cancel_tour", found)
    return found


@transaction.atomic
def report_problem(
    *, by: Actor, tour: Tour, text: str, at: datetime | None = None, now: datetime | None = None
) -> None:
    """Tell the centre's people what is wrong on the way: a breakdown, a closed road. Raises `Forbidden`, `Invalid`.

    What is told late, `at` the moment that it was seen, says in its record when that was.
    """
    found = _open_tour(by, tour)
    refuse_identity_number(text, field="text")
    if not text.strip():
        raise Invalid(_("Say in a few words what is wrong."), field="text")
    moment = now or clock.now()
    seen = heard_at(at, moment)
    planners = accounts.holders_of(Permission.DISPATCH, found.area_path, clock.today(moment))
    told = accounts.recipients(person_id for person_id in planners if person_id != by.person_id)
    title = _("Tour %(tour)s: %(text)s") % {"tour": found.number, "text": text.strip()[:120]}
    messaging.notify(
        to=told, topic=Topic.PARCEL, title=title, url=reverse("logistics:tour", args=[found.number]), now=moment
    )
    _record(by, "report_problem", found, text=text.strip()[:200], at=seen.isoformat())


def require_drives(by: Actor, tour: Tour) -> None:
    """Raise `Forbidden` unless the actor drives the tour, or drove it before, with a driver's post, or plans it."""
    drivers = (tour.driver_id, tour.relieved_id)
    if by.person_id is not None and by.person_id in drivers and by.may(Permission.DRIVE, tour.area_path):
        return
    if not by.may(Permission.DISPATCH, tour.area_path):
        raise Forbidden(permission=Permission.DRIVE.value)


def _not_before(earliest: datetime | None, at: datetime | None, now: datetime | None) -> datetime:
    """Return when an act was, as it was told, but not before what it came after."""
    moment = heard_at(at, now or clock.now())
    return max(moment, earliest or moment)


def _last_seen(tour: Tour) -> datetime | None:
    """Return the latest moment that is noted of a tour under way."""
    noted = [moment for stop in tour.stops.all() for moment in (stop.arrived_at, stop.left_at)]
    return max((moment for moment in (*noted, tour.started_at) if moment), default=None)


def _open_tour(by: Actor, tour: Tour) -> Tour:
    found = lock_tour(tour.pk)
    require_drives(by, found)
    if not TourStatus(found.status).is_open:
        raise TourEnded
    return found


def _under_way(by: Actor, tour: Tour, stop_id: int) -> tuple[Tour, Stop]:
    found = lock_tour(tour.pk)
    require_drives(by, found)
    if found.status != TourStatus.UNDER_WAY:
        raise NotUnderWay if TourStatus(found.status).is_open else TourEnded
    stop = found.stops.filter(pk=stop_id).first()
    if stop is None:
        raise NotFound
    return found, stop


def _scan_each(
    by: Actor, tour: Tour, loads: QuerySet[Load], kind: ScanKind, unit: ServiceUnit | None, now: datetime
) -> int:
    """Scan what rides, one by one in the order of their ids, so that two who scan at once wait and do not lock up."""
    rows = [load.parcel or load.consignment for load in loads.select_related("parcel", "consignment")]
    for row in sorted((row for row in rows if row), key=lambda row: (isinstance(row, Consignment), row.pk)):
        if isinstance(row, Parcel):
            parcel = lock(row.pk)
            take(by, parcel, Step(_said_of(parcel, kind), max(now, parcel.seen_at), unit=unit, tour=tour))
        else:
            goods = lock_consignment(row.pk)
            take_goods(by, goods, kind, max(now, goods.seen_at), unit=unit, tour=tour)
    return len(rows)


def _put_down(by: Actor, tour: Tour, unit_id: int, now: datetime) -> None:
    """Put down at a unit what is on a tour's vehicle; what is missing is not found by that."""
    unit = network.units_by_id([unit_id])[unit_id]
    loaded = tour.loads.filter(state=LoadState.LOADED)
    loaded.filter(parcel__status=ParcelStatus.MISSING).update(state=LoadState.LEFT)
    _scan_each(by, tour, loaded, ScanKind.ARRIVED, unit, now)


def _lies_ready(load: Load, unit_id: int) -> bool:
    """Say whether what is to be loaded at a unit lies there, as far as anybody knows."""
    row = load.parcel or load.consignment
    is_missing = load.parcel is not None and load.parcel.status == ParcelStatus.MISSING
    return row is not None and not is_missing and fetched_at(row) == unit_id


def _said_of(parcel: Parcel, kind: ScanKind) -> ScanKind:
    """Return what putting a parcel down says of it: one that is damaged stays so until somebody has looked at it."""
    is_damaged = parcel.status == ParcelStatus.DAMAGED and kind is ScanKind.ARRIVED
    return ScanKind.DAMAGED if is_damaged else kind


def _record(by: Actor, act: str, tour: Tour, **details: object) -> None:
    audit.record(by=by, act=f"logistics.{act}", subject=tour, area_path=tour.area_path, details=details)
