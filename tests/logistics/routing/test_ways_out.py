"""What would make an impossible day possible, each with the plan that proves it, in words."""

import pytest

from terrace.logistics.domain.routing import Plan, Problem, Window, by_hand, check
from terrace.logistics.domain.routing.by_hand import completed
from terrace.logistics.domain.routing.reasons import Reason, ReasonKind
from terrace.logistics.domain.routing.ways_out import WayOut, WayOutKind, ways_out
from terrace.logistics.domain.routing.wording import sentence, way_out
from tests.logistics.routing.days import MINUTE, day, job, route, van

SHORT = (Window(0, 2 * MINUTE),)


def ways(problem: Problem) -> dict[WayOutKind, WayOut]:
    found = ways_out(problem, by_hand(problem))
    assert all(check(way.problem, way.plan) == [] for way in found)
    return {way.kind: way for way in found}


def test_a_day_without_fault_needs_no_way_out() -> None:
    assert ways(day(job(1))) == {}


def test_what_does_not_fit_rides_on_one_vehicle_more_on_a_second_trip_or_another_day() -> None:
    found = ways(day(job(1, drops=6), job(2, drops=6)))
    assert set(found) == {WayOutKind.MORE_VEHICLES, WayOutKind.ANOTHER_TRIP, WayOutKind.LET_WAIT}
    assert (found[WayOutKind.MORE_VEHICLES].vehicle, found[WayOutKind.MORE_VEHICLES].count) == (0, 1)
    assert found[WayOutKind.LET_WAIT].jobs == (1,)


def test_as_many_vehicles_more_as_are_needed_are_named() -> None:
    found = ways(day(*(job(1, drops=9) for _one in range(4))))
    assert found[WayOutKind.MORE_VEHICLES].count == 3


def test_a_longer_day_is_named_by_its_length() -> None:
    problem = day(job(20), job(40), fleet=[van(shift=Window(0, 60 * MINUTE), shift_s=60 * MINUTE)])
    assert ways(problem)[WayOutKind.LONGER_DAY].seconds == 30 * MINUTE


def test_what_is_closed_too_early_could_be_visited_at_another_time() -> None:
    found = ways(day(job(1), job(3, windows=SHORT)))
    assert found[WayOutKind.OTHER_HOURS].jobs == (1,)
    assert WayOutKind.MORE_VEHICLES not in found


def test_a_plan_with_faults_is_mended_where_it_can_be() -> None:
    problem = day(job(1, drops=6), job(2, drops=6), fleet=[van(), van()])
    broken = Plan((route([0, 1]),))
    assert ways_out(problem, broken) == []
    assert check(problem, completed(problem, broken)) == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (
            Reason(ReasonKind.TOO_FEW_VEHICLES, (0,), 3, load=2, between=Window(8 * 3600, 11 * 3600)),
            "3 vehicles too few between 08:00 and 11:00 for cold goods",
        ),
        (
            Reason(ReasonKind.TOO_FEW_VEHICLES, (0,), 1, between=Window(8 * 3600)),
            "1 vehicle too few between 08:00 and 23:59",
        ),
        (Reason(ReasonKind.TOO_LITTLE_ROOM, (0,), 2, load=2), "2 cold vehicles too few"),
        (Reason(ReasonKind.NONE_FOUND, (0, 4)), "2 stops found no place"),
        (Reason(ReasonKind.NO_ROAD, (0,)), "No road leads there"),
    ],
)
def test_a_reason_is_a_sentence(reason: Reason, words: str) -> None:
    assert str(sentence(reason)) == words


def test_a_way_out_is_a_sentence() -> None:
    found = ways(day(*(job(1, drops=9) for _one in range(3))))
    said = {str(way_out(way, "the van")) for way in found.values()}
    assert said == {"2 more like the van", "Let 2 stops wait"}
