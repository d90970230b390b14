"""A day under way planned anew: from where vehicles are, with what is on board, changing no more than it must."""

from dataclasses import replace

import pytest

from terrace.logistics.domain.routing import Budget, Depot, Plan, Problem, Window, by_hand, check, timetable
from terrace.logistics.domain.routing.by_hand import completed
from terrace.logistics.domain.routing.going_on import GoingOn, UnderWay, going_on
from terrace.logistics.engines.again import go_on
from terrace.logistics.engines.by_vroom import VroomPlanner, can_plan
from tests.logistics.routing.days import MINUTE, day, drawn, job, route, van

HOUR = 60 * MINUTE
SHORT = Budget(1, rounds=200)


def noon(**more: object) -> tuple[Problem, GoingOn]:
    """Return a day of two vans, the first at its second stop after ten minutes, and what is left of it."""
    fleet = [van(shift_s=HOUR, overtime_s=HOUR, fixed_cost=9, reloads=1, reload_at=(0,)), van()]
    problem = day(job(1, 2, 3), job(2, 4), job(3, 3), job(4, 5, 5), fleet=fleet)
    plan = Plan((route([0, 1, 2]), route([3], vehicle=1)))
    first = UnderWay(0, 2, 10 * MINUTE, 0, done=(0,), **more)  # type: ignore[arg-type]
    return problem, going_on(problem, plan, 10 * MINUTE, [first])


def test_a_vehicle_goes_on_where_it_is_with_what_it_collected() -> None:
    _problem, going = noon()
    here = going.problem.vehicles[0]
    assert going.jobs == (1, 2, 3)
    assert (going.problem.depots[here.start].place, here.on_board, here.fixed_cost) == (2, (3,), 0)
    assert (here.shift_s, here.overtime_s) == (50 * MINUTE, HOUR)
    assert [one.jobs for one in going.kept.routes] == [(0, 1), (2,)]
    assert check(going.problem, going.kept) == []


def test_only_the_vehicle_that_has_goods_on_board_brings_them() -> None:
    _problem, going = noon()
    taken = Plan((route([0], vehicle=0, depots=[1]), route([1, 2], vehicle=1)))
    assert [(fault.kind.value, fault.job) for fault in check(going.problem, taken)] == [("not_allowed", 1)]


def test_goods_at_the_hub_are_on_no_vehicle_that_is_under_way() -> None:
    _problem, going = noon()
    taken = Plan((route([0, 1, 2], vehicle=0, depots=[1]),))
    assert "late" in {fault.kind.value for fault in check(going.problem, taken)}
    loads_again = Plan((route([0, 1], [2], vehicle=0, depots=[1, 0]),))
    assert check(going.problem, loads_again) == []


def test_goods_on_board_ride_on_no_later_trip() -> None:
    _problem, going = noon()
    assert not going.is_sound(Plan((route([0], [1], vehicle=0, depots=[1, 0]),)))
    assert going.is_sound(going.kept)
    assert [one.reloads for one in going.without_second_trips().vehicles] == [0, 0]


def test_a_vehicle_that_broke_down_leaves_its_pick_ups_to_others_and_its_goods_where_it_stands() -> None:
    problem = day(job(1, 2, 3), job(2, 4), job(3, 0, 3), fleet=[van(), van()])
    plan = Plan((route([0, 1, 2]),))
    going = going_on(problem, plan, HOUR, [UnderWay(0, 1, HOUR, 0, done=(0,), is_broken=True)])
    assert (going.jobs, going.vehicles, going.stranded) == ((2,), (1,), (0, 1))
    assert completed(going.problem, going.kept) == Plan((route([0]),))


def test_who_is_at_home_begins_from_now_on_and_the_second_trip_is_left() -> None:
    problem = day(job(1, 6), job(2, 6), fleet=[van(reloads=1, reload_at=(0,)), van()])
    plan = Plan((route([0], [1]),))
    going = going_on(problem, plan, HOUR, [UnderWay(0, 1, HOUR, 0, done=(0,))])
    assert going.kept == Plan((route([], [0], depots=[1, 0]),))
    assert check(going.problem, going.kept) == []
    assert going.problem.vehicles[1].shift.earliest == HOUR


@pytest.mark.slow
def test_new_pick_ups_are_put_into_the_plan_and_what_needs_no_change_keeps_its_order() -> None:
    problem, _going = noon()
    plan = Plan((route([0, 1, 2]), route([3], vehicle=1)))
    under_way = [UnderWay(0, 2, 10 * MINUTE, 0, done=(0,))]
    going = going_on(problem, plan, 10 * MINUTE, under_way, [job(3, 0, 2)])
    planned = go_on(going, SHORT)
    assert check(going.problem, planned.plan) == []
    assert going.is_sound(planned.plan)
    same = going_on(problem, plan, 10 * MINUTE, under_way)
    assert go_on(same, SHORT).plan == same.kept


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_at_any_moment_of_a_drawn_day_nobody_carries_too_much_or_what_is_on_another_vehicle(seed: int) -> None:
    problem = _each_one(drawn(seed))
    plan = by_hand(problem)
    under_way = [state for number in range(len(plan.routes)) if (state := _after_two(problem, plan, number))]
    going = going_on(problem, plan, min((one.free_at for one in under_way), default=0), under_way)
    planned = go_on(going, SHORT)
    assert going.is_sound(planned.plan)
    assert {fault.kind.value for fault in check(going.problem, planned.plan)} <= {"left_out", "late"}


def _each_one(problem: Problem) -> Problem:
    singles = [replace(kind, count=1) for kind in problem.vehicles for _one in range(kind.count)]
    return replace(problem, vehicles=singles)


def _after_two(problem: Problem, plan: Plan, number: int) -> UnderWay | None:
    """Return a vehicle that has done two jobs of its first trip."""
    one = plan.routes[number]
    if len(one.trips[0].jobs) < 2:
        return None
    times = timetable(problem, one)
    last = times.visits[2]
    return UnderWay(one.vehicle, last.place, last.ends, times.starts, done=one.trips[0].jobs[:2])


def test_vroom_plans_what_is_on_board_as_room_that_is_taken() -> None:
    problem = day(job(1, 0, 3), job(2, 0, 3), fleet=[van(on_board=(5,))])
    assert can_plan(problem)
    plan = VroomPlanner().plan(problem, SHORT).plan
    assert [fault.kind.value for fault in check(problem, plan)] == ["left_out"]
    assert len(list(plan.jobs())) == 1


def test_vroom_gives_goods_that_come_later_to_who_begins_later() -> None:
    late = job(1, released_at=HOUR)
    early, later = van(), van(shift=Window(HOUR))
    problem = day(late, job(2), fleet=[early, later], depots=[Depot(0)])
    plan = VroomPlanner().plan(problem, SHORT).plan
    assert check(problem, plan) == []
    assert [one.vehicle for one in plan.routes if 0 in one.jobs] == [1]
    assert not can_plan(day(late, fleet=[early]))
