"""A tour that cannot go on as it is: what is left of it planned anew over all tours of the day, shown, and then done.

What changes least comes first: what it was still to fetch is put where it costs least, and nobody gets later than the
day allows. Only where something finds no place so do the engines try other orders.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.core import signing
from django.db import transaction
from django.db.models import Q

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, Stale
from terrace.kernel.words import Text, _
from terrace.logistics.domain import LoadState, Permission, TourStatus
from terrace.logistics.domain.routing import Budget, FaultKind, Plan, Route, Visit, check, timetable
from terrace.logistics.domain.routing.sharing_out import share_out
from terrace.logistics.engines.again import go_on
from terrace.logistics.models import Load, Stop, Tour, Vehicle
from terrace.logistics.services.driving import NotUnderWay
from terrace.logistics.services.following import TO_COME
from terrace.logistics.services.relieving import relieve
from terrace.logistics.services.rest_of_day import RestOfDay, StopLeft, rest_of_day
from terrace.logistics.services.tours import check_loads, lock_tour, tell_more

SALT, GOOD_FOR_S = "logistics.replan", 30 * 60
LAST = 24 * 3600 - 60
SEARCH = Budget(5, rounds=500)
"""What the engines may try. Rounds end it on a machine that does them in time: the same day then gives the same."""


@dataclass(frozen=True, slots=True)
class StopThen:
    """A stop of a tour as it would be: the stop that it is now, of this tour or of another, and when it is reached."""

    stop: Stop
    at: time
    is_new: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A tour that would drive otherwise: its stops to come, the metres more, and how many seconds later it is home."""

    tour: Tour
    stops: tuple[StopThen, ...]
    extra_m: int
    later_s: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Things of a stop that no tour can take, and why."""

    stop: Stop
    things: int
    why: Text


@dataclass(frozen=True, slots=True)
class Replanned:
    """What would become of a tour's rest. `on_board` is how much lies on a vehicle that nobody takes over from.

    `token` is what was shown, signed: doing it does this and nothing else, or is refused.
    """

    tour: Tour
    relief: Vehicle | None
    changed: tuple[Changed, ...]
    not_taken: tuple[NotTaken, ...]
    on_board: int
    token: str


def replan(
    *, by: Actor, tour: Tour, vehicle_id: int | None = None, goes_on: bool = False, now: datetime | None = None
) -> Replanned:
    """Work out what becomes of the rest of a tour under way; nothing is changed.

    `vehicle_id` goes on with it, or the tour `goes_on` itself, or nobody does. The same day and moment give the same
    unless the engines, where they had to search, were stopped by the clock before they had done their rounds.
    Raises `Forbidden`, `NotUnderWay`, and `Invalid` for a vehicle that is not the centre's or on another tour.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    if tour.status != TourStatus.UNDER_WAY:
        raise NotUnderWay
    relief = _relief(tour, vehicle_id)
    rest = rest_of_day(tour, relief, goes_on=goes_on, now=now or clock.now())
    plan, left = _planned(rest)
    changed = tuple(_changes(rest, plan, tour if relief else None))
    on_board = 0 if relief or goes_on else tour.loads.filter(state=LoadState.LOADED).count()
    not_taken = tuple(_not_taken(rest.stops[rest.going.jobs[job]], why) for job, why in left.items())
    return Replanned(tour, relief, changed, not_taken, on_board, _signed(tour, relief, rest, changed))


@transaction.atomic
def carry_out(
    *, by: Actor, tour: Tour, token: str, driver_id: int | None = None, now: datetime | None = None
) -> list[Tour]:
    """Do what was shown: stops and things move to the tours that take them, and the relief goes on with the rest.

    All of it or nothing; returns the tours that changed, whose drivers are told. Raises `Forbidden`, `Stale` where
    any of the tours went on meanwhile, `Invalid`, and what `relieve` raises.
    """
    by.require(Permission.DISPATCH, tour.area_path)
    told = _read(tour, token)
    moment = now or clock.now()
    tours = {pk: lock_tour(pk) for pk in sorted(told.versions)}
    if any(one.version != told.versions[pk] for pk, one in tours.items()):
        raise Stale
    for pk, order in told.orders.items():
        _reorder(tours[pk], order)
    _drop_empty(tours[tour.pk], {pk for order in told.orders.values() for pk, _at, loads in order if loads})
    for one in tours.values():
        check_loads(one)
        one.save_version(one.version, [])
        details = {"because_of": tour.number}
        audit.record(by=by, act="logistics.replan", subject=one, area_path=one.area_path, details=details, now=moment)
        if one.pk != tour.pk:
            tell_more(one, by=by, now=moment)
    if told.relief:
        found = tours[tour.pk]
        relieve(
            by=by,
            tour=found,
            version=found.version,
            vehicle_id=told.relief,
            driver_id=driver_id or found.driver_id,
            now=moment,
        )
    return list(tours.values())


def _relief(tour: Tour, vehicle_id: int | None) -> Vehicle | None:
    if vehicle_id is None:
        return None
    busy = Tour.objects.filter(status=TourStatus.UNDER_WAY).values("vehicle_id")
    free = Vehicle.objects.filter(unit_id=tour.unit_id, is_active=True).exclude(pk__in=busy)
    found = free.filter(pk=vehicle_id).first()
    if found is None:
        raise Invalid(_("This vehicle is not this centre's, or is on a tour."), field="vehicle")
    return found


def _planned(rest: RestOfDay) -> tuple[Plan, Mapping[int, FaultKind]]:
    """Return the routes with what found a place, and why the others found none."""
    shared = share_out(rest.problem, rest.kept, rest.freed)
    if not shared.left or not rest.problem.vehicles:
        return shared.plan, shared.left
    found = go_on(rest.going, SEARCH).plan
    if check(rest.problem, found) or not rest.keeps_order(found):
        return shared.plan, shared.left
    return found, {}


