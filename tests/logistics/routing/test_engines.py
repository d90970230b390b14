"""The engines plan days that our own checker finds without fault, and mean by their words what we mean."""

from dataclasses import dataclass, replace

import pytest

from terrace.logistics.domain.routing import (
    Budget,
    Depot,
    Plan,
    Planned,
    Problem,
    Rest,
    Window,
    best_of,
    check,
    measure,
)
from terrace.logistics.domain.routing.by_hand import NAME as BY_HAND
from terrace.logistics.domain.routing.by_hand import ByHand
from terrace.logistics.engines import watch
from terrace.logistics.engines.by_pyvrp import NAME as PYVRP
from terrace.logistics.engines.by_pyvrp import PyvrpPlanner, Translation
from terrace.logistics.engines.by_vroom import VroomPlanner, can_plan
from terrace.logistics.engines.by_windows import ByWindows, may_be_stuck
from terrace.logistics.engines.fewer import FewerVehicles
from terrace.logistics.engines.first_by_hand import FirstByHand
from terrace.logistics.engines.together import LARGE, FromVroom, NoEngineEnded, Together, engines_for
from tests.logistics.routing.days import MINUTE, day, drawn, job, route, van

pytestmark = pytest.mark.slow
SEARCH = Budget(seconds=60, rounds=300)


def _early(problem: Problem) -> Problem:
    """Return a day on which all goods are there in the morning."""
    return replace(problem, jobs=[replace(one, released_at=0) for one in problem.jobs])


@pytest.mark.parametrize("seed", range(8))
def test_what_pyvrp_calls_feasible_has_no_fault_and_costs_what_it_says(seed: int) -> None:
    problem = drawn(seed)
    words = Translation.of(problem)

    plan = PyvrpPlanner().plan(problem, SEARCH).plan

    solution, measures = words.solution(problem, plan), measure(problem, plan)
    assert solution.is_feasible() is (check(problem, plan) == [])
    assert solution.distance() == measures.distance
    assert solution.duration() == measures.duration
    assert solution.fixed_vehicle_cost() + solution.distance_cost() + solution.duration_cost() == measures.cost
    twice = sum((len(one.windows) - 1) * (one.prize or 0) for one in problem.jobs)
    assert solution.uncollected_prizes() == measures.missed + twice, "a job of two windows is two clients, one visited"


@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_day_is_planned_without_fault(seed: int) -> None:
    problem = drawn(seed)
    assert check(problem, PyvrpPlanner().plan(problem, SEARCH).plan) == []


@pytest.mark.parametrize("seed", range(8))
def test_vrooms_plan_has_no_fault_but_what_it_leaves_out(seed: int) -> None:
    problem = _early(drawn(seed))
    plan = VroomPlanner().plan(problem, Budget(seconds=5)).plan
    assert {fault.kind.value for fault in check(problem, plan)} <= {"left_out", "too_long"}


def test_vroom_knows_no_goods_that_come_later() -> None:
    assert not can_plan(day(job(1, released_at=60)))
    with pytest.raises(ValueError, match="once"):
        VroomPlanner().plan(day(job(1, released_at=60)), SEARCH)


def test_the_same_seed_and_rounds_lead_to_the_same_plan() -> None:
    problem = drawn(3, jobs=20)
    found = {PyvrpPlanner().plan(problem, SEARCH).plan for _again in range(2)}
    assert len(found) == 1


def test_pyvrp_begins_with_the_plan_that_it_is_given() -> None:
    problem = day(*(job(place) for place in range(1, 6)))
    start = Plan((route([4, 3, 2, 1, 0]),))
    assert PyvrpPlanner(start).plan(problem, Budget(seconds=5, rounds=0)).plan == start


def test_everybody_rests_at_the_same_time_and_nobody_while_at_work() -> None:
    late = job(3, windows=(Window(40 * MINUTE, 60 * MINUTE),), service_s=5 * MINUTE)
    problem = day(job(1), late, rest=Rest(10 * MINUTE, 30 * MINUTE))
    plan = PyvrpPlanner().plan(problem, SEARCH).plan
    assert check(problem, plan) == []
    assert measure(problem, plan).duration <= 11 * MINUTE


def test_two_loads_are_two_trips_where_the_vehicle_may_load_again() -> None:
    problem = day(
        job(1, drops=6), job(2, drops=6), fleet=[van(reloads=1, reload_at=(0,))], depots=[Depot(0, load_s=60)]
    )
    (one,) = PyvrpPlanner().plan(problem, SEARCH).plan.routes
    assert sorted(trip.jobs for trip in one.trips) == [(0,), (1,)]


def test_several_engines_find_the_best_of_theirs_and_tell_of_it() -> None:
    problem, heard = _early(drawn(5, jobs=20)), list[Planned]()
    planned = Together().plan(problem, SEARCH, heard.append)
    alone = [engine.plan(problem, SEARCH) for engine in (PyvrpPlanner(), FromVroom())]
    assert check(problem, planned.plan) == []
    assert measure(problem, planned.plan).total <= measure(problem, best_of(problem, alone).plan).total
    assert heard[-1] == planned
    costs = [measure(problem, one.plan).total for one in heard]
    assert costs == sorted(costs, reverse=True)


