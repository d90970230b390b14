"""Visits of a vehicle that cannot go on, shared out among the others: what changes least, and nobody gets later."""

from terrace.logistics.domain.routing import FaultKind, Plan, Window, check
from terrace.logistics.domain.routing.sharing_out import share_out
from tests.logistics.routing.days import MINUTE, day, job, route, van


def test_a_visit_goes_where_it_is_the_least_way_and_at_the_best_place() -> None:
    problem = day(job(2), job(8), job(4), job(5), fleet=[van(), van()])
    plan = Plan((route([0, 1]), route([2], vehicle=1)))
    shared = share_out(problem, plan, [3])
    assert shared.left == {}
    assert [one.jobs for one in shared.plan.routes] == [(0, 1, 3), (2,)], "on its way home, and nobody waits for it"


def test_several_are_put_in_one_after_the_other_as_far_as_there_is_room() -> None:
    problem = day(job(3, 0, 6), job(4, 0, 6), job(5, 0, 6), fleet=[van(), van()])
    shared = share_out(problem, Plan((route([0]), route([], vehicle=1))), [1, 2])
    assert sorted(len(one.jobs) for one in shared.plan.routes) == [1, 1]
    assert list(shared.left.values()) == [FaultKind.OVERLOADED]
    assert set(shared.plan.jobs()) | set(shared.left) == {0, 1, 2}


def test_nobody_gets_later_than_the_day_allows() -> None:
    problem = day(job(5, windows=(Window(0, 5 * MINUTE),)), job(1, service_s=60 * MINUTE), fleet=[van()])
    shared = share_out(problem, Plan((route([0]),)), [1])
    assert [one.jobs for one in shared.plan.routes] == [(0, 1)]
    assert check(problem, shared.plan) == []


def test_who_is_late_already_may_stay_so_but_not_get_later() -> None:
    problem = day(job(5, windows=(Window(0, 4 * MINUTE),)), job(5, windows=(Window(0, MINUTE),)), job(9), fleet=[van()])
    late = Plan((route([0]),))
    assert [fault.kind for fault in check(problem, late)][:1] == [FaultKind.LEFT_OUT]
    shared = share_out(problem, late, [1, 2])
    assert [one.jobs for one in shared.plan.routes] == [(0, 2)]
    assert shared.left == {1: FaultKind.LATE}


def test_what_no_vehicle_may_do_is_left_with_the_reason() -> None:
    problem = day(job(3), job(4, needs=frozenset({"cold"})), fleet=[van()])
    shared = share_out(problem, Plan((route([0]),)), [1])
    assert shared.left == {1: FaultKind.NOT_ALLOWED}
    assert share_out(problem, Plan(()), [0]).left == {0: FaultKind.LEFT_OUT}