def _changes(rest: RestOfDay, plan: Plan, relieved: Tour | None) -> list[Changed]:
    """Return the tours that would drive otherwise than now, and the one with which another vehicle goes on."""
    routes = {route.vehicle: route for route in plan.routes}
    found = []
    for before in rest.kept.routes:
        tour = rest.tours[rest.going.vehicles[before.vehicle]]
        after = routes.get(before.vehicle, before)
        then = _stops_then(rest, tour, after)
        usual = [one.stop.pk for one in _stops_then(rest, tour, _now(rest, before))]
        is_relieved = relieved is not None and tour.pk == relieved.pk
        if is_relieved or [one.stop.pk for one in then] != usual:
            was, will = timetable(rest.problem, _now(rest, before)), timetable(rest.problem, after)
            found.append(Changed(tour, then, will.distance - was.distance, will.ends - was.ends))
    return found


def _now(rest: RestOfDay, kept: Route) -> Route:
    """Return a route as the tour would drive it if nothing changed."""
    return next((route for route in rest.going.kept.routes if route.vehicle == kept.vehicle), kept)


def _stops_then(rest: RestOfDay, tour: Tour, route: Route) -> tuple[StopThen, ...]:
    """Return the stops of a route in their order, each once: what is put down and fetched there is one stop."""
    found: dict[int, StopThen] = {}
    for visit in timetable(rest.problem, route).visits:
        if visit.job is not None:
            stop = rest.stops[rest.going.jobs[visit.job]].stop
            found.setdefault(stop.pk, StopThen(stop, _clock(visit), stop.tour_id != tour.pk))
    return tuple(found.values())


def _clock(visit: Visit) -> time:
    second = min(visit.arrives, LAST)
    return time(second // 3600, second % 3600 // 60)


def _not_taken(left: StopLeft, why: FaultKind) -> NotTaken:
    told = _("No other tour is on the road today") if why is FaultKind.LEFT_OUT else why.label
    return NotTaken(left.stop, len(left.loads), told)


def _signed(tour: Tour, relief: Vehicle | None, rest: RestOfDay, changed: Sequence[Changed]) -> str:
    """Return what was shown as text that nobody can change: tours with their versions, stops, times and what moves."""
    freed = {one.stop.pk: sorted(load.pk for load in one.loads) for one in rest.stops if one.is_freed}
    orders = {
        one.tour.pk: [
            (then.stop.pk, f"{then.at:%H:%M}", freed[then.stop.pk] if then.is_new else []) for then in one.stops
        ]
        for one in changed
    }
    versions = {one.pk: one.version for one in rest.tours if one.pk in orders or one.pk == tour.pk}
    told = {"tour": tour.pk, "relief": relief.pk if relief else None, "versions": versions, "orders": orders}
    return signing.dumps(told, salt=SALT)


def _read(tour: Tour, token: str) -> "_Told":
    try:
        told = signing.loads(token, salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature as wrong:
        raise Stale from wrong
    if told["tour"] != tour.pk:
        raise Stale
    by_number = {name: {int(pk): one for pk, one in told[name].items()} for name in ("versions", "orders")}
    return _Told(told["relief"], **by_number)


@dataclass(frozen=True, slots=True)
class _Told:
    """What was shown: by the ids of tours their versions, and their stops with times and the loads that move there."""

    relief: int | None
    versions: Mapping[int, int]
    orders: Mapping[int, Sequence[tuple[int, str, Sequence[int]]]]


def _reorder(tour: Tour, order: Sequence[tuple[int, str, Sequence[int]]]) -> None:
    """Let a tour stop in this order after what it has reached; what moves to it rides on it. Raises `Stale`."""
    stops = {stop.pk: stop for stop in Stop.objects.filter(pk__in=[pk for pk, _at, _loads in order])}
    if len(stops) < len(order) or any(stop.arrived_at for stop in stops.values()):
        raise Stale
    own = list(tour.stops.order_by("place", "id"))
    then = [stop for stop in own if stop.arrived_at]
    for pk, at, loads in order:
        stop = stops[pk] if stops[pk].tour_id == tour.pk else _taken_over(tour, stops[pk], at, loads)
        if stop.pk not in {one.pk for one in then}:
            then.append(stop)
    then += [stop for stop in own if stop.pk not in {one.pk for one in then}]
    for place, stop in enumerate(then, start=1):
        stop.place = place
    Stop.objects.bulk_update(then, ["place"])


def _taken_over(tour: Tour, stop: Stop, at: str, loads: Sequence[int]) -> Stop:
    """Let what another tour was to fetch at a stop ride on this one; return where. Raises `Stale`."""
    lies = Load.objects.filter(take_at=stop, drop_at=None, state__in=TO_COME)
    if sorted(lies.values_list("pk", flat=True)) != list(loads):
        raise Stale
    own = tour.stops.filter(unit_id=stop.unit_id, arrived_at=None).order_by("place").first()
    if own is None:
        own = Stop.objects.create(
            tour=tour, place=tour.stops.count() + 1, unit_id=stop.unit_id, planned_at=time.fromisoformat(at)
        )
    lies.update(tour=tour, take_at=own)
    return own


def _drop_empty(tour: Tour, moved: Collection[int]) -> None:
    """Take the stops off a tour at which there is nothing left to do, for others do it."""
    there = Load.objects.filter(tour=tour)
    for stop in tour.stops.filter(pk__in=moved):
        if not there.filter(Q(take_at=stop) | Q(drop_at=stop)).exists():
            stop.delete()
    for place, stop in enumerate(tour.stops.order_by("place", "id"), start=1):
        tour.stops.filter(pk=stop.pk).update(place=place)
