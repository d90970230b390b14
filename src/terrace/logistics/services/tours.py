"""Tours by hand: planned for a day, their stops put in order, parcels and consignments put on them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.words import Text, _
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, Permission, TourStatus
from terrace.logistics.domain.tours import MOST_STOPS, heaviest, is_in_order, weights
from terrace.logistics.models import Load, Stop, Tour, Vehicle
from terrace.logistics.queries.tours import EXPECTED
from terrace.logistics.services.fleet import home_of
from terrace.logistics.services.following import TO_COME, let_go, riders_of
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network


class TourEnded(DomainError):
    """The tour was finished or cancelled."""

    code = "tour_ended"
    message = _("This tour has ended.")


class Overloaded(DomainError):
    """More would lie on the vehicle at once than it may carry."""

    code = "overloaded"


@dataclass(frozen=True, slots=True)
class TourGiven:
    """A tour as it is planned: vehicle and driver by id, the day, and when it leaves the yard."""

    vehicle_id: int
    driver_id: int
    on: date
    starts_at: time


@transaction.atomic
def plan_tour(*, by: Actor, unit_id: int, given: TourGiven, now: datetime | None = None) -> Tour:
    """Plan a tour of a centre's vehicle for a day.

    Raises `Forbidden`, and `Invalid` for a day that is over, a vehicle that is
    another centre's or laid up, and for somebody who does not drive for the centre.
    """
    unit = home_of(unit_id)
    by.require(Permission.DISPATCH, unit.area_path)
    tour = Tour(
        number=new_number(),
        unit=unit,
        area_path=unit.area_path,
        county_code=network.place(unit.area_id).county_code,
    )
    _put(tour, given, clock.today(now))
    tour.save(force_insert=True)
    _lay_ends(tour)
    tell_driver(tour, by=by)
    _record(by, "plan_tour", tour, on=given.on.isoformat(), vehicle=tour.vehicle.plate)
    return tour


def new_number() -> str:
    """Return a number for a tour."""
    return ids.reference("R")


@transaction.atomic
def change_tour(*, by: Actor, tour: Tour, version: int, given: TourGiven, now: datetime | None = None) -> Tour:
    """Change vehicle, driver, day or time of a tour that has not left. Raises as `plan_tour`, `Stale`, `Overloaded`.

    What rides keeps the tour from going to a vehicle whose day begins or ends elsewhere.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    found = lock_planned(tour.pk)
    before, base = _driven_as(found), (found.begins_at_id, found.ends_at_id)
    old = _bases(found)
    _put(found, given, clock.today(now))
    if base != (found.begins_at_id, found.ends_at_id):
        _refuse_laden(found)
        _drop_stops(found, old)
        _lay_ends(found)
    check_loads(found)
    found.save_version(version, ["vehicle", "begins_at", "ends_at", "driver", "on", "starts_at"])
    if _driven_as(found) != before:
        tell_driver(found, by=by)
    if found.driver_id != before.driver_id:
        tell_no_longer(found, before.driver_id, by=by)
    _record(by, "change_tour", found, on=given.on.isoformat(), vehicle=found.vehicle.plate)
    return found


@transaction.atomic
def add_stop(*, by: Actor, tour: Tour, version: int, unit_id: int, planned_at: time | None = None) -> Stop:
    """Let the tour stop at one more unit, last of all. Raises `Forbidden`, `Stale`, `TourEnded`, `Invalid`."""
    found = _open(by, tour)
    unit = network.units_by_id([unit_id]).get(unit_id)
    if unit is None or not unit.is_open or not unit.area_path.startswith(found.area_path):
        raise Invalid(_("A tour stops at open units of the centre's own area."), field="unit")
    if unit.pk == found.unit_id:
        raise Invalid(_("The tour begins and ends here anyway."), field="unit")
    stops = queries.stops_of(found)
    if any(stop.unit_id == unit.pk and stop.left_at is None for stop in stops):
        raise Invalid(_("The tour stops there already."), field="unit")
    if len(stops) >= MOST_STOPS:
        raise Invalid(_("A tour has at most %(most)d stops.") % {"most": MOST_STOPS}, field="unit")
    found.save_version(version, [])
    stop = Stop.objects.create(tour=found, place=len(stops) + 1, unit=unit, planned_at=planned_at)
    if found.ends_at_id:
        _put_in_row([*stops[:-1], stop, stops[-1]])
    _record(by, "change_tour", found, added=unit.number)
    return stop