def test_large_days_are_left_to_the_engine_that_makes_most_of_the_time() -> None:
    small, large = day(*[job(1)] * LARGE), day(*[job(1)] * (LARGE + 1))
    assert engines_for(small) == (PyvrpPlanner(), FromVroom())
    assert engines_for(large) == (PyvrpPlanner(), FewerVehicles())


def test_an_engine_that_fails_leaves_the_plan_of_the_others() -> None:
    problem = day(job(1, released_at=60), job(2))
    planned = Together((VroomPlanner(), PyvrpPlanner())).plan(problem, SEARCH)
    assert (planned.engine, check(problem, planned.plan)) == ("pyvrp", [])
    with pytest.raises(NoEngineEnded):
        Together((VroomPlanner(),)).plan(problem, SEARCH)


@dataclass(frozen=True)
class Stuck:
    """An engine whose round never ends."""

    def plan(self, problem: Problem, budget: Budget, tell: object = None) -> Planned:
        """Go on for ever, as native code may that hears no signal."""
        watch.give(0.1)
        while True:
            pass


def test_an_engine_that_is_stuck_is_followed_by_one_that_never_is() -> None:
    problem = drawn(1)
    found = Together([Stuck()]).plan(problem, Budget(3))
    assert check(problem, found.plan) == []
    assert found.engine == PYVRP


def test_vehicles_that_are_out_in_windows_keep_their_hours() -> None:
    times = {"shift": Window(0, 400 * MINUTE), "shift_s": 60 * MINUTE, "overtime_s": 30 * MINUTE}
    late = [job(1, 6), job(2, 6, released_at=350 * MINUTE, windows=(Window(300 * MINUTE, 400 * MINUTE),))]
    problem = day(*late, fleet=[van(count=2, reloads=1, reload_at=(0,), **times)])
    assert may_be_stuck(problem)
    found = ByWindows().plan(problem, SEARCH)
    assert check(problem, found.plan) == []
    assert [route.vehicle for route in found.plan.routes] == [0, 0]


def test_who_is_careful_loads_again_as_well() -> None:
    late = [job(1, 6), job(2, 6, released_at=10 * MINUTE)]
    problem = day(*late, fleet=[van(reloads=1, reload_at=(0,))])
    careful = PyvrpPlanner(is_careful=True)
    plan = careful.plan(problem, SEARCH).plan
    assert check(problem, plan) == []
    assert len(plan.routes[0].trips) == 2
    assert engines_for(problem)[0] == careful
    assert engines_for(_early(problem))[0] == PyvrpPlanner()


def test_a_plan_is_there_before_any_engine_finds_one_and_stays_where_none_does() -> None:
    problem, heard = day(job(1, released_at=60), job(2)), list[Planned]()
    planned = FirstByHand(Together((VroomPlanner(),))).plan(problem, SEARCH, heard.append)
    assert [planned] == heard
    assert (planned.engine, check(problem, planned.plan)) == (BY_HAND, [])


def test_an_engine_that_finds_no_better_plan_than_the_rule_changes_nothing() -> None:
    problem = day(job(1), job(2))
    by_hand = ByHand().plan(problem, SEARCH)
    assert FirstByHand(ByHand()).plan(problem, SEARCH).plan == by_hand.plan
    longer = drawn(5, jobs=20)
    found = FirstByHand(PyvrpPlanner()).plan(longer, SEARCH)
    assert (
        found.engine,
        measure(longer, found.plan).total < measure(longer, ByHand().plan(longer, SEARCH).plan).total,
    ) == ("pyvrp", True)


def test_what_a_first_plan_leaves_out_is_put_in_before_the_search() -> None:
    problem = day(*(job(place) for place in range(1, 6)))
    planned = PyvrpPlanner(Plan((route([4, 3]),))).plan(problem, Budget(seconds=5, rounds=0))
    assert check(problem, planned.plan) == []


def test_a_search_with_fewer_vehicles_speaks_of_the_days_own() -> None:
    jobs = [job(place, drops=4) for place in range(1, 7)]
    fleet = [replace(van(reloads=0), key="dear", fixed_cost=900_000), *[van(reloads=0)] * 3]
    problem = day(*jobs, fleet=fleet)
    planned = FewerVehicles().plan(problem, SEARCH, (told := list[Planned]()).append)
    assert check(problem, planned.plan) == []
    assert all(check(problem, one.plan) == [] for one in told)


def test_too_few_vehicles_are_given_up() -> None:
    problem = day(*(job(place, drops=9) for place in range(1, 4)), fleet=[replace(van(), fixed_cost=5, count=3)])
    planned = FewerVehicles().plan(problem, Budget(seconds=2))
    assert check(problem, planned.plan) == []
    assert len(planned.plan.routes) == 3
