"""What is left of a day under way as a problem: each tour is a vehicle with a route, the stops to come are its jobs.

What has to be put down at a stop stays with its tour, whose vehicle has it or will load it. What one tour alone cannot
fetch any more (`freed`) is anybody's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import add

from django.db.models import Q

from terrace.kernel import clock
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, TourStatus
from terrace.logistics.domain.day import Bases, DayRules, Halt, open_after
from terrace.logistics.domain.fleet import MINUTE, seconds_of
from terrace.logistics.domain.roads import DayRoads
from terrace.logistics.domain.routing import Depot, Job, Plan, Problem, Route, Trip, Window
from terrace.logistics.domain.routing import Load as Room
from terrace.logistics.domain.routing import Vehicle as PlannedVehicle
from terrace.logistics.domain.routing.going_on import GoingOn, UnderWay, going_on, only
from terrace.logistics.models import Load, Stop, Tour, Vehicle
from terrace.logistics.queries.tours import EXPECTED
from terrace.logistics.services.days import fleet_as_planned, halts_of, second_of
from terrace.logistics.services.following import TO_COME
from terrace.logistics.services.roads import roads_between
from terrace.network import queries as network

NOTHING: Room = (0, 0, 0)
AT_A_STOP = 5 * MINUTE
"""So long somebody who is at a stop is reckoned to stay."""
HOME = "comes home to the yard"
"""What a tour offers that brings to the yard what anybody may fetch."""


@dataclass(frozen=True, slots=True)
class StopLeft:
    """What there is still to do at a stop: by its own tour, or by anybody where it is `is_freed`."""

    stop: Stop
    loads: tuple[Load, ...]
    is_freed: bool = False


@dataclass(frozen=True, slots=True)
class RestOfDay:
    """The rest of a day: `going.jobs` and `going.vehicles` say which `stops` and `tours` the problem's own are."""

    going: GoingOn = field(repr=False)
    problem: Problem = field(repr=False)
    stops: tuple[StopLeft, ...]
    tours: tuple[Tour, ...]

    @property
    def freed(self) -> list[int]:
        """The problem's jobs that anybody may do."""
        return [at for at, job in enumerate(self.going.jobs) if self.stops[job].is_freed]

    @property
    def kept(self) -> Plan:
        """The routes as they are without those jobs, one for each tour that goes on."""
        freed = set(self.freed)
        routes = {route.vehicle: route for route in self.going.kept.routes}
        found = []
        for at, vehicle in enumerate(self.problem.vehicles):
            route = routes.get(at, Route(at, (Trip(vehicle.start, ()),)))
            trips = (replace(one, jobs=tuple(job for job in one.jobs if job not in freed)) for one in route.trips)
            found.append(replace(route, trips=tuple(trips)))
        return Plan(tuple(found))

    def keeps_order(self, plan: Plan) -> bool:
        """Say whether what a tour takes at one stop and puts down at another is taken first, and whether it begins and
        ends where it did: a plan does not know.
        """
        for route in plan.routes:
            order = [self.stops[self.going.jobs[job]] for trip in route.trips for job in trip.jobs]
            if not _keeps_ends(self.tours[self.going.vehicles[route.vehicle]], [left.stop for left in order]):
                return False
            at = {left.stop.pk: place for place, left in enumerate(order) if not left.is_freed}
            for load in (load for left in order if not left.is_freed for load in left.loads):
                if load.take_at_id in at and load.drop_at_id in at and at[load.take_at_id] > at[load.drop_at_id]:
                    return False
        return True


def rest_of_day(tour: Tour, relief: Vehicle | None, *, goes_on: bool, now: datetime) -> RestOfDay:
    """Return what is left of the day of a tour that is under way, and cannot go on as it is.

    Another vehicle goes on with it where one is given; else it goes on itself, or does nothing more.
    Raises `Invalid` for a stop that is nowhere on the map.
    """
    return _Rest(tour, relief, goes_on, now).whole()


