"""A plan becomes tours: one for each time that a vehicle leaves the yard, with its stops and what rides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from django.db import IntegrityError, transaction

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, Stale
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, Permission, TourStatus
from terrace.logistics.domain.day import Errand, Haul
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import Problem, Route, Visit, check, timetable
from terrace.logistics.models import Consignment, DayPlan, Load, Parcel, Stop, Tour, Vehicle
from terrace.logistics.services.loading import fetched_at, ride_along
from terrace.logistics.services.plans import lock_open
from terrace.logistics.services.tours import new_number, tell_driver

LAST = time(23, 59)
LONG_WAIT_S = 900


class NotPossible(DomainError):
    """The plan may not be driven as it is."""

    code = "plan_impossible"
    message = _("This plan cannot be driven as it is. Mend what is named there, or search again.")


class OnlyTried(DomainError):
    """The plan tries something out that is not there."""

    code = "plan_of_a_trial"
    message = _("This plan only tries something out. Plan the real day to drive it.")


@dataclass(frozen=True, slots=True)
class Approved:
    """The tours that a plan became, and the numbers of what no longer waits and rides on none of them.

    `along` are those of what goes from one unit below to another, was in no plan, and rides along with one of them.
    """

    tours: tuple[Tour, ...]
    gone: tuple[str, ...]
    along: tuple[str, ...] = ()


@transaction.atomic
def approve_plan(
    *, by: Actor, plan: DayPlan, version: int, drivers: Mapping[int, int], now: datetime | None = None
) -> Approved:
    """Make tours of a plan: `drivers` says by vehicle, both by id, who drives.

    What no longer waits where it did stays off; what goes from one unit below to another rides along where a tour stops
    at both. Raises `Forbidden`, `Stale`, `PlanClosed`, `StillSearching`,
    `NotPossible`, and `Invalid` for a day that is over, a vehicle that is no longer free, somebody who does not drive
    for the centre on that day, or who would drive two vehicles.
    """
    by.require(Permission.DISPATCH, plan.area_path)
    moment, found = now or clock.now(), lock_open(plan.pk)
    problem, routes = found.problem, found.plan
    if not found.tried.is_real:
        raise OnlyTried
    if found.standing is not PlanState.READY or check(problem, routes):
        raise NotPossible
    if found.on < clock.today(moment):
        raise Invalid(_("This day is over."))
    vehicles = _free(found, {found.fleet[route.vehicle] for route in routes.routes})
    _check_drivers(found, set(vehicles), drivers)
    found.state, found.approved_at = PlanState.APPROVED, moment
    found.save_version(version, ["state", "approved_at"])
    waiting = _Waiting(found)
    tours = [
        _tour(found, problem, trip, waiting)
        for route in routes.routes
        for trip in _trips(found, problem, route, vehicles, drivers)
    ]
    along = ride_along(tours=tours, hauls=waiting.between_units())
    for tour in tours:
        tell_driver(tour, by=by)
    details = {"tours": [tour.number for tour in tours], "gone": sorted(waiting.gone), "along": along}
    audit.record(by=by, act="logistics.approve_plan", subject=found, area_path=found.area_path, details=details)
    return Approved(tuple(tours), tuple(sorted(waiting.gone)), tuple(along))


@dataclass(frozen=True, slots=True)
class _Trip:
    """One time out: with which vehicle, who drives, from which unit to which (ids), and the visits from loading on.

    It ends at the second `ends_s` of the day.
    """

    vehicle: Vehicle
    driver_id: int
    begins_at: int
    ends_at: int
    visits: tuple[Visit, ...]
    ends_s: int


class _Waiting:
    """What of a plan's hauls still waits as it did, locked until the transaction ends."""

    def __init__(self, plan: DayPlan) -> None:
        numbers = [haul.number for errand in plan.jobs for haul in errand.hauls]
        self.errands = plan.jobs
        rows: list[Parcel | Consignment] = []
        for model in (Parcel, Consignment):
            rows += model.objects.select_for_update(of=("self",)).filter(number__in=numbers).order_by("id")
        self.rows = {row.number: row for row in rows}
        self.hauls = queries.hauls_of(plan.unit, plan.on, queries.day_rules_of(plan.unit_id))
        self.known = {_way(haul) for haul in self.hauls}
        self.gone: set[str] = set()
        carried = {haul.number for errand in plan.jobs for haul in errand.hauls if _way(haul) in self.known}
        for name, model in (("parcel", Parcel), ("consignment", Consignment)):
            named = {f"{name}__in": [row for row in rows if isinstance(row, model) and row.number in carried]}
            Load.objects.filter(state=LoadState.AWAITED, **named).update(state=LoadState.LEFT)

    def between_units(self) -> list[Haul]:
        """Return what goes from one unit below to another and is in no visit of the plan."""
        return [haul for haul in self.hauls if haul.other_id is not None and haul.number not in self.rows]

    def of(self, job: int) -> Iterator[tuple[Haul, Parcel | Consignment]]:
        """Yield what a visit still carries."""
        for haul in self.errands[job].hauls:
            if _way(haul) in self.known:
                yield haul, self.rows[haul.number]
            else:
                self.gone.add(haul.number)


def _way(haul: Haul) -> tuple[object, ...]:
    """Return what has to be as it was for something still to wait."""
    return haul.number, haul.unit_id, haul.goes_up, haul.other_id


