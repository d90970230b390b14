"""Whether a plan may be driven. Every plan is judged here, whoever made it: a person or an engine."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import NO_ROAD, Load, Problem
from terrace.logistics.domain.routing.timetable import Timetable, driven, timetable


class FaultKind(Choice):
    """Why a plan may not be driven."""

    LEFT_OUT = "left_out", _("Nobody does it, and it has to be done")
    TWICE = "twice", _("Done more than once")
    NOT_ALLOWED = "not_allowed", _("The vehicle lacks what it takes")
    OVERLOADED = "overloaded", _("More on the vehicle than it carries")
    LATE = "late", _("Too late")
    AFTER_THE_SHIFT = "after_the_shift", _("After the shift has ended")
    TOO_LONG = "too_long", _("Longer on the road than shift and overtime allow")
    TOO_MANY_VEHICLES = "too_many_vehicles", _("More vehicles than there are")
    TOO_MANY_TRIPS = "too_many_trips", _("Loads more often than it may")
    WRONG_DEPOT = "wrong_depot", _("Loads where it may not")
    NO_ROAD = "no_road", _("No road leads there")


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason: in which route, at which job, and by how much (seconds, load, vehicles or trips too many)."""

    kind: FaultKind
    route: int | None = None
    job: int | None = None
    by: int = 0


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """Return every reason why a plan may not be driven; none where it may."""
    return [*_of_jobs(problem, plan), *_of_the_fleet(problem, plan), *_of_routes(problem, plan)]


def _of_jobs(problem: Problem, plan: Plan) -> Iterator[Fault]:
    times_done = Counter(plan.jobs())
    for job, times in sorted(times_done.items()):
        if times > 1:
            yield Fault(FaultKind.TWICE, job=job, by=times - 1)
    for job, what in enumerate(problem.jobs):
        if what.is_required and not times_done[job]:
            yield Fault(FaultKind.LEFT_OUT, job=job)


def _of_the_fleet(problem: Problem, plan: Plan) -> Iterator[Fault]:
    for vehicle, used in sorted(Counter(route.vehicle for route in plan.routes).items()):
        if used > problem.vehicles[vehicle].count:
            yield Fault(FaultKind.TOO_MANY_VEHICLES, by=used - problem.vehicles[vehicle].count)


def check_route(problem: Problem, route: Route, number: int = 0) -> list[Fault]:
    """Return every reason why a route may not be driven, whatever the others do."""
    return [
        *_of_trips(problem, number, route),
        *_of_roads(problem, number, route),
        *_of_loads(problem, number, route),
        *_of_times(problem, number, route, timetable(problem, route)),
    ]


def fits(problem: Problem, route: Route) -> bool:
    """Say whether a route has no fault, and say no as early as it can."""
    if any(chain(_of_trips(problem, 0, route), _of_roads(problem, 0, route), _of_loads(problem, 0, route))):
        return False
    vehicle = problem.vehicles[route.vehicle]
    soonest = driven(problem, route, vehicle.shift.earliest)
    if soonest.late or soonest.ends > vehicle.shift.latest:
        return False
    return not any(_of_times(problem, 0, route, timetable(problem, route)))


def _of_routes(problem: Problem, plan: Plan) -> Iterator[Fault]:
    for number, route in enumerate(plan.routes):
        yield from check_route(problem, route, number)


def _of_trips(problem: Problem, number: int, route: Route) -> Iterator[Fault]:
    vehicle = problem.vehicles[route.vehicle]
    again = len(route.trips) - 1 - vehicle.reloads
    if again > 0:
        yield Fault(FaultKind.TOO_MANY_TRIPS, number, by=again)
    for position, trip in enumerate(route.trips):
        if trip.depot != vehicle.start if position == 0 else trip.depot not in vehicle.reload_at:
            yield Fault(FaultKind.WRONG_DEPOT, number)
    for job in route.jobs:
        if not vehicle.may_do(problem.jobs[job]):
            yield Fault(FaultKind.NOT_ALLOWED, number, job)


def _of_roads(problem: Problem, number: int, route: Route) -> Iterator[Fault]:
    vehicle = problem.vehicles[route.vehicle]
    roads = problem.roads(vehicle)
    here = problem.depots[vehicle.start].place
    stops: list[tuple[int, int | None]] = []
    for trip in route.trips:
        stops += [(problem.depots[trip.depot].place, None), *((problem.jobs[job].place, job) for job in trip.jobs)]
    for place, job in [*stops, (problem.depots[vehicle.end].place, None)]:
        if max(roads.distances[here][place], roads.durations[here][place]) >= NO_ROAD and here != place:
            yield Fault(FaultKind.NO_ROAD, number, job)
        here = place


def _of_loads(problem: Problem, number: int, route: Route) -> Iterator[Fault]:
    vehicle = problem.vehicles[route.vehicle]
    on_board = vehicle.on_board or (0,) * len(vehicle.capacity)
    for trip in route.trips:
        for job, load in legs(problem, trip, on_board):
            over = max((now - most for now, most in zip(load, vehicle.capacity, strict=True)), default=0)
            if over > 0:
                yield Fault(FaultKind.OVERLOADED, number, job, over)
        on_board = (0,) * len(vehicle.capacity)


def legs(problem: Problem, trip: Trip, on_board: Load) -> Iterator[tuple[int | None, Load]]:
    """Yield what lies on the vehicle on each leg of a trip, after loading (None) and after each of its jobs."""
    now = list(on_board)
    for job in trip.jobs:
        now = [here + more for here, more in zip(now, problem.jobs[job].drops, strict=True)]
    yield None, tuple(now)
    for job in trip.jobs:
        what = problem.jobs[job]
        now = [here - less + more for here, less, more in zip(now, what.drops, what.takes, strict=True)]
        yield job, tuple(now)


def _of_times(problem: Problem, number: int, route: Route, times: Timetable) -> Iterator[Fault]:
    vehicle = problem.vehicles[route.vehicle]
    for visit in times.visits:
        if visit.late:
            yield Fault(FaultKind.LATE, number, visit.job, visit.late)
    if times.ends > vehicle.shift.latest:
        yield Fault(FaultKind.AFTER_THE_SHIFT, number, by=times.ends - vehicle.shift.latest)
    too_long = times.duration - vehicle.shift_s - vehicle.overtime_s
    if too_long > 0:
        yield Fault(FaultKind.TOO_LONG, number, by=too_long)
