"""Visits that a vehicle cannot make any more, shared out among the routes of the others: what changes least.

Each is put where it costs least, by cheapest insertion, and no route gets a fault that it had not: who is late already
may be as late as before, not later. Nothing else is moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from terrace.logistics.domain.routing.checking import Fault, FaultKind, check_route
from terrace.logistics.domain.routing.measuring import cost_of
from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import Problem
from terrace.logistics.domain.routing.timetable import timetable


@dataclass(frozen=True, slots=True)
class Shared:
    """A plan with what found room, and why each of the others found none."""

    plan: Plan
    left: Mapping[int, FaultKind]


@dataclass(frozen=True, slots=True)
class _Place:
    """A job put at a place of a route: what that costs more, or the fault that it makes."""

    route: int
    with_it: Route
    extra: int
    fault: Fault | None


def share_out(problem: Problem, plan: Plan, jobs: Sequence[int]) -> Shared:
    """Return the plan with the jobs, which nobody does yet, put in. The same plan and jobs give the same outcome.

    Routes are those of the plan: no vehicle sets out that had nothing to do.
    """
    routes, open_ones = list(plan.routes), sorted(jobs)
    tried = {job: [_best(problem, route, at, job) for at, route in enumerate(routes)] for job in open_ones}
    while fitting := [(place.extra, job) for job in open_ones if (place := _cheapest(tried[job]))]:
        _extra, job = min(fitting)
        place = _cheapest(tried[job])
        if place is None:
            break
        routes[place.route] = place.with_it
        open_ones.remove(job)
        for other in open_ones:
            tried[other][place.route] = _best(problem, place.with_it, place.route, other)
    return Shared(Plan(tuple(routes)), {job: _why(tried[job]) for job in open_ones})


def _cheapest(places: Sequence[_Place]) -> _Place | None:
    return min((one for one in places if one.fault is None), key=lambda one: (one.extra, one.route), default=None)


def _why(places: Sequence[_Place]) -> FaultKind:
    """Return the fault that is nearest to none: what a dispatcher would have to do something about."""
    faults = [one.fault for one in places if one.fault]
    return min(faults, key=lambda one: (_weight(one), one.kind), default=Fault(FaultKind.LEFT_OUT)).kind


def _best(problem: Problem, route: Route, at: int, job: int) -> _Place:
    """Return the best place of a job in a route: the cheapest without a new fault, else the one with the least."""
    before = check_route(problem, route)
    cost = cost_of(problem, route, timetable(problem, route))
    found = []
    for longer in _with(route, job):
        new = _new(before, check_route(problem, longer))
        extra = cost_of(problem, longer, timetable(problem, longer)) - cost
        found.append(_Place(at, longer, extra, new))
    return min(found, key=lambda one: (_weight(one.fault), one.extra))


def _with(route: Route, job: int) -> Iterator[Route]:
    """Yield the route with the job at each place of each trip, the last first: what comes before keeps its hour."""
    for number, trip in reversed(list(enumerate(route.trips))):
        for place in reversed(range(len(trip.jobs) + 1)):
            longer = Trip(trip.depot, (*trip.jobs[:place], job, *trip.jobs[place:]))
            yield replace(route, trips=(*route.trips[:number], longer, *route.trips[number + 1 :]))


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
