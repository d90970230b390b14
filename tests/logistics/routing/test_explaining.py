"""What makes a day impossible is said, and what is said is a proof."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.logistics.domain.routing import (
    NO_ROAD,
    Job,
    Matrix,
    Plan,
    Problem,
    Route,
    Vehicle,
    Window,
    by_hand,
    check,
    timetable,
)
from terrace.logistics.domain.routing.checking import legs
from terrace.logistics.domain.routing.explaining import explain
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind
from tests.logistics.routing.days import MINUTE, day, drawn, job, route, van

HOUR = 60 * MINUTE
NARROW = frozenset({"narrow"})


def kinds(problem: Problem) -> list[ReasonKind]:
    return [reason.kind for reason in explain(problem)]


def test_a_day_that_can_be_driven_has_no_reason() -> None:
    problem = day(job(1), job(2))
    assert explain(problem) == []
    assert explain(problem, Plan((route([0, 1]),))) == []


def test_what_no_vehicle_offers_is_said() -> None:
    assert explain(day(job(1, needs=NARROW))) == [Reason(ReasonKind.NOBODY_MAY, (0,), needs=NARROW)]


def test_what_is_too_heavy_is_said_with_how_much() -> None:
    fleet = [van(), van(capacity=(12,))]
    assert Reason(ReasonKind.NOBODY_CARRIES, (0,), lacks=3, load=0) in explain(day(job(1, drops=15), fleet=fleet))


def test_what_may_wait_makes_no_day_impossible() -> None:
    assert explain(day(job(1, needs=NARROW, prize=5), job(1, drops=99, prize=5))) == []


def test_a_closed_road_is_said_but_not_where_a_way_round_is_open() -> None:
    distances = [[0, 1, NO_ROAD], [1, 0, 1], [NO_ROAD, 1, 0]]
    problem = Problem([job(1), job(2)], [van()], [*day(job(1)).depots], [Matrix(distances, distances)])
    assert explain(problem) == []
    distances[1][2] = NO_ROAD
    assert kinds(problem) == [ReasonKind.NO_ROAD]


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"released_at": HOUR, "windows": (Window(0, HOUR),)}, ReasonKind.COMES_TOO_LATE),
        ({"windows": (Window(0, 4 * MINUTE),)}, ReasonKind.CLOSES_TOO_EARLY),
        ({"service_s": 2 * HOUR}, ReasonKind.TOO_FAR),
    ],
)
def test_what_nobody_can_do_in_time_is_said(more: dict[str, object], kind: ReasonKind) -> None:
    assert kinds(day(job(5, **more), fleet=[van(shift_s=HOUR, overtime_s=HOUR)])) == [kind]


def test_vehicles_too_few_in_a_part_of_the_day_are_counted() -> None:
    jobs = [job(place, 0, 1, windows=(Window(8 * HOUR, 8 * HOUR),)) for place in range(1, 6)]
    (reason,) = explain(day(*jobs, fleet=[van(count=2)]))
    assert (reason.kind, reason.short) == (ReasonKind.TOO_FEW_VEHICLES, 3)
    assert reason.between == Window(8 * HOUR, 8 * HOUR)


def test_cold_vehicles_too_few_in_the_morning_are_counted() -> None:
    cold, dry = Vehicle("cold", (9, 4), cost_per_m=1), Vehicle("dry", (9, 0), count=9, cost_per_m=1)
    morning = (Window(8 * HOUR, 11 * HOUR),)
    jobs = [Job(str(place), place, (0, 0), (4, 4), morning) for place in range(1, 5)]
    (reason,) = explain(day(*jobs, fleet=[cold, dry]))
    assert (reason.kind, reason.load, reason.lacks, reason.short) == (ReasonKind.TOO_FEW_VEHICLES, 1, 12, 3)
    assert reason.between == morning[0]


def test_room_too_little_on_the_whole_day_is_counted() -> None:
    jobs = [job(1, 0, 8, windows=(Window(number * HOUR, number * HOUR),)) for number in range(1, 6)]
    (reason,) = explain(day(*jobs, fleet=[van(reloads=1, reload_at=(0,))]))
    assert (reason.kind, reason.lacks, reason.short) == (ReasonKind.TOO_LITTLE_ROOM, 20, 1)


def test_a_second_trip_counts_only_where_the_interval_is_long_enough_for_it() -> None:
    jobs = [job(5, 0, 8, windows=(Window(8 * HOUR, 8 * HOUR + MINUTE),)) for _one in range(2)]
    (reason,) = explain(day(*jobs, fleet=[van(reloads=1, reload_at=(0,))]))
    assert (reason.kind, reason.load, reason.lacks) == (ReasonKind.TOO_FEW_VEHICLES, 0, 6)


def test_shifts_too_short_for_the_work_are_counted() -> None:
    jobs = [job(1, service_s=HOUR) for _one in range(4)]
    (reason,) = explain(day(*jobs, fleet=[van(shift_s=HOUR, overtime_s=HOUR)]))
    assert (reason.kind, reason.lacks, reason.short) == (ReasonKind.TOO_LITTLE_TIME, 2 * HOUR + MINUTE, 2)


def test_where_nothing_is_proven_the_jobs_left_out_are_named() -> None:
    problem = day(job(1, drops=6), job(2, drops=6), job(3, drops=6), fleet=[van(count=2)])
    found = explain(problem, Plan((route([0]), route([1]))))
    assert found == [Reason(ReasonKind.NONE_FOUND, (2,))]
    assert not found[0].kind.is_certain


@given(seed=st.integers(0, 10_000), jobs=st.integers(1, 14))
def test_what_can_be_driven_is_never_called_impossible(seed: int, jobs: int) -> None:
    problem, plan = _as_tight_as(drawn(seed, jobs))
    assert check(problem, plan) == []
    assert explain(problem) == []


def _as_tight_as(problem: Problem) -> tuple[Problem, Plan]:
    """Return a plan made by hand, and the tightest day on which it may be driven: no room and no second to spare."""
    plan = by_hand(problem)
    done = sorted(plan.jobs())
    jobs = {one: problem.jobs[one] for one in done}
    fleet, routes = [], []
    for number, one in enumerate(plan.routes):
        times, vehicle = timetable(problem, one), problem.vehicles[one.vehicle]
        jobs |= {
            visit.job: replace(jobs[visit.job], windows=(Window(visit.begins, visit.begins),), prize=None)
            for visit in times.visits
            if visit.job is not None
        }
        loads = [load for trip in one.trips for _job, load in legs(problem, trip, (0, 0))]
        again = len(one.trips) - 1
        exact = {"shift": Window(times.starts, times.ends), "shift_s": times.duration, "overtime_s": 0}
        capacity = tuple(map(max, zip(*loads, strict=True)))
        fleet.append(replace(vehicle, capacity=capacity, count=1, reloads=again, **exact))
        trips = tuple(replace(trip, jobs=tuple(done.index(job) for job in trip.jobs)) for trip in one.trips)
        routes.append(Route(number, trips))
    return replace(problem, jobs=[jobs[one] for one in done], vehicles=fleet), Plan(tuple(routes))
