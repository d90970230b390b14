"""The pure rules of distances: great circles made longer, and what closed and slow roads do to them."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.logistics.domain.roads import (
    CLOSED,
    Between,
    Circle,
    Condition,
    Detour,
    Placed,
    Tables,
    by_air,
    great_circles,
    with_conditions,
)
from terrace.logistics.domain.routing import NO_ROAD
from terrace.network.domain.places import Point, distance_km

POINTS = st.builds(Point, st.floats(33, 34), st.floats(104.5, 105.5))
DETOURS = st.builds(Detour, st.integers(100, 400), st.integers(5, 120))
PLACES = st.lists(
    st.builds(Placed, POINTS, st.sampled_from(["6212", "6212261", "6212262"]), DETOURS), min_size=2, max_size=6
)
WHERE = st.one_of(
    st.builds(Circle, POINTS, st.integers(50, 50_000)),
    st.builds(Between, st.sampled_from(["6212261", "6212"]), st.sampled_from(["6212262", "6212261"])),
)
CONDITIONS = st.lists(st.builds(Condition, WHERE, st.sampled_from([CLOSED, 5, 30, 80, 95])), max_size=3)
WEST, MIDDLE, EAST = (
    Placed(Point(33.5, longitude), path) for longitude, path in ((105.0, "1"), (105.1, "2"), (105.2, "3"))
)


@given(PLACES, CONDITIONS)
def test_no_way_is_negative_and_every_place_is_at_itself(places: list[Placed], conditions: list[Condition]) -> None:
    tables = with_conditions(by_air(places), places, conditions)
    for table in (tables.metres, tables.seconds):
        assert (table >= 0).all()
        assert (table <= NO_ROAD).all()
        assert not table.diagonal().any()
        assert (table == table.T).all()


@given(PLACES, CONDITIONS, st.builds(Condition, WHERE, st.sampled_from([CLOSED, 20, 90])))
def test_one_condition_more_makes_no_way_shorter_or_faster(
    places: list[Placed], conditions: list[Condition], more: Condition
) -> None:
    tables = by_air(places)
    before, after = with_conditions(tables, places, conditions), with_conditions(tables, places, [*conditions, more])
    assert (after.metres >= before.metres).all()
    assert (after.seconds >= before.seconds).all()


@given(PLACES, WHERE, st.integers(5, 94))
def test_slower_is_never_faster(places: list[Placed], where: Circle | Between, pace: int) -> None:
    tables = by_air(places)
    slow, less = (with_conditions(tables, places, [Condition(where, percent)]) for percent in (pace, pace + 1))
    assert (slow.seconds >= less.seconds).all()
    assert (slow.metres == tables.metres).all()


@given(st.lists(POINTS, min_size=2, max_size=6))
def test_roads_as_long_as_the_crow_flies_are_great_circles(points: list[Point]) -> None:
    tables = by_air([Placed(point, detour=Detour(100)) for point in points])
    for row, point in zip(tables.metres, points, strict=True):
        assert row.tolist() == pytest.approx([1000 * distance_km(point, other) for other in points], abs=0.51)


def test_the_detour_of_a_way_lies_between_those_of_its_ends() -> None:
    places = [Placed(WEST.point, detour=Detour(100, 60)), Placed(EAST.point, detour=Detour(200, 30))]
    straight = great_circles([place.point for place in places])[0][1]
    tables = by_air(places)
    assert tables.metres[0][1] == round(straight * 1.5)
    assert tables.seconds[0][1] == round(straight * 1.5 * 3.6 * (1 / 60 + 1 / 30) / 2)


def test_a_landslide_closes_what_leads_past_it_and_nothing_else() -> None:
    places = [WEST, MIDDLE, EAST]
    shut = Condition(Circle(Point(33.501, 105.05), 500), CLOSED)
    tables = with_conditions(by_air(places), places, [shut])
    assert tables.metres[0][1] == tables.seconds[0][2] == NO_ROAD
    assert tables.metres[1][2] == by_air(places).metres[1][2]


def test_a_closed_place_cannot_be_reached() -> None:
    places = [WEST, MIDDLE, EAST]
    tables = with_conditions(by_air(places), places, [Condition(Circle(EAST.point, 50), CLOSED)])
    assert tables.metres[:, 2].tolist() == [NO_ROAD, NO_ROAD, 0]


def test_only_the_part_of_a_way_that_lies_in_the_snow_takes_longer() -> None:
    places = [WEST, EAST]
    dry = by_air(places).seconds[0][1]
    length = great_circles([WEST.point, EAST.point])[0][1]
    snow = Condition(Circle(Point(33.5, 105.1), round(length / 4)), 50)
    assert with_conditions(by_air(places), places, [snow]).seconds[0][1] == pytest.approx(1.5 * dry, rel=0.001)


def test_between_two_areas_both_ways_are_meant_and_none_inside_them() -> None:
    places = [WEST, Placed(MIDDLE.point, "1"), EAST]
    tables = with_conditions(by_air(places), places, [Condition(Between("1", "3"), CLOSED)])
    assert (tables.metres == NO_ROAD).tolist() == [[False, False, True], [False, False, True], [True, True, False]]


def test_what_has_no_road_gets_none_by_snow() -> None:
    tables = Tables(np.array([[0, NO_ROAD], [4, 0]]), np.array([[0, NO_ROAD], [5, 0]]))
    slow = with_conditions(tables, [WEST, EAST], [Condition(Between("1", "3"), 50)])
    assert slow.seconds.tolist() == [[0, NO_ROAD], [10, 0]]
    assert slow.metres.tolist() == [[0, NO_ROAD], [4, 0]]


def test_a_county_of_six_hundred_places_takes_less_than_a_second() -> None:
    places = [Placed(Point(33 + number / 700, 105 + (number * 37 % 600) / 700)) for number in range(600)]
    began = perf_counter()
    with_conditions(by_air(places), places, [Condition(Circle(Point(33.4, 105.4), 9_000), 60)]).matrix()
    assert perf_counter() - began < 1