@transaction.atomic
def remove_stop(*, by: Actor, tour: Tour, version: int, stop_id: int) -> None:
    """Take a stop off the tour, and what was to be loaded or unloaded there.

    Raises `Forbidden`, `Stale`, `TourEnded`, and `Invalid` for one that was reached, that something on the
    vehicle is for, or where the tour begins or ends.
    """
    found = _open(by, tour)
    stop = _stop(found, stop_id)
    _refuse_base(found, stop)
    loads = Load.objects.filter(tour=found)
    if stop.arrived_at or loads.filter(drop_at=stop, state=LoadState.LOADED).exists():
        raise Invalid(_("The vehicle was there, or carries something for it."))
    found.save_version(version, [])
    to_come = loads.filter(Q(take_at=stop) | Q(drop_at=stop), state__in=TO_COME)
    rows = riders_of(to_come)
    to_come.delete()
    _drop_stops(found, [stop])
    let_go(rows)
    _record(by, "change_tour", found, removed=stop.unit_id)


@transaction.atomic
def move_stop(*, by: Actor, tour: Tour, version: int, stop_id: int, places: int) -> None:
    """Move a stop by so many places, up where it is below zero; at an end it stays, and where the tour ends comes last.

    Raises `Forbidden`, `Stale`, `TourEnded`, `Invalid` where something would be
    unloaded before it is loaded, or for where the tour begins or ends, `Overloaded`.
    """
    found = _open(by, tour)
    stop, stops = _stop(found, stop_id), queries.stops_of(found)
    _refuse_base(found, stop)
    order = [other for other in stops if other.pk != stop.pk]
    first, last = int(found.begins_at_id is not None), len(order) - int(found.ends_at_id is not None)
    order.insert(min(max(first, stop.place - 1 + places), last), stop)
    found.save_version(version, [])
    _put_in_row(order)
    check_loads(found)
    _record(by, "change_tour", found, moved=stop.unit_id, to=stop.place)


@transaction.atomic
def time_stop(*, by: Actor, tour: Tour, version: int, stop_id: int, planned_at: time | None) -> None:
    """Say when the tour is to be at a stop, None for no time. Raises `Forbidden`, `Stale`, `TourEnded`."""
    found = _open(by, tour)
    stop = _stop(found, stop_id)
    found.save_version(version, [])
    stop.planned_at = planned_at
    stop.save(update_fields=["planned_at"])
    _record(by, "change_tour", found, timed=stop.unit_id)


def lock_tour(tour_id: int) -> Tour:
    """Return the tour as it is now, with its vehicle, locked until the transaction ends. Raises `NotFound`."""
    found = Tour.objects.select_for_update(of=("self",)).select_related("vehicle").filter(pk=tour_id).first()
    if found is None:
        raise NotFound
    return found


def check_loads(tour: Tour) -> None:
    """Raise `Invalid` for what would be unloaded before it is loaded or rides cold on a warm vehicle, `Overloaded`."""
    stops, loads = queries.stops_of(tour), queries.loads_of(tour)
    carried = queries.carried(stops, loads)
    if not all(is_in_order(one) for one in carried):
        raise Invalid(_("Something would be unloaded before it is loaded. Take it off the tour first."))
    cold = [load for load in loads if load.state in EXPECTED and _is_cold(load)]
    if cold and not tour.vehicle.is_cold:
        raise Invalid(_("Cold goods ride only on a vehicle that cools."))
    told = _("That would be %(most)s kg at once, and %(vehicle)s carries %(capacity)s kg.")
    _refuse_too_much(tour, heaviest(weights(len(stops), carried)), tour.vehicle.capacity_grams, told)
    told = _("That would be %(most)s kg of cold goods at once, and %(vehicle)s cools %(capacity)s kg.")
    _refuse_too_much(tour, queries.heaviest_load(stops, cold), tour.vehicle.coldest_grams, told)


def _is_cold(load: Load) -> bool:
    row = load.parcel or load.consignment
    return row is not None and row.is_cold