class _Rest:
    """Makes the rest of one day."""

    def __init__(self, tour: Tour, relief: Vehicle | None, goes_on: bool, now: datetime) -> None:
        self.tour, self.relief, self.goes_on, self.now = tour, relief, goes_on, now
        self.moment = second_of(now)
        self.rules: DayRules = queries.day_rules_of(tour.unit_id)
        self.on = clock.today(now)
        self.tours = _open_tours(tour, self.on)
        self.stops, self.loads = _stops(self.tours), _loads(self.tours)
        ways = (pk for one in self.tours for pk in one.way(self.stops[one.pk]))
        self.units = network.units_by_id({tour.unit_id, *ways})
        self.bases = tuple(dict.fromkeys(self._bases()))
        self.roads: DayRoads = self._roads()
        self.places = {pk: place for place, pk in enumerate(self.roads.places)}
        self.vehicles = [relief if relief and one.pk == tour.pk else one.vehicle for one in self.tours]
        self.paces = sorted({vehicle.pace_percent for vehicle in self.vehicles})

    def whole(self) -> RestOfDay:
        left = self._left()
        halts = halts_of([self.units[pk] for pk in sorted({one.stop.unit_id for one in left})], self.on, self.rules)
        by_tour = {one.pk: number for number, one in enumerate(self.tours)}
        jobs = [self._job(one, halts[one.stop.unit_id], by_tour[one.stop.tour_id]) for one in left]
        fleet = self._fleet(halts)
        depots = [
            Depot(self.places[pk], self.rules.yard, self.rules.load_minutes * MINUTE if pk == self.tour.unit_id else 0)
            for pk in self.bases
        ]
        matrices = [self.roads.matrix(pace) for pace in self.paces]
        problem = Problem(jobs, fleet, depots, matrices, self.rules.rest)
        plan = Plan(tuple(self._route(number, fleet, left) for number in range(len(self.tours))))
        going = going_on(problem, plan, self.moment, self._under_way(problem))
        carrying = [
            replace(vehicle, on_board=self._on_board(self.tours[number]))
            for vehicle, number in zip(going.problem.vehicles, going.vehicles, strict=True)
        ]
        return RestOfDay(going, replace(going.problem, vehicles=carrying), tuple(left), tuple(self.tours))

    def _bases(self) -> list[int]:
        return [self.tour.unit_id, *(pk for one in self.tours for pk in (one.leaves_from, one.comes_home_to))]

    def _roads(self) -> DayRoads:
        yard = self.tour.unit_id
        others = sorted(pk for pk in self.units if pk != yard)
        return roads_between(unit=self.units[yard], unit_ids=[yard, *others], on=self.on, now=self.now)

    def _left(self) -> list[StopLeft]:
        """Return what is to do at the stops to come, what one tour has to fetch apart from what it has to put down."""
        found = []
        for one in self.tours:
            for stop in self.stops[one.pk]:
                if stop.arrived_at is not None:
                    continue
                loads = [load for load in self.loads[one.pk] if stop.pk in (load.take_at_id, load.drop_at_id)]
                freed = [load for load in loads if one.pk == self.tour.pk and _is_free(load, stop)]
                bound = [load for load in loads if load not in freed]
                if bound or not freed:
                    found.append(StopLeft(stop, tuple(bound)))
                if freed:
                    found.append(StopLeft(stop, tuple(freed), is_freed=True))
        return found

    def _job(self, left: StopLeft, halt: Halt, vehicle: int) -> Job:
        drops, takes = NOTHING, NOTHING
        for load in left.loads:
            if load.drop_at_id == left.stop.pk and (load.take_at_id is None or load.state == LoadState.LOADED):
                drops = _plus(drops, self._room(load))
            elif load.take_at_id == left.stop.pk:
                takes = _plus(takes, self._room(load))
        parcels = sum(load.parcel_id is not None for load in left.loads)
        work = self.rules.work_s(parcels, drops[0] + takes[0])
        return Job(
            key=f"{left.stop.pk}{' freed' if left.is_freed else ''}",
            place=self.places[left.stop.unit_id],
            drops=drops,
            takes=takes,
            windows=self._open(left, halt),
            service_s=self.rules.stop_seconds + halt.extra_s + work,
            needs=halt.needs | {HOME if left.is_freed else only(vehicle)},
        )

    def _open(self, left: StopLeft, halt: Halt) -> tuple[Window, ...]:
        """Return when a stop can be visited: what another tour brings there first is there when it was planned.

        Who planned a stop while the unit is closed knows why: such a one can be visited at any hour.
        """
        waits = any(load.take_at_id == left.stop.pk and load.state == LoadState.AWAITED for load in left.loads)
        from_s = seconds_of(left.stop.planned_at) if waits and left.stop.planned_at else 0
        return open_after(halt, from_s) or (Window(from_s),)

    def _room(self, load: Load) -> Room:
        row = load.parcel or load.consignment
        if row is None:
            return NOTHING
        return load.grams, queries.room_of(row, self.rules), load.grams if row.is_cold else 0

    def _fleet(self, halts: Mapping[int, Halt]) -> list[PlannedVehicle]:
        stands = {pk for one in self.vehicles for pk in (one.begins_at_id, one.ends_at_id) if pk}
        bases = Bases((self.tour.unit_id, *sorted(stands)))
        fleet = fleet_as_planned(self.vehicles, self.paces, halts.values(), self.rules, bases, self.moment)
        return [
            replace(
                vehicle,
                start=self.bases.index(one.leaves_from),
                end=self.bases.index(one.comes_home_to),
                reloads=0,
                reload_at=(),
                offers=vehicle.offers | {only(number)} | (set() if one.ends_at_id else {HOME}),
                shift=_not_before(vehicle.shift, one),
            )
            for number, (vehicle, one) in enumerate(zip(fleet, self.tours, strict=True))
        ]

    def _route(self, number: int, fleet: Sequence[PlannedVehicle], left: Sequence[StopLeft]) -> Route:
        own = tuple(at for at, one in enumerate(left) if one.stop.tour_id == self.tours[number].pk)
        return Route(number, (Trip(fleet[number].start, own),))

    def _under_way(self, problem: Problem) -> list[UnderWay]:
        return [
            self._where(number, one, problem)
            for number, one in enumerate(self.tours)
            if one.status == TourStatus.UNDER_WAY
        ]

    def _where(self, number: int, one: Tour, problem: Problem) -> UnderWay:
        """Return where a tour goes on from: where it is, or left last; and from when on."""
        stops = self.stops[one.pk]
        reached = [stop for stop in stops if stop.arrived_at]
        last = reached[-1] if reached else None
        unit_id = last.unit_id if last else one.leaves_from
        place, began = self.places[unit_id], self._second(one.started_at)
        durations = problem.roads(problem.vehicles[number]).durations
        if one.pk == self.tour.pk and self.relief is not None:
            there = self.moment + durations[0][place] + self.rules.load_minutes * MINUTE
            return UnderWay(number, place, there, self.moment)
        if last is not None and last.left_at is None:
            return UnderWay(number, place, self.moment + AT_A_STOP, began, is_broken=self._is_broken(one))
        coming = next((stop for stop in stops if stop.arrived_at is None), None)
        way = durations[place][self.places[coming.unit_id]] if coming else 0
        left = max(self._second(last.left_at) if last else began, self.moment - way)
        return UnderWay(number, place, left, min(began, left), is_broken=self._is_broken(one))

    def _is_broken(self, one: Tour) -> bool:
        return one.pk == self.tour.pk and not self.goes_on and self.relief is None

    def _second(self, moment: datetime | None) -> int:
        return max(0, self.moment - int((self.now - moment).total_seconds())) if moment else self.moment

    def _on_board(self, one: Tour) -> Room:
        """Return what is on a vehicle and is for no stop to come."""
        coming = {stop.pk for stop in self.stops[one.pk] if stop.arrived_at is None}
        total = NOTHING
        for load in self.loads[one.pk]:
            if load.state == LoadState.LOADED and load.drop_at_id not in coming:
                total = _plus(total, self._room(load))
        return total


