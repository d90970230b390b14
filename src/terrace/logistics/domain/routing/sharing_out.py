"""Visits that a vehicle cannot make any more, shared out among the routes of the others: what changes least.

Each is put where it costs least, by cheapest insertion, and no route gets a fault that it had not: who is late already
may be as late as before, not later. Nothing else is moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing.checking import Fault, FaultKind, check_route
from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import Problem

MOST_TRIED = 60
"""How many places are looked at for a job, those with the least detour first: so it takes seconds on a full day."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A plan with what found room, and why each of the others found none."""

    plan: Plan
    left: Mapping[int, FaultKind]


@dataclass(frozen=True, slots=True)
class _Place:
    """A job put at a place of a route: what its detour costs, and the fault that it makes."""

    cost: int
    route: int
    with_it: Route
    fault: Fault | None = None


def share_out(problem: Problem, plan: Plan, jobs: Sequence[int]) -> Shared:
    """Return the plan with the jobs, which nobody does yet, put in. The same plan and jobs give the same outcome.

    Routes are those of the plan: no vehicle sets out that had nothing to do.
    """
    routes, open_ones = list(plan.routes), sorted(jobs)
    found = {job: _best(problem, routes, job) for job in open_ones}
    while fitting := [(place.cost, job) for job, place in found.items() if place and place.fault is None]:
        _cost, job = min(fitting)
        place = found.pop(job)
        if place is None:
            break
        routes[place.route] = place.with_it
        for other, known in found.items():
            if known is None or known.fault or known.route == place.route:
                found[other] = _best(problem, routes, other)
    nobody = FaultKind.NOT_ALLOWED if routes else FaultKind.LEFT_OUT
    why = {job: place.fault.kind if place and place.fault else nobody for job, place in found.items()}
    return Shared(Plan(tuple(routes)), why)


def _best(problem: Problem, routes: Sequence[Route], job: int) -> _Place | None:
    """Return the cheapest place that makes no new fault, else the one with the least: what a dispatcher would mend."""
    least: _Place | None = None
    for place in sorted(_detours(problem, routes, job), key=lambda one: (one.cost, one.route))[:MOST_TRIED]:
        fault = _new(check_route(problem, routes[place.route]), check_route(problem, place.with_it))
        if fault is None:
            return place
        if least is None or _weight(fault) < _weight(least.fault):
            least = replace(place, fault=fault)
    return least


def _detours(problem: Problem, routes: Sequence[Route], job: int) -> Iterator[_Place]:
    """Yield the job at each place of the routes that may do it, the last first: what comes before keeps its hour."""
    there = problem.jobs[job].place
    for at, route in enumerate(routes):
        vehicle = problem.vehicles[route.vehicle]
        if not vehicle.may_do(problem.jobs[job]):
            continue
        roads = problem.roads(vehicle)
        ends = [*(trip.depot for trip in route.trips[1:]), vehicle.end]
        for number, trip in reversed(list(enumerate(route.trips))):
            way = [problem.depots[trip.depot].place, *(problem.jobs[one].place for one in trip.jobs)]
            way.append(problem.depots[ends[number]].place)
            for place in reversed(range(len(trip.jobs) + 1)):
                metres, seconds = (
                    table[way[place]][there] + table[there][way[place + 1]] - table[way[place]][way[place + 1]]
                    for table in (roads.distances, roads.durations)
                )
                longer = Trip(trip.depot, (*trip.jobs[:place], job, *trip.jobs[place:]))
                trips = (*route.trips[:number], longer, *route.trips[number + 1 :])
                cost = vehicle.cost_per_m * metres + vehicle.cost_per_s * seconds
                yield _Place(cost, at, replace(route, trips=trips))


def _new(before: Sequence[Fault], after: Sequence[Fault]) -> Fault | None:
    """Return the worst of what is wrong now and was not, or was less."""
    known = {(one.kind, one.job): one.by for one in before}
    worse = [replace(one, by=one.by - known.get((one.kind, one.job), 0)) for one in after]
    grown = [one for one in worse if one.by > 0 or (one.kind, one.job) not in known]
    return max(grown, key=_weight, default=None)


def _weight(fault: Fault | None) -> int:
    """Return how bad a fault is: none, a little late, and what no minutes or grams measure."""
    if fault is None:
        return 0
    return max(1, fault.by) if fault.by else 1 << 40
