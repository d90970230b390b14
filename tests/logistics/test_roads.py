"""The roads of a day between units: kept, made anew when what they were made of changes, closed and slow for days."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, NotFound, Stale
from terrace.logistics import queries, services
from terrace.logistics.domain.roads import DayRoads, RoadSource
from terrace.logistics.domain.routing import NO_ROAD
from terrace.logistics.models import DetourFactor, RoadCondition, RoadMatrix
from terrace.logistics.services import ConditionGiven, ConditionOver
from terrace.network.domain.places import Point
from terrace.network.models import Area, ServiceUnit
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import refused
from tests.logistics.planned import put_on_the_map

TODAY = NOON.date()
LANDSLIDE = ConditionGiven(TODAY, "Landslide at the gorge", point=Point(33.93, 105.3), radius_m=800)


@pytest.fixture
def row(cast: Cast, places: Places) -> list[int]:
    """Return the ids of centre, station and point, which lie in a row from south to north."""
    put_on_the_map(places.centre, places.station, places.point)
    return [places.centre.pk, places.station.pk, places.point.pk]


def roads(places: Places, units: list[int], days: int = 0, minutes: int = 0) -> DayRoads:
    """Return the roads between units so many days from today."""
    on = TODAY + timedelta(days=days)
    return services.roads_between(unit=places.centre, unit_ids=units, on=on, now=later(minutes))


def record(cast: Cast, places: Places, given: ConditionGiven = LANDSLIDE) -> RoadCondition:
    """Record as the clerk that a road is closed or slow."""
    return services.add_condition(by=cast.clerk.actor, centre_id=places.centre.pk, given=given, now=NOON)


def test_roads_come_in_the_order_that_was_asked_for(places: Places, row: list[int]) -> None:
    there, back = roads(places, row), roads(places, row[::-1])
    assert there.source is RoadSource.AIR
    assert there.places == tuple(row)
    metres = there.matrix().distances
    assert metres[0][2] == pytest.approx(2 * metres[0][1], rel=0.001)
    assert [list(line) for line in back.matrix().distances] == [list(line)[::-1] for line in metres][::-1]
    assert there.matrix(50).durations[0][1] == 2 * there.matrix().durations[0][1]


def test_the_tables_of_a_centre_are_kept_for_whoever_asks_next(places: Places, row: list[int]) -> None:
    first = roads(places, row)
    again = roads(places, row[:2], minutes=30)
    assert again.made_at == first.made_at == NOON
    assert again.matrix().distances[0][1] == first.matrix().distances[0][1]
    assert RoadMatrix.objects.count() == 1


def test_tables_are_made_anew_when_a_unit_moves_and_when_they_are_old(places: Places, row: list[int]) -> None:
    before = roads(places, row)
    ServiceUnit.objects.filter(pk=row[2]).update(latitude=34.2)
    moved = roads(places, row, minutes=5)
    assert moved.made_at == later(5)
    assert moved.matrix().distances[0][2] > before.matrix().distances[0][2]
    old = later(6 + settings.ENV.roads_days * 24 * 60)
    aged = services.roads_between(unit=places.centre, unit_ids=row, on=TODAY, now=old)
    assert aged.made_at == old
    assert RoadMatrix.objects.get().made_at == old


def test_what_was_learned_of_a_township_makes_its_roads_longer(places: Places, row: list[int]) -> None:
    before = roads(places, row).matrix()
    area = Area.objects.get(pk=places.station.area_id)
    DetourFactor.objects.create(
        area=area, percent=250, kmh=35, drives=9, learned_at=NOON, area_path=area.path, county_code=area.county_code
    )
    after = roads(places, row).matrix()
    assert after.distances[1][2] == pytest.approx(before.distances[1][2] * 250 / 150, rel=0.001)
    assert after.distances[0][1] == pytest.approx(before.distances[0][1] * 200 / 150, rel=0.001)


def test_a_unit_that_is_nowhere_on_the_map_is_named(places: Places, row: list[int]) -> None:
    ServiceUnit.objects.filter(pk=row[2]).update(latitude=None, longitude=None)
    Area.objects.filter(pk=places.point.area_id).update(latitude=None, longitude=None)
    refused(lambda: roads(places, row), Invalid, str(places.point))


def test_a_closed_road_is_closed_on_its_days_only(cast: Cast, places: Places, row: list[int]) -> None:
    record(cast, places, replace(LANDSLIDE, from_on=TODAY + timedelta(days=1), until_on=TODAY + timedelta(days=2)))
    lengths = [roads(places, row, days).matrix().distances[0][1] for days in range(4)]
    assert lengths[1] == lengths[2] == NO_ROAD
    assert lengths[0] == lengths[3] < NO_ROAD
    assert [one.text for one in roads(places, row, 1).conditions] == ["Closed: Landslide at the gorge"]
    assert RoadMatrix.objects.count() == 1


def test_snow_between_two_areas_slows_what_drives_between_them(cast: Cast, places: Places, row: list[int]) -> None:
    dry = roads(places, row).matrix().durations
    areas = (places.station.area_id, places.centre.area_id)
    record(cast, places, ConditionGiven(TODAY, "Snow", pace_percent=50, areas=areas))
    snow = roads(places, row).matrix().durations
    assert snow[0][1] == 2 * dry[0][1]


def test_near_a_unit_is_where_the_unit_lies(cast: Cast, places: Places, row: list[int]) -> None:
    made = record(cast, places, ConditionGiven(TODAY, "Bridge washed away", unit_id=row[2], radius_m=300))
    assert made.latitude == pytest.approx(33.99)
    assert roads(places, row).matrix().distances[1] == [roads(places, row).matrix().distances[0][1], 0, NO_ROAD]


def test_a_road_that_is_open_again_is_as_it_was_from_that_day_on(cast: Cast, places: Places, row: list[int]) -> None:
    made = record(cast, places)
    tomorrow = NOON + timedelta(days=1)
    services.end_condition(by=cast.clerk.actor, condition=made, version=made.version, now=tomorrow)
    assert roads(places, row, 0).conditions
    assert not roads(places, row, 1).conditions
    assert not queries.not_over(queries.conditions_visible_to(cast.clerk.actor), tomorrow.date()).exists()
    acts = Act.objects.filter(act__endswith="_condition").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["logistics.add_condition", "logistics.end_condition"]


def test_a_condition_is_not_ended_twice_or_by_an_old_page(cast: Cast, places: Places, row: list[int]) -> None:
    made = record(cast, places)
    refused(lambda: services.end_condition(by=cast.clerk.actor, condition=made, version=7, now=NOON), Stale)
    made.refresh_from_db()
    services.end_condition(by=cast.clerk.actor, condition=made, version=made.version, now=NOON)
    made.refresh_from_db()
    refused(lambda: services.end_condition(by=cast.clerk.actor, condition=made, version=2, now=NOON), ConditionOver)


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"reason": "  "}, Invalid),
        ({"from_on": TODAY - timedelta(days=1)}, Invalid),
        ({"until_on": TODAY - timedelta(days=1)}, Invalid),
        ({"pace_percent": 98}, Invalid),
        ({"radius_m": None}, Invalid),
        ({"radius_m": 60_000}, Invalid),
        ({"point": None}, Invalid),
        ({"point": Point(48.8, 2.3)}, Invalid),
        ({"point": None, "unit_id": 987654}, NotFound),
        ({"point": None, "areas": ("nowhere", "neither")}, NotFound),
        ({"areas": ("nowhere", "neither")}, Invalid),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    cast: Cast, places: Places, row: list[int], other: dict[str, object], error: type[Invalid | NotFound]
) -> None:
    refused(lambda: record(cast, places, replace(LANDSLIDE, **other)), error)


def test_only_who_plans_tours_there_closes_roads(cast: Cast, places: Places, row: list[int]) -> None:
    def by_the_keeper() -> None:
        services.add_condition(by=cast.keeper.actor, centre_id=places.centre.pk, given=LANDSLIDE, now=NOON)

    refused(by_the_keeper, Forbidden)
    made = record(cast, places)
    assert not queries.conditions_visible_to(cast.keeper.actor).exists()
    refused(
        lambda: services.end_condition(by=cast.keeper.actor, condition=made, version=made.version, now=NOON), Forbidden
    )
