"""Putting parcels and consignments on a tour, and taking them off before they are loaded."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.words import Choice, _
from terrace.logistics import queries
from terrace.logistics.domain import ConsignmentStatus, ParcelStatus, Permission, TourStatus
from terrace.logistics.domain.day import Haul
from terrace.logistics.domain.fleet import seconds_of
from terrace.logistics.models import Consignment, Load, Parcel, Stop, Tour
from terrace.logistics.queries.tours import NO_RIDER
from terrace.logistics.services.consignments import lock_consignment
from terrace.logistics.services.following import TO_COME, let_go, open_load, riders_of
from terrace.logistics.services.steps import lock
from terrace.logistics.services.tours import TourEnded, check_loads, lock_tour


@transaction.atomic
def assign(*, by: Actor, tour: Tour, version: int, codes: Sequence[str]) -> list[Load]:
    """Put parcels and consignments on a tour by their numbers, all or none: each where it lies and where it goes to.

    Raises `Forbidden`, `Stale`, `TourEnded`, `NotFound`, `Invalid` for what rides
    elsewhere or lies where the tour does not stop, `Overloaded`.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    found = _open(tour)
    if not codes:
        raise Invalid(_("Choose what is to ride."), field="codes")
    found.save_version(version, [])
    stops = [stop for stop in queries.stops_of(found) if stop.left_at is None]
    rows = [_row(code) for code in dict.fromkeys(codes)]
    _refuse_unready(found, rows)
    loads = [_load(found, stops, row) for row in rows]
    made = Load.objects.bulk_create(loads)
    check_loads(found)
    details = {"put_on": [str(load.parcel or load.consignment) for load in made]}
    audit.record(by=by, act="logistics.change_tour", subject=found, area_path=found.area_path, details=details)
    return made


def ride_along(*, tours: Sequence[Tour], hauls: Iterable[Haul]) -> list[str]:
    """Put what goes from one unit below to another on the first tour that stops at both in this order with room for it.

    For tours that nobody else knows yet. Returns the numbers of what rides along; the rest waits as before.
    """
    ways = [(tour, queries.stops_of(tour)) for tour in tours]
    return [haul.number for haul in hauls if any(_takes_along(tour, stops, haul) for tour, stops in ways)]


def _takes_along(tour: Tour, stops: Sequence[Stop], haul: Haul) -> bool:
    try:
        with transaction.atomic():
            row = _row(haul.number)
            _refuse_unready(tour, [row])
            load = _load(tour, stops, row)
            comes = load.take_at.planned_at if load.take_at else None
            if comes and seconds_of(comes) < haul.from_s:
                return False
            load.save(force_insert=True)
            check_loads(tour)
    except DomainError:
        return False
    return True


@transaction.atomic
def unassign(*, by: Actor, tour: Tour, version: int, load_id: int) -> None:
    """Take something off a tour that was not loaded yet; it waits again. Raises `Forbidden`, `Stale`, `TourEnded`."""
    by.require(Permission.DISPATCH, tour.area_path)
    found = _open(tour)
    loads = found.loads.filter(pk=load_id, state__in=TO_COME)
    rows = riders_of(loads)
    if not rows:
        raise NotFound
    found.save_version(version, [])
    loads.delete()
    let_go(rows)
    details = {"taken_off": str(rows[0])}
    audit.record(by=by, act="logistics.change_tour", subject=found, area_path=found.area_path, details=details)


def _open(tour: Tour) -> Tour:
    found = lock_tour(tour.pk)
    if not TourStatus(found.status).is_open:
        raise TourEnded
    return found


def _refuse_unready(tour: Tour, rows: Sequence[Parcel | Consignment]) -> None:
    """Refuse goods that are ready only after the day of the tour."""
    late = (
        row for row in rows if isinstance(row, Consignment) and row.ready_at and clock.today(row.ready_at) > tour.on
    )
    if row := next(late, None):
        told = _("%(number)s is not ready on that day.") % {"number": row.number}
        raise Invalid(told, field="codes")


def _row(code: str) -> Parcel | Consignment:
    """Return what bears the number, locked, or raise why it cannot ride."""
    known = queries.find_by_code(code)
    if known is None:
        raise NotFound(_("Nothing here bears this number."), field="codes")
    row = lock(known.pk) if isinstance(known, Parcel) else lock_consignment(known.pk)
    if open_load(row):
        raise Invalid(_("%(number)s rides on a tour already.") % {"number": row.number}, field="codes")
    if isinstance(row, Parcel):
        status: Choice = ParcelStatus(row.status)
        may_ride = row.ended_at is None and status not in NO_RIDER
    else:
        status = ConsignmentStatus(row.status)
        may_ride = status in (ConsignmentStatus.WAITING, ConsignmentStatus.ON_THE_WAY)
    if not may_ride:
        told = _("%(number)s cannot ride: %(status)s.")
        raise Invalid(told % {"number": row.number, "status": status.label}, field="codes")
    return row


def _load(tour: Tour, stops: Sequence[Stop], row: Parcel | Consignment) -> Load:
    """Return the load of `row`, not written yet: from where it lies to where it goes, None for where the tour ends."""
    at, to = fetched_at(row), _goes(tour, stops, row)
    take = next((stop for stop in stops if stop.unit_id == at), None)
    after = [stop for stop in stops if take is None or stop.place > take.place]
    drop = next((stop for stop in after if stop.unit_id == to), None)
    if (take is None and at != tour.leaves_from) or (drop is None and to != tour.comes_home_to) or at == to:
        raise Invalid(
            _("This tour does not go by where %(number)s lies or goes to.") % {"number": row.number}, field="codes"
        )
    if isinstance(row, Parcel):
        return Load(tour=tour, parcel=row, take_at=take, drop_at=drop, grams=row.weight_grams)
    return Load(tour=tour, consignment=row, take_at=take, drop_at=drop, grams=row.grams)


def fetched_at(row: Parcel | Consignment) -> int | None:
    """Return the unit where it is fetched; an announced parcel comes to the centre before the tour leaves."""
    if isinstance(row, Parcel) and row.status == ParcelStatus.REGISTERED and row.unit_at_id is None:
        return row.from_unit_id
    return row.unit_at_id


def _goes(tour: Tour, stops: Sequence[Stop], row: Parcel | Consignment) -> int | None:
    """Return the unit where it is unloaded: what goes up or back, in the yard, or where a round ends.

    What lies at the wrong place rides home too, where the tour does not come by its own place afterwards; and what is
    for a village where the tour does not stop rides to the station above it from which rounds go there.
    """
    home = tour.comes_home_to if tour.is_round else tour.unit_id
    if isinstance(row, Consignment) and row.to_unit_id == tour.unit_id:
        return home
    if isinstance(row, Parcel) and (row.leaves_by_carrier or row.is_refused):
        return home
    at = fetched_at(row)
    taken = next((stop.place for stop in stops if stop.unit_id == at), 0)
    to_come = {stop.unit_id for stop in stops if stop.place > taken} - {at}
    if row.to_unit_id in to_come:
        return row.to_unit_id
    if isinstance(row, Parcel) and (row.is_astray or (row.is_return and at != tour.unit_id)):
        return home
    return queries.station_for(tour, to_come, row.to_path) or row.to_unit_id