def _refuse_too_much(tour: Tour, most: int, capacity: int, told: Text) -> None:
    if most > capacity:
        kilograms = {"most": -(-most // 1000), "capacity": capacity // 1000}
        raise Overloaded(told % {**kilograms, "vehicle": tour.vehicle.plate})


def _open(by: Actor, tour: Tour) -> Tour:
    """Return the tour as it is now, locked, or raise that it has ended or is not the actor's to plan."""
    by.require(Permission.DISPATCH, tour.area_path)
    found = lock_tour(tour.pk)
    if not TourStatus(found.status).is_open:
        raise TourEnded
    return found


def lock_planned(tour_id: int) -> Tour:
    """Return a tour that has not left, locked until the transaction ends. Raises `NotFound`, `TourEnded`."""
    found = lock_tour(tour_id)
    if found.status != TourStatus.PLANNED:
        raise TourEnded(_("This tour has left, or was cancelled."))
    return found


def _stop(tour: Tour, stop_id: int) -> Stop:
    found = tour.stops.filter(pk=stop_id).first()
    if found is None:
        raise NotFound
    return found


def _bases(tour: Tour) -> list[Stop]:
    """Return the stops at which a tour begins and ends where that is not the yard."""
    stops = queries.stops_of(tour)
    return [stop for stop in stops if tour.is_base(stop, len(stops))]


def _lay_ends(tour: Tour) -> None:
    """Let a tour stop where it begins and where it ends, where that is not the yard: there it loads and unloads."""
    stops = queries.stops_of(tour)
    if tour.begins_at_id:
        stops.insert(0, Stop.objects.create(tour=tour, place=len(stops) + 1, unit_id=tour.begins_at_id))
    if tour.ends_at_id:
        stops.append(Stop.objects.create(tour=tour, place=len(stops) + 1, unit_id=tour.ends_at_id))
    _put_in_row(stops)


def _put_in_row(stops: Sequence[Stop]) -> None:
    for place, stop in enumerate(stops, start=1):
        stop.place = place
    Stop.objects.bulk_update(stops, ["place"])


def _drop_stops(tour: Tour, stops: Collection[Stop]) -> None:
    """Take stops off a tour; of what rides there no more is told where."""
    loads = Load.objects.filter(tour=tour)
    loads.filter(take_at__in=stops).delete()
    loads.filter(drop_at__in=stops).update(drop_at=None)
    tour.stops.filter(pk__in=[stop.pk for stop in stops]).delete()
    _put_in_row(queries.stops_of(tour))


def _refuse_laden(tour: Tour) -> None:
    if tour.loads.filter(state__in=EXPECTED).exists():
        told = _("The day of this vehicle begins or ends elsewhere. Take off first what is to ride.")
        raise Invalid(told, field="vehicle")


def _refuse_base(tour: Tour, stop: Stop) -> None:
    if tour.is_base(stop, tour.stops.count()):
        raise Invalid(_("The tour begins or ends here: choose another vehicle for that."), field="stop")


def _put(tour: Tour, given: TourGiven, today: date) -> None:
    if given.on < today:
        raise Invalid(_("This day is over."), field="on")
    vehicle = Vehicle.objects.filter(pk=given.vehicle_id, unit_id=tour.unit_id).first()
    if vehicle is None or not vehicle.is_active:
        raise Invalid(_("This vehicle is not this centre's, or is laid up."), field="vehicle")
    if given.driver_id not in accounts.holders_of(Permission.DRIVE, tour.area_path, given.on):
        raise Invalid(_("This person holds no driver's post at the centre on that day."), field="driver")
    if tour.vehicle_id != vehicle.pk:
        tour.begins_at_id, tour.ends_at_id = vehicle.begins_at_id, vehicle.ends_at_id or vehicle.begins_at_id
    tour.vehicle, tour.driver_id = vehicle, given.driver_id
    tour.on, tour.starts_at = given.on, given.starts_at


def _driven_as(tour: Tour) -> TourGiven:
    return TourGiven(tour.vehicle_id, tour.driver_id, tour.on, tour.starts_at)


def tell_driver(tour: Tour, *, by: Actor) -> None:
    """Tell the driver what to drive and when, in place of what was not read yet. Nobody is told of the own act."""
    if tour.driver_id == by.person_id:
        return
    said = _("You drive tour %(tour)s with %(vehicle)s: %(day)s, %(time)s")
    when = {"day": tour.on.isoformat(), "time": f"{tour.starts_at:%H:%M}"}
    title = said % {"tour": tour.number, "vehicle": tour.vehicle.plate, **when}
    url = reverse("logistics:drive", args=[tour.number])
    messaging.notify(to=accounts.recipients([tour.driver_id]), topic=Topic.PARCEL, title=title, url=url, instead=True)


def tell_more(tour: Tour, *, by: Actor, now: datetime) -> None:
    """Tell the driver of a tour that there is more to fetch. Nobody is told of the own act."""
    if tour.driver_id == by.person_id:
        return
    title = _("Tour %(tour)s: there is more to fetch. See its stops.") % {"tour": tour.number}
    url = reverse("logistics:drive", args=[tour.number])
    messaging.notify(to=accounts.recipients([tour.driver_id]), topic=Topic.PARCEL, title=title, url=url, now=now)


def tell_no_longer(tour: Tour, driver_id: int, *, by: Actor) -> None:
    """Tell somebody that they do not drive a tour any more, in place of what leads to it."""
    messaging.take_back(person_ids=[driver_id], url=reverse("logistics:drive", args=[tour.number]))
    if driver_id == by.person_id:
        return
    title = _("You no longer drive tour %(tour)s.") % {"tour": tour.number}
    url = reverse("logistics:my_tours")
    messaging.notify(to=accounts.recipients([driver_id]), topic=Topic.PARCEL, title=title, url=url)


def _record(by: Actor, act: str, tour: Tour, **details: object) -> None:
    audit.record(by=by, act=f"logistics.{act}", subject=tour, area_path=tour.area_path, details=details)
