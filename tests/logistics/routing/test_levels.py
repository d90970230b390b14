"""A day on two levels: trunk and rounds fit together in one plan, which is judged like any other."""

from dataclasses import replace
from typing import Any

import pytest

from terrace.logistics.domain.routing import (
    Budget,
    ByHand,
    Depot,
    FaultKind,
    Problem,
    Window,
    check,
    measure,
    timetable,
)
from terrace.logistics.domain.routing.levels import SLACK_S, Part, Station, TwoLevels, two_levels
from tests.logistics.routing.days import MINUTE, day, job, van

STAYS = 5 * MINUTE
HOUR = 60 * MINUTE
CLOSES = 12 * HOUR


def planned(problem: Problem, *stations: Station) -> TwoLevels:
    return two_levels(problem, stations, ByHand(), Budget(1))


def county(*more: dict[str, Any]) -> Problem:
    """Return a day with a truck and a small van that stands at a station at 10, and jobs at 11, 12, ... behind it."""
    jobs = [job(11 + number, **one) for number, one in enumerate(more)]
    fleet = [van(capacity=(30,), reloads=3, reload_at=(0,)), van(start=1, end=1)]
    return day(*jobs, fleet=fleet, depots=[Depot(0, Window(0, CLOSES)), Depot(10, Window(0, CLOSES))])


def station(problem: Problem, **more: Any) -> Station:
    return replace(Station(1, tuple(range(len(problem.jobs))), (1,), handling_s=STAYS), **more)


def visits(both: TwoLevels) -> dict[int, tuple[int, int]]:
    """Return from when until when each job is done."""
    return {
        visit.job: (visit.begins, visit.ends)
        for route in both.plan.routes
        for visit in timetable(both.problem, route).visits
        if visit.job is not None
    }


def test_rounds_load_when_the_trunk_has_come_and_the_trunk_takes_what_they_brought() -> None:
    problem = county({"drops": 2, "takes": 3}, {"drops": 4, "released_at": HOUR})
    both = planned(problem, station(problem))
    assert check(both.problem, both.plan) == []
    assert both.parts == (Part(0, False, (0,)), Part(0, False, (1,)), Part(0, True, (0,)))
    done, jobs = visits(both), both.problem.jobs
    assert done[2][1] <= jobs[0].released_at, "the trunk was there before the round loads"
    assert done[3][1] <= jobs[1].released_at
    rounds = next(route for route in both.plan.routes if route.vehicle == 1)
    assert done[4][0] >= timetable(both.problem, rounds).ends + SLACK_S, "the trunk comes again when it is back"
    assert [jobs[number].drops for number in (2, 3)] == [(2,), (4,)]
    assert jobs[4].takes == (3,)


def test_both_levels_are_one_plan_with_one_measure() -> None:
    problem = county({"drops": 2}, {"drops": 4})
    both = planned(problem, station(problem))
    assert measure(both.problem, both.plan).distance == 2 * 10_000 + 2 * 2_000
    assert measure(both.problem, both.plan).vehicles == 2


def test_what_lies_at_the_station_already_needs_no_trunk() -> None:
    problem = county({"drops": 2}, {"drops": 0, "takes": 4})
    both = planned(problem, station(problem, local=(0, 1)))
    assert both.parts == ()
    assert {route.vehicle for route in both.plan.routes} == {1}
    assert check(both.problem, both.plan) == []


def test_what_has_no_station_is_the_trunks_own() -> None:
    problem = county({"drops": 2}, {"drops": 4})
    both = planned(problem, station(problem, jobs=(0,)))
    assert check(both.problem, both.plan) == []
    assert [sorted(route.jobs) for route in both.plan.routes] == [[1, 2], [0]]


def test_a_visit_of_the_rounds_is_for_a_vehicle_of_the_station_alone() -> None:
    problem = county({"drops": 2})
    both = planned(problem, station(problem))
    trunk, rounds = both.plan.routes
    swapped = replace(both.plan, routes=(replace(rounds, vehicle=0), replace(trunk, vehicle=1)))
    assert {fault.kind for fault in check(both.problem, swapped)} >= {FaultKind.NOT_ALLOWED, FaultKind.WRONG_DEPOT}


def test_what_fits_no_trunk_at_once_comes_in_parts() -> None:
    problem = county({"drops": 10}, {"drops": 10}, {"drops": 9}, {"drops": 8})
    both = planned(problem, station(problem))
    assert [part.jobs for part in both.parts] == [(0, 1, 2), (3,)]


def test_rounds_that_cannot_be_done_are_faults_of_the_whole() -> None:
    problem = county({"drops": 11})
    both = planned(problem, station(problem))
    assert [(fault.kind, fault.job) for fault in check(both.problem, both.plan)] == [(FaultKind.LEFT_OUT, 0)]


def test_a_job_of_two_stations_is_refused() -> None:
    problem = county({})
    with pytest.raises(ValueError, match="one station"):
        planned(problem, station(problem), station(problem))


def test_a_round_that_would_be_back_after_the_trunk_has_come_is_a_fault() -> None:
    problem = county({"takes": 3}, {"takes": 2, "service_s": MINUTE})
    both = planned(problem, station(problem))
    assert check(both.problem, both.plan) == []
    [fetch] = [at for at, part in enumerate(both.parts, start=2) if part.goes_up]
    rounds = next(route for route in both.plan.routes if route.vehicle == 1)
    back = timetable(both.problem, rounds).ends
    closes = both.problem.depots[1].open.latest
    assert back < closes < both.problem.jobs[fetch].windows[0].earliest
    slow = [replace(one, service_s=one.service_s + SLACK_S) for one in both.problem.jobs[:2]]
    longer = replace(both.problem, jobs=[*slow, *both.problem.jobs[2:]])
    assert {fault.kind for fault in check(longer, both.plan)} == {FaultKind.LATE}


def test_what_no_visit_of_the_trunk_fetches_stays_out_of_rounds() -> None:
    far = {"takes": 1, "prize": 1}
    problem = county({"takes": 3}, far)
    both = planned(problem, station(problem))
    assert check(both.problem, both.plan) == []
    rounds = next(route for route in both.plan.routes if route.vehicle == 1)
    assert rounds.jobs == (0,)
    more = replace(rounds, trips=(replace(rounds.trips[0], jobs=(0, 1)),))
    plan = replace(both.plan, routes=tuple(more if one is rounds else one for one in both.plan.routes))
    assert FaultKind.NOT_ALLOWED in {fault.kind for fault in check(both.problem, plan)}


def test_the_trunk_comes_while_the_station_is_open_and_rounds_are_back_in_time() -> None:
    problem = county({"drops": 2, "takes": 3}, {"drops": 4})
    is_open = (Window(2 * HOUR, 3 * HOUR), Window(5 * HOUR, 8 * HOUR))
    both = planned(problem, station(problem, windows=is_open))
    assert check(both.problem, both.plan) == []
    done = visits(both)
    for number, _part in enumerate(both.parts, start=2):
        assert any(one.earliest <= done[number][0] <= one.latest for one in is_open)
    late = (Window(2 * HOUR, 2 * HOUR + 10 * MINUTE),)
    assert check((shut := planned(problem, station(problem, windows=late))).problem, shut.plan), "no time for rounds"
