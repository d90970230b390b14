"""Whatever the day: a plan that may be driven, broken in one way, is refused for just that."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from terrace.logistics.domain.routing import (
    NO_ROAD,
    FaultKind,
    Matrix,
    Plan,
    Problem,
    Route,
    Trip,
    Vehicle,
    Window,
    by_hand,
    check,
    timetable,
)
from tests.logistics.routing.days import drawn

Broken = tuple[Problem, Plan]


def _route(problem: Problem, plan: Plan, pick: int) -> int:
    """Return one of the routes that do a required job, by its place."""
    able = [at for at, one in enumerate(plan.routes) if _required(problem, one)]
    assume(able)
    return able[pick % len(able)]


def _required(problem: Problem, route: Route) -> list[int]:
    return [job for job in route.jobs if problem.jobs[job].is_required]


def _with_route(plan: Plan, at: int, route: Route) -> Plan:
    return Plan((*plan.routes[:at], route, *plan.routes[at + 1 :]))


def _with_vehicle(problem: Problem, route: Route, **other: object) -> Problem:
    """Return the day with the kind of vehicle of a route otherwise."""
    fleet: list[Vehicle] = list(problem.vehicles)
    fleet[route.vehicle] = replace(fleet[route.vehicle], **other)
    return replace(problem, vehicles=fleet)


def _with_job(problem: Problem, job: int, **other: object) -> Problem:
    jobs = list(problem.jobs)
    jobs[job] = replace(jobs[job], **other)
    return replace(problem, jobs=jobs)


def _left_out(problem: Problem, plan: Plan, at: int) -> Broken:
    route = plan.routes[at]
    gone = _required(problem, route)[0]
    trips = tuple(Trip(trip.depot, tuple(job for job in trip.jobs if job != gone)) for trip in route.trips)
    return problem, _with_route(plan, at, replace(route, trips=trips))


def _twice(problem: Problem, plan: Plan, at: int) -> Broken:
    route = plan.routes[at]
    last = route.trips[-1]
    trips = (*route.trips[:-1], replace(last, jobs=(*last.jobs, route.jobs[0])))
    return problem, _with_route(plan, at, replace(route, trips=trips))


def _not_allowed(problem: Problem, plan: Plan, at: int) -> Broken:
    return _with_job(problem, plan.routes[at].jobs[0], needs=frozenset({"what nobody has"})), plan


def _overloaded(problem: Problem, plan: Plan, at: int) -> Broken:
    job, vehicle = plan.routes[at].jobs[0], problem.vehicles[plan.routes[at].vehicle]
    return _with_job(problem, job, takes=tuple(most + 1 for most in vehicle.capacity)), plan


def _late(problem: Problem, plan: Plan, at: int) -> Broken:
    return _with_job(problem, plan.routes[at].jobs[-1], windows=(Window(0, 0),)), plan


def _after_the_shift(problem: Problem, plan: Plan, at: int) -> Broken:
    return _with_vehicle(problem, plan.routes[at], shift=Window(0, 1)), plan


def _too_long(problem: Problem, plan: Plan, at: int) -> Broken:
    return _with_vehicle(problem, plan.routes[at], shift_s=0, overtime_s=0), plan


def _too_many_vehicles(problem: Problem, plan: Plan, at: int) -> Broken:
    return _with_vehicle(problem, plan.routes[at], count=0), plan


def _too_many_trips(problem: Problem, plan: Plan, at: int) -> Broken:
    route = plan.routes[at]
    more = tuple(Trip(0, ()) for _trip in range(3))
    return problem, _with_route(plan, at, replace(route, trips=(*route.trips, *more)))


def _wrong_depot(problem: Problem, plan: Plan, at: int) -> Broken:
    route = plan.routes[at]
    other = replace(problem, depots=[*problem.depots, replace(problem.depots[0], place=problem.jobs[0].place)])
    return other, _with_route(plan, at, replace(route, trips=(Trip(1, route.trips[0].jobs), *route.trips[1:])))


def _no_road(problem: Problem, plan: Plan, at: int) -> Broken:
    shut = problem.jobs[plan.routes[at].jobs[0]].place
    tables = [
        [
            [NO_ROAD if shut in (row, column) and row != column else value for column, value in enumerate(values)]
            for row, values in enumerate(table)
        ]
        for table in (problem.matrices[0].distances, problem.matrices[0].durations)
    ]
    return replace(problem, matrices=[Matrix(*tables)]), plan


WAYS: dict[FaultKind, Callable[[Problem, Plan, int], Broken]] = {
    FaultKind.LEFT_OUT: _left_out,
    FaultKind.TWICE: _twice,
    FaultKind.NOT_ALLOWED: _not_allowed,
    FaultKind.OVERLOADED: _overloaded,
    FaultKind.LATE: _late,
    FaultKind.AFTER_THE_SHIFT: _after_the_shift,
    FaultKind.TOO_LONG: _too_long,
    FaultKind.TOO_MANY_VEHICLES: _too_many_vehicles,
    FaultKind.TOO_MANY_TRIPS: _too_many_trips,
    FaultKind.WRONG_DEPOT: _wrong_depot,
    FaultKind.NO_ROAD: _no_road,
}


def test_every_kind_of_fault_has_a_way_to_make_it() -> None:
    assert set(WAYS) == set(FaultKind)


@pytest.mark.parametrize("kind", WAYS, ids=str)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), pick=st.integers(0, 20))
def test_a_plan_broken_in_one_way_is_refused_for_it(kind: FaultKind, seed: int, pick: int) -> None:
    problem = drawn(seed, jobs=6)
    plan = by_hand(problem)
    before = {fault.kind for fault in check(problem, plan)}
    assume(kind not in before)
    broken, then = WAYS[kind](problem, plan, _route(problem, plan, pick))
    assert kind in {fault.kind for fault in check(broken, then)}
    assert all(timetable(problem, route).visits for route in plan.routes)