def _open_tours(tour: Tour, on: date) -> list[Tour]:
    """Return the tours of a tour's centre that are under way, or will be on a day."""
    found = Tour.objects.filter(unit_id=tour.unit_id)
    found = found.filter(Q(status=TourStatus.UNDER_WAY) | Q(status=TourStatus.PLANNED, on=on))
    return list(found.select_related("vehicle").order_by("pk"))


def _stops(tours: Sequence[Tour]) -> dict[int, list[Stop]]:
    found: dict[int, list[Stop]] = defaultdict(list)
    for stop in Stop.objects.filter(tour__in=tours).order_by("tour_id", "place", "id"):
        found[stop.tour_id].append(stop)
    return found


def _loads(tours: Sequence[Tour]) -> dict[int, list[Load]]:
    rows = Load.objects.filter(tour__in=tours, state__in=EXPECTED).select_related("parcel", "consignment")
    found: dict[int, list[Load]] = defaultdict(list)
    for load in rows.order_by("pk"):
        found[load.tour_id].append(load)
    return found


def _not_before(shift: Window, one: Tour) -> Window:
    """Return the shift of a tour's vehicle: who has not left leaves as planned, and may be on another tour before."""
    if one.status == TourStatus.UNDER_WAY:
        return shift
    return Window(min(max(shift.earliest, seconds_of(one.starts_at)), shift.latest), shift.latest)


def _keeps_ends(tour: Tour, order: Sequence[Stop]) -> bool:
    """Say whether the stop where a tour begins comes first and where it ends last, of those that are to come."""
    usual = sorted((stop for stop in order if stop.tour_id == tour.pk), key=lambda stop: stop.place)
    begins_elsewhere = bool(usual) and usual[0].place == 1 and usual[0].unit_id == tour.begins_at_id
    if begins_elsewhere and order[0] != usual[0]:
        return False
    return not usual or usual[-1].unit_id != tour.ends_at_id or order[-1] == usual[-1]


def _is_free(load: Load, stop: Stop) -> bool:
    """Say whether any tour could fetch it as well: it lies at the stop, or will, and goes home."""
    return load.take_at_id == stop.pk and load.drop_at_id is None and load.state in TO_COME


def _plus(one: Room, other: Room) -> Room:
    return tuple(map(add, one, other))