def _free(plan: DayPlan, wanted: set[int]) -> dict[int, Vehicle]:
    free = {vehicle.pk: vehicle for vehicle in queries.vehicles_free(plan.unit_id, plan.on)}
    busy = wanted - free.keys()
    if busy:
        plates = ", ".join(sorted(Vehicle.objects.filter(pk__in=busy).values_list("plate", flat=True)))
        raise Invalid(_("No longer free on this day: %(vehicles)s.") % {"vehicles": plates})
    return {pk: free[pk] for pk in wanted}


def _check_drivers(plan: DayPlan, vehicles: set[int], drivers: Mapping[int, int]) -> None:
    may = set(accounts.holders_of(Permission.DRIVE, plan.area_path, plan.on))
    named = [drivers.get(vehicle) for vehicle in sorted(vehicles)]
    for vehicle in sorted(vehicles):
        if drivers.get(vehicle) not in may:
            told = _("This person holds no driver's post at the centre on that day.")
            raise Invalid(told, field="drivers")
    if len(set(named)) < len(named):
        raise Invalid(_("Nobody drives two vehicles on one day: choose another driver."))


def _trips(
    plan: DayPlan, problem: Problem, route: Route, vehicles: Mapping[int, Vehicle], drivers: Mapping[int, int]
) -> Iterator[_Trip]:
    """Yield a route cut where the vehicle loads again: each part begins where it loads."""
    visits = timetable(problem, route).visits
    cuts = [number for number, visit in enumerate(visits) if visit.job is None]
    vehicle = vehicles[plan.fleet[route.vehicle]]
    depots = [*(trip.depot for trip in route.trips), problem.vehicles[route.vehicle].end]
    units = [plan.places[problem.depots[depot].place] for depot in depots]
    for number, (begin, end) in enumerate(pairwise(cuts)):
        if end - begin > 1:
            at = units[number], units[number + 1]
            yield _Trip(vehicle, drivers[vehicle.pk], *at, visits[begin:end], visits[end].arrives)


def _tour(plan: DayPlan, problem: Problem, trip: _Trip, waiting: _Waiting) -> Tour:
    """Write a tour with its stops and loads; neighbouring visits to one unit are one stop.

    Where it begins or ends at another unit than the yard, that is its first or last stop: there it loads, or unloads.
    """
    tour = Tour.objects.create(
        number=new_number(),
        unit_id=plan.unit_id,
        plan=plan,
        vehicle=trip.vehicle,
        driver_id=trip.driver_id,
        on=plan.on,
        begins_at_id=None if trip.begins_at == plan.unit_id else trip.begins_at,
        ends_at_id=None if trip.ends_at == plan.unit_id else trip.ends_at,
        starts_at=_clock(trip.visits[0].begins),
        status=TourStatus.PLANNED,
        area_path=plan.area_path,
        county_code=plan.county_code,
    )
    halts = _halts(trip.visits[1:], waiting.errands)
    at = [(unit_id, _expected(visits), visits) for unit_id, visits in halts]
    if tour.begins_at_id:
        at.insert(0, (trip.begins_at, trip.visits[0].begins, []))
    if tour.ends_at_id:
        at.append((trip.ends_at, trip.ends_s, []))
    stops = [
        Stop(tour=tour, place=place, unit_id=unit_id, planned_at=_clock(second))
        for place, (unit_id, second, _visits) in enumerate(at, start=1)
    ]
    Stop.objects.bulk_create(stops)
    ends = stops[0] if tour.begins_at_id else None, stops[-1] if tour.ends_at_id else None
    loads = [
        _load(tour, stop, ends, haul, row)
        for stop, (_unit, _second, visits) in zip(stops, at, strict=True)
        for visit in visits
        if visit.job is not None
        for haul, row in waiting.of(visit.job)
    ]
    try:
        with transaction.atomic():
            Load.objects.bulk_create(loads)
    except IntegrityError as clash:
        raise Stale from clash
    return tour


def _halts(visits: Sequence[Visit], errands: Sequence[Errand]) -> list[tuple[int, list[Visit]]]:
    """Return the units where a tour stops, each with its visits; who would wait there long stops there twice."""
    halts: list[tuple[int, list[Visit]]] = []
    for visit in visits:
        unit_id = errands[visit.job or 0].unit_id
        if halts and halts[-1][0] == unit_id and visit.begins - halts[-1][1][-1].ends < LONG_WAIT_S:
            halts[-1][1].append(visit)
        else:
            halts.append((unit_id, [visit]))
    return halts


def _expected(visits: Sequence[Visit]) -> int:
    """Return when a tour is to be at a stop: as it arrives, or later where it would wait long."""
    first = visits[0]
    return first.begins if first.begins - first.arrives >= LONG_WAIT_S else first.arrives


def _load(tour: Tour, stop: Stop, ends: tuple[Stop | None, Stop | None], haul: Haul, row: Parcel | Consignment) -> Load:
    """Return what rides to or from a stop, which is waited for where it does not lie yet; `ends` None is the yard."""
    take, drop = (stop, ends[1]) if haul.goes_up else (ends[0], stop)
    lies_there = fetched_at(row) == (take.unit_id if take else tour.unit_id)
    state = LoadState.PLANNED if lies_there else LoadState.AWAITED
    if isinstance(row, Parcel):
        return Load(tour=tour, parcel=row, take_at=take, drop_at=drop, grams=row.weight_grams, state=state)
    return Load(tour=tour, consignment=row, take_at=take, drop_at=drop, grams=row.grams, state=state)


def _clock(second: int) -> time:
    """Return a second of the day as a time, to the minute before: nobody comes too late for it."""
    return time(second // 3600, second % 3600 // 60) if second < 24 * 3600 else LAST
