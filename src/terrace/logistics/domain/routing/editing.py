"""Plans changed by hand: a visit moved to another route or place, a route split. Whether the result may be driven,
`check` says. In these plans each vehicle is one, and has one route at most."""

from collections.abc import Iterator, Sequence

from terrace.logistics.domain.routing.plan import Plan, Route, Trip
from terrace.logistics.domain.routing.problem import Problem


def moved(problem: Problem, plan: Plan, job: int, vehicle: int | None, place: int = 0) -> Plan:
    """Return the plan with a job at another place (from nought, of the route's jobs) of a vehicle's route.

    Without a vehicle nobody does it. Beyond the end is the end; a vehicle without a route gets one.
    """
    others = list(_without(plan, job))
    if vehicle is None:
        return Plan(tuple(others))
    route = next((one for one in others if one.vehicle == vehicle), None)
    if route is None:
        route = Route(vehicle, (Trip(problem.vehicles[vehicle].start, (job,)),))
    else:
        route = Route(vehicle, tuple(_inserted(route.trips, job, place)))
    return _in_order([*(one for one in others if one.vehicle != vehicle), route])


def split(problem: Problem, plan: Plan, vehicle: int, first: int, other: int) -> Plan:
    """Return the plan where another vehicle, which has no route, drives a vehicle's jobs from the job `first` on.

    Raises `ValueError` where the route has no such job, or nothing would be left of it, or the other has a route.
    """
    route = next((one for one in plan.routes if one.vehicle == vehicle), None)
    if route is None or first not in route.jobs[1:] or any(one.vehicle == other for one in plan.routes):
        raise ValueError("a route is split after its first job, for a vehicle that has none")
    cut = route.jobs.index(first)
    before, after = set(route.jobs[:cut]), set(route.jobs[cut:])
    kept = Route(vehicle, tuple(_only(route.trips, before)))
    start = problem.vehicles[other].start
    first_trip, *more = _only(route.trips, after)
    given = Route(other, (Trip(start, first_trip.jobs), *more))
    return _in_order([*(one for one in plan.routes if one.vehicle != vehicle), kept, given])


def _without(plan: Plan, job: int) -> Iterator[Route]:
    """Yield the routes without a job, those without any left out; a trip that has none is driven no more."""
    for route in plan.routes:
        if job not in route.jobs:
            yield route
        elif trips := tuple(_only(route.trips, set(route.jobs) - {job})):
            yield Route(route.vehicle, _from_the_start(trips, route))


def _from_the_start(trips: tuple[Trip, ...], route: Route) -> tuple[Trip, ...]:
    """Return trips of which the first begins where the vehicle does, whichever trip was first."""
    first, *more = trips
    return Trip(route.trips[0].depot, first.jobs), *more


def _only(trips: Sequence[Trip], jobs: set[int]) -> Iterator[Trip]:
    for trip in trips:
        left = tuple(job for job in trip.jobs if job in jobs)
        if left:
            yield Trip(trip.depot, left)


def _inserted(trips: Sequence[Trip], job: int, place: int) -> Iterator[Trip]:
    """Yield the trips with a job at a place of all their jobs; between two trips it is the first of the later."""
    left = place
    for number, trip in enumerate(trips):
        is_last = number == len(trips) - 1
        if 0 <= left < len(trip.jobs) or (is_last and left >= 0):
            yield Trip(trip.depot, (*trip.jobs[:left], job, *trip.jobs[left:]))
            left = -1
            continue
        yield trip
        left = left - len(trip.jobs) if left >= 0 else left


def _in_order(routes: Sequence[Route]) -> Plan:
    return Plan(tuple(sorted(routes, key=lambda route: route.vehicle)))
