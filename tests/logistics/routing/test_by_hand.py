"""A plan made by hand: the nearest next, nothing on it that may not be driven."""

import pytest

from terrace.logistics.domain.routing import Budget, ByHand, FaultKind, Plan, Rest, Window, by_hand, check
from tests.logistics.routing.days import MINUTE, day, drawn, job, route, van


def test_the_nearest_stop_comes_next() -> None:
    assert by_hand(day(job(3), job(1), job(2))) == Plan((route([1, 2, 0]),))


def test_what_does_not_fit_rides_with_the_next_vehicle() -> None:
    problem = day(job(1, drops=6), job(2, drops=6), fleet=[van(count=2)])
    assert by_hand(problem) == Plan((route([0]), route([1])))


def test_a_vehicle_that_may_loads_again() -> None:
    problem = day(job(1, drops=6), job(2, drops=6), fleet=[van(reloads=1, reload_at=(0,))])
    assert by_hand(problem) == Plan((route([0], [1]),))


def test_what_few_vehicles_can_do_is_not_crowded_out() -> None:
    narrow = frozenset({"narrow"})
    near, far = job(1, drops=10), job(3, drops=10, needs=narrow)
    problem = day(near, far, fleet=[van(offers=narrow), van()])
    assert check(problem, by_hand(problem)) == []


def test_a_vehicle_waits_for_goods_where_that_saves_one() -> None:
    problem = day(job(1), job(2, released_at=60 * MINUTE), fleet=[van(count=2)])
    assert by_hand(problem) == Plan((route([0, 1]),))


def test_what_may_wait_is_taken_where_the_way_to_it_is_worth_it() -> None:
    problem = day(job(1), job(2, prize=2_000), job(5, prize=2_000))
    assert by_hand(problem) == Plan((route([0, 1]),))


def test_what_cannot_be_done_is_left_out_and_nothing_else_is_wrong() -> None:
    problem = day(job(1), job(3, windows=(Window(0, MINUTE),)), rest=Rest(10 * MINUTE, MINUTE))
    assert [fault.kind for fault in check(problem, by_hand(problem))] == [FaultKind.LEFT_OUT]


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_day_has_no_fault_but_what_is_left_out(seed: int) -> None:
    problem = drawn(seed, jobs=18)
    planned = ByHand().plan(problem, Budget(1))
    faults = check(problem, planned.plan)
    assert {fault.kind for fault in faults} <= {FaultKind.LEFT_OUT}
    assert len(faults) <= 6
