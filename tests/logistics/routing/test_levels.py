"""A day on two levels: trunk and rounds fit together, and are compared with one level."""

import pytest

from terrace.logistics.domain.routing import Budget, ByHand, Depot, Problem, Window, by_hand, measure, timetable
from terrace.logistics.domain.routing.levels import Part, Station, TwoLevels, two_levels
from tests.logistics.routing.days import MINUTE, day, job, van

STAYS = 5 * MINUTE
HOUR = 60 * MINUTE


def planned(problem: Problem, *stations: Station) -> TwoLevels:
    return two_levels(problem, stations, [0], ByHand(), Budget(1))


def county(*more: dict[str, object]) -> Problem:
    """Return a day with a truck and a small van, and jobs at places 11, 12, ... behind a station at 10."""
    jobs = [job(11 + number, **one) for number, one in enumerate(more)]
    fleet = [van(capacity=(30,), reloads=3, reload_at=(0,)), van()]
    return day(*jobs, job(10, drops=0), fleet=fleet, depots=[Depot(0, Window(0, 12 * HOUR))])


def station(problem: Problem) -> Station:
    return Station(10, tuple(range(len(problem.jobs))), (1,), STAYS)


def test_rounds_load_when_the_trunk_has_come_and_the_trunk_takes_what_they_brought() -> None:
    problem = county({"drops": 2, "takes": 3}, {"drops": 4, "released_at": HOUR})
    both = planned(problem, station(problem))
    assert both.faults() == []
    down_early, down_late, up = both.parts
    assert (down_early, down_late, up) == (Part(0, False, (0,)), Part(0, False, (1,)), Part(0, True, (0,)))
    trunk = {visit.job: visit for route in both.trunk_plan.routes for visit in timetable(both.trunk, route).visits}
    (rounds,) = both.rounds
    assert trunk[0].ends <= rounds.problem.jobs[0].released_at
    assert trunk[1].ends <= rounds.problem.jobs[1].released_at
    assert trunk[2].begins >= rounds.back_at > 0
    assert [both.trunk.jobs[number].drops for number in range(2)] == [(2,), (4,)]
    assert both.trunk.jobs[2].takes == (3,)


def test_both_levels_are_measured_together() -> None:
    problem = county({"drops": 2}, {"drops": 4})
    both = planned(problem, station(problem))
    assert both.measures.distance == 2 * 10_000 + 2 * 2_000
    assert both.measures.vehicles == 2
    assert both.measures.distance == measure(problem, by_hand(problem)).distance, "one level goes the same way"


def test_what_fits_no_trunk_at_once_comes_in_parts() -> None:
    problem = county({"drops": 10}, {"drops": 10}, {"drops": 9}, {"drops": 8})
    both = planned(problem, station(problem))
    assert [part.jobs for part in both.parts] == [(0, 1, 2), (3,)]


def test_rounds_that_cannot_be_done_are_faults_of_the_whole() -> None:
    problem = county({"drops": 11})
    assert [fault.job for fault in planned(problem, station(problem)).faults()] == [0]


def test_a_job_of_no_station_is_refused() -> None:
    with pytest.raises(ValueError, match="one station"):
        planned(county({}), Station(10, (0,), (1,)))
