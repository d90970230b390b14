"""The plan that a dispatcher makes by hand: from each stop on to the nearest that can still be done.

It is what engines are measured by, and what a day is driven by where no engine comes to an end. It leaves out what it
finds no room for, and has no other fault.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from terrace.logistics.domain.routing.checking import fits
from terrace.logistics.domain.routing.growing import GrowingTrip, begun, follow
from terrace.logistics.domain.routing.measuring import measure
from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.planner import Budget, Planned
from terrace.logistics.domain.routing.problem import Problem

NAME = "by hand"
TRIES = 3
"""How often the day is begun anew, each time first with what was left out before."""
MOST_MOMENTS = 6
"""At how many moments a trip may leave that waits for goods."""
MOST_PLACES, MOST_OF_ONE = 1500, 150
"""How many places in other routes are tried for what was left out, all jobs together, and each."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A planner that needs no engine, and about a second for a county."""

    def plan(self, problem: Problem, budget: Budget, tell: Callable[[Planned], None] | None = None) -> Planned:
        """Return the plan made by hand. It is the same whatever the budget."""
        planned = Planned(by_hand(problem), NAME, 1)
        if tell:
            tell(planned)
        return planned


def by_hand(problem: Problem) -> Plan:
    """Return the better of two ways to begin: with what is there, and with all that comes while a vehicle could wait.

    Fewer required jobs left out come first, then costs with what was missed.
    """
    near = _Near(problem)
    urgent: set[int] = set()
    found: list[tuple[int, int, Plan]] = []
    for _again in range(TRIES):
        for waits in (False, True):
            plan = _sound(problem, _vehicle_by_vehicle(problem, near, set(range(len(problem.jobs))), urgent, waits))
            plan = _with_left_out(problem, plan)
            found.append((len(_missing(problem, plan)), measure(problem, plan).total, plan))
        missed, _total, best = min(found, key=lambda one: one[:2])
        if not missed or not set(_missing(problem, best)) - urgent:
            break
        urgent |= set(_missing(problem, best))
    return min(found, key=lambda one: one[:2])[2]


def completed(problem: Problem, plan: Plan) -> Plan:
    """Return a plan without the jobs that it does with a fault, and with those that find room: on its routes, else on
    vehicles that stay at home. It may still leave some out."""
    sound = _with_left_out(problem, _sound(problem, _once(problem, plan)))
    if not _missing(problem, sound):
        return sound
    used = _used(problem, sound)
    at_home = [replace(one, count=one.count - out) for one, out in zip(problem.vehicles, used, strict=True)]
    rest = replace(problem, vehicles=at_home)
    more = _vehicle_by_vehicle(rest, _Near(rest), set(_missing(problem, sound)), (), False)
    return _with_left_out(problem, Plan((*sound.routes, *_sound(problem, more).routes)))


def _once(problem: Problem, plan: Plan) -> Plan:
    """Return the plan with each job done once at most, by so many vehicles as there are."""
    done: set[int] = set()
    left = [one.count for one in problem.vehicles]
    routes: list[Route] = []
    for route in plan.routes:
        if left[route.vehicle] and not done & set(route.jobs) and len(set(route.jobs)) == len(route.jobs):
            left[route.vehicle] -= 1
            done |= set(route.jobs)
            routes.append(route)
    return Plan(tuple(routes))


def _used(problem: Problem, plan: Plan) -> list[int]:
    return [sum(route.vehicle == vehicle for route in plan.routes) for vehicle in range(len(problem.vehicles))]


def _missing(problem: Problem, plan: Plan) -> list[int]:
    return [job for job in plan.left_out(problem) if problem.jobs[job].is_required]


class _Near:
    """The jobs by how long the way to them is, from each place, as some vehicles drive."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.known: dict[tuple[int, int], list[int]] = {}

    def to(self, place: int, matrix: int) -> list[int]:
        """Return all jobs, the nearest first."""
        if (place, matrix) not in self.known:
            row, jobs = self.problem.matrices[matrix].durations[place], self.problem.jobs
            self.known[place, matrix] = sorted(range(len(jobs)), key=lambda job: (row[jobs[job].place], job))
        return self.known[place, matrix]


def _vehicle_by_vehicle(
    problem: Problem, near: _Near, open_ones: set[int], urgent: Collection[int], waits: bool
) -> Plan:
    """Return a plan where one vehicle after the other takes what is nearest, in the order of the fleet."""
    routes: list[Route] = []
    for vehicle, kind in enumerate(problem.vehicles):
        for _one in range(kind.count):
            trips = _day_of(problem, vehicle, near, open_ones, urgent, waits)
            if trips:
                routes.append(Route(vehicle, tuple(Trip(trip.depot, tuple(trip.jobs)) for trip in trips)))
    return Plan(tuple(routes))


def _day_of(
    problem: Problem, vehicle: int, near: _Near, open_ones: set[int], urgent: Collection[int], waits: bool
) -> list[GrowingTrip]:
    """Return a vehicle's trips, and take their jobs out of the open ones."""
    trips: list[GrowingTrip] = []
    for _again in range(problem.vehicles[vehicle].reloads + 1):
        trip = _best_trip(problem, vehicle, trips[-1] if trips else None, near, open_ones, urgent, waits)
        if trip is None:
            break
        trips.append(trip)
        open_ones.difference_update(trip.jobs)
    return trips


