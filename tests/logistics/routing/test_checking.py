"""The checker refuses each kind of broken plan, and measures what a plan costs."""

import pytest

from terrace.logistics.domain.routing import (
    NO_ROAD,
    Depot,
    Fault,
    FaultKind,
    Job,
    Matrix,
    Plan,
    Problem,
    Route,
    Vehicle,
    Window,
    check,
    measure,
)
from tests.logistics.routing.days import MINUTE, day, job, route, van

COLD = Vehicle("cold", (10, 5), cost_per_m=1)
DRY = Vehicle("dry", (10, 0), cost_per_m=1)


def faults(problem: Problem, *routes: Route) -> list[Fault]:
    return check(problem, Plan(routes))


def kinds(problem: Problem, *routes: Route) -> list[FaultKind]:
    return [fault.kind for fault in faults(problem, *routes)]


def test_a_plan_that_does_all_is_without_fault() -> None:
    assert faults(day(job(1), job(2)), route([0, 1])) == []


def test_a_job_that_has_to_be_done_is_never_dropped_silently() -> None:
    assert faults(day(job(1), job(2)), route([0])) == [Fault(FaultKind.LEFT_OUT, job=1)]


def test_a_job_that_may_wait_may_be_left_out_for_what_it_is_worth() -> None:
    problem = day(job(1), job(2, prize=700))
    assert faults(problem, route([0])) == []
    assert measure(problem, Plan((route([0]),))).missed == 700


def test_each_job_is_done_once() -> None:
    assert faults(day(job(1), fleet=[van(count=2)]), route([0]), route([0])) == [Fault(FaultKind.TWICE, job=0, by=1)]


def test_no_leg_is_heavier_than_the_vehicle_carries() -> None:
    problem = day(job(1, drops=2, takes=6), job(2, drops=5, takes=5), job(3, drops=0, takes=1))
    over = [
        Fault(FaultKind.OVERLOADED, 0, 0, 1),
        Fault(FaultKind.OVERLOADED, 0, 1, 1),
        Fault(FaultKind.OVERLOADED, 0, 2, 2),
    ]
    assert faults(problem, route([0, 1, 2])) == over
    assert kinds(day(job(1, drops=6), job(2, drops=5)), route([0, 1])) == [FaultKind.OVERLOADED]


def test_what_was_taken_leaves_the_vehicle_where_it_loads_again() -> None:
    jobs = (job(1, drops=0, takes=8), job(2, drops=0, takes=8))
    assert kinds(day(*jobs, fleet=[van(reloads=1, reload_at=(0,))]), route([0], [1])) == []


def test_what_is_on_board_already_takes_room_until_the_first_trip_ends() -> None:
    problem = day(
        job(1, drops=0, takes=3), job(2, drops=0, takes=3), fleet=[van(on_board=(8,), reloads=1, reload_at=(0,))]
    )
    assert faults(problem, route([0], [1])) == [Fault(FaultKind.OVERLOADED, 0, 0, 1)]


def test_cold_goods_ride_only_where_it_is_cold() -> None:
    cold = Job("cold", 1, (0, 0), (4, 4))
    problem = day(cold, fleet=[DRY, COLD])
    assert faults(problem, route([0], vehicle=0)) == [Fault(FaultKind.OVERLOADED, 0, 0, 4)]
    assert faults(problem, route([0], vehicle=1)) == []


def test_only_a_vehicle_that_has_what_a_job_needs_does_it() -> None:
    narrow = job(1, needs=frozenset({"narrow"}))
    assert faults(day(narrow), route([0])) == [Fault(FaultKind.NOT_ALLOWED, 0, 0)]
    assert faults(day(narrow, fleet=[van(offers=frozenset({"narrow", "high"}))]), route([0])) == []


def test_work_begins_in_a_window() -> None:
    problem = day(job(3, windows=(Window(0, 2 * MINUTE),)))
    assert faults(problem, route([0])) == [Fault(FaultKind.LATE, 0, 0, MINUTE)]


def test_a_depot_that_has_closed_is_too_late() -> None:
    problem = day(job(3), depots=[Depot(0, Window(0, 4 * MINUTE))])
    assert faults(problem, route([0])) == [Fault(FaultKind.LATE, 0, None, 2 * MINUTE)]


def test_a_tour_ends_before_the_shift_does() -> None:
    problem = day(job(3), fleet=[van(shift=Window(0, 5 * MINUTE))])
    assert faults(problem, route([0])) == [Fault(FaultKind.AFTER_THE_SHIFT, 0, by=MINUTE)]


def test_a_tour_is_no_longer_than_shift_and_overtime() -> None:
    problem = day(job(3), fleet=[van(shift_s=3 * MINUTE, overtime_s=2 * MINUTE, cost_per_s=2, cost_per_overtime_s=1)])
    assert faults(problem, route([0])) == [Fault(FaultKind.TOO_LONG, 0, by=MINUTE)]
    assert measure(problem, Plan((route([0]),))).cost == 6_000 + 2 * 6 * MINUTE + 3 * MINUTE


def test_there_are_only_so_many_vehicles() -> None:
    assert kinds(day(job(1), job(2)), route([0]), route([1])) == [FaultKind.TOO_MANY_VEHICLES]


def test_a_vehicle_loads_again_only_so_often() -> None:
    problem = day(job(1), job(2), job(3), fleet=[van(reloads=1, reload_at=(0,))])
    assert faults(problem, route([0], [1], [2])) == [Fault(FaultKind.TOO_MANY_TRIPS, 0, by=1)]


@pytest.mark.parametrize("depots", [(1, 0), (0, 1)])
def test_a_vehicle_loads_only_where_it_begins_and_may_reload(depots: tuple[int, int]) -> None:
    problem = day(job(1), job(2), depots=[Depot(0), Depot(2)], fleet=[van(reloads=1, reload_at=(0,))])
    assert kinds(problem, route([0], [1], depots=depots)) == [FaultKind.WRONG_DEPOT]


@pytest.mark.parametrize("closed", [(0, 1), (1, 2), (2, 0)])
def test_nobody_drives_where_no_road_leads(closed: tuple[int, int]) -> None:
    distances = [[0 if one == two else 1 for two in range(3)] for one in range(3)]
    distances[closed[0]][closed[1]] = NO_ROAD
    problem = Problem([job(1), job(2)], [van()], [Depot(0)], [Matrix(distances, distances)])
    assert kinds(problem, route([0, 1])) == [FaultKind.NO_ROAD]


def test_a_problem_whose_parts_do_not_fit_is_none() -> None:
    with pytest.raises(ValueError, match="same things"):
        day(job(1), fleet=[COLD])
    with pytest.raises(ValueError, match="row in every matrix"):
        Problem([job(1)], [van()], [Depot(0)], [Matrix([[0]], [[0]])])
    with pytest.raises(ValueError, match="depots of the problem"):
        day(job(1), fleet=[van(end=1)])
    with pytest.raises(ValueError, match="ends after it begins"):
        Window(2, 1)