def _best_trip(
    problem: Problem,
    vehicle: int,
    before: GrowingTrip | None,
    near: _Near,
    open_ones: Collection[int],
    urgent: Collection[int],
    waits: bool,
) -> GrowingTrip | None:
    """Return the first trip that does something, or of those that leave later too the one that does most."""
    tried: list[GrowingTrip] = []
    for moment in _moments(problem, vehicle, open_ones):
        depots = (problem.vehicles[vehicle].start,) if before is None else problem.vehicles[vehicle].reload_at
        for depot in depots:
            trip = begun(problem, vehicle, moment, depot) if before is None else follow(before, depot, moment)
            _fill(trip, near, open_ones, urgent)
            if trip.jobs and not waits:
                return trip
            tried.append(trip)
    best = max(tried, key=lambda trip: len(trip.jobs), default=None)
    return best if best and best.jobs else None


def _moments(problem: Problem, vehicle: int, open_ones: Collection[int]) -> Iterator[int]:
    """Yield when a trip may leave: at once, and as goods come."""
    kind = problem.vehicles[vehicle]
    later = {problem.jobs[job].released_at for job in open_ones if kind.may_do(problem.jobs[job])}
    ordered = [0, *sorted(moment for moment in later if kind.shift.earliest < moment < kind.shift.latest)]
    step = -(-len(ordered) // MOST_MOMENTS)
    yield from ordered[::step]


def _fill(trip: GrowingTrip, near: _Near, open_ones: Collection[int], urgent: Collection[int]) -> None:
    """Go on to the nearest job as long as one can be done; to urgent ones first."""
    left = set(open_ones)
    for wanted in (left & set(urgent), left):
        while (job := _nearest(trip, near, wanted - set(trip.jobs))) is not None:
            trip.add(job)


def _nearest(trip: GrowingTrip, near: _Near, wanted: Collection[int]) -> int | None:
    """Return the job at which work can begin first, None where nothing can be done any more."""
    best: tuple[int, int] | None = None
    for job in near.to(trip.place, trip.vehicle.matrix):
        if job not in wanted:
            continue
        if best is not None and trip.clock.now + trip.way_to(job) >= best[0]:
            break
        begins = trip.begins_at(job)
        if begins is not None and (best is None or begins < best[0]):
            best = begins, job
    return best[1] if best else None


def _sound(problem: Problem, plan: Plan) -> Plan:
    """Return the plan without the last jobs of routes that have a fault."""
    return Plan(tuple(route for one in plan.routes if (route := _cut(problem, one)).jobs))


def _cut(problem: Problem, route: Route) -> Route:
    while route.jobs and not fits(problem, route):
        *trips, last = route.trips
        left = Trip(last.depot, last.jobs[:-1])
        route = replace(route, trips=(*trips, left) if left.jobs or not trips else tuple(trips))
    return route


def _with_left_out(problem: Problem, plan: Plan) -> Plan:
    """Return the plan with each required job that was left out where the way to it is shortest and it fits."""
    routes, tries = list(plan.routes), MOST_PLACES
    for job in _missing(problem, plan):
        for number, route in _places_for(problem, routes, job):
            if tries == 0:
                return Plan(tuple(routes))
            tries -= 1
            if fits(problem, route):
                routes[number] = route
                break
    return Plan(tuple(routes))


def _places_for(problem: Problem, routes: Sequence[Route], job: int) -> Iterator[tuple[int, Route]]:
    """Yield each route with a job at each place in it, the shortest way round first."""
    what = problem.jobs[job]
    found: list[tuple[int, int, int, int]] = []
    for number, route in enumerate(routes):
        vehicle = problem.vehicles[route.vehicle]
        if not vehicle.may_do(what):
            continue
        way = problem.roads(vehicle).durations
        home = problem.depots[vehicle.end].place
        for place, trip in enumerate(route.trips):
            depot = problem.depots[trip.depot].place
            stops = [depot, *(problem.jobs[one].place for one in trip.jobs), home]
            for at, (one, two) in enumerate(pairwise(stops)):
                found.append((way[one][what.place] + way[what.place][two] - way[one][two], number, place, at))
        if len(route.trips) <= vehicle.reloads:
            for at in vehicle.reload_at:
                depot = problem.depots[at].place
                found.append((way[home][depot] + way[depot][what.place] + way[what.place][home], number, -1, at))
    for _longer, number, place, at in sorted(found)[:MOST_OF_ONE]:
        yield number, _with(routes[number], job, place, at)


def _with(route: Route, job: int, place: int, at: int) -> Route:
    """Return a route with a job at a place of a trip; where there is no such trip (-1), on one more from a depot."""
    if place < 0:
        return replace(route, trips=(*route.trips, Trip(at, (job,))))
    trip = route.trips[place]
    longer = Trip(trip.depot, (*trip.jobs[:at], job, *trip.jobs[at:]))
    return replace(route, trips=(*route.trips[:place], longer, *route.trips[place + 1 :]))
