"""Distances by a map server that speaks OSRM's table service, and what happens where it does not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from pytest_django.fixtures import Settings

from terrace.logistics import services
from terrace.logistics.domain.roads import NoDistances, Placed, RoadSource, great_circles
from terrace.logistics.domain.routing import NO_ROAD
from terrace.logistics.engines.by_osrm import ByOsrm
from terrace.logistics.models import RoadMatrix
from terrace.network.domain.places import Point
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.osrm import MapServer, map_server
from tests.logistics.planned import put_on_the_map

ROW = [Placed(Point(33.9 + number / 50, 105.3)) for number in range(4)]


@pytest.fixture
def osrm() -> Iterator[MapServer]:
    """Return a map server on this machine."""
    with map_server() as server:
        yield server


@pytest.fixture
def units(places: Places, settings: Settings, osrm: MapServer) -> list[int]:
    """Return the ids of centre and point, on the map, of an installation that names the server."""
    settings.ENV = replace(settings.ENV, osrm_url=osrm.url)
    put_on_the_map(places.centre, places.station, places.point)
    return [places.centre.pk, places.point.pk]


def test_a_map_server_tells_metres_and_seconds(osrm: MapServer) -> None:
    tables = ByOsrm(osrm.url).measure(ROW)
    straight = great_circles([place.point for place in ROW])
    assert tables.metres.ravel().tolist() == pytest.approx((2 * straight).ravel().tolist(), abs=1)
    assert tables.seconds[0][3] == pytest.approx(straight[0][3] / 5, abs=1)
    assert len(osrm.asked) == 1


def test_many_places_are_asked_for_in_parts_that_the_server_takes(osrm: MapServer) -> None:
    many = [Placed(Point(33.5 + number / 400, 105.3)) for number in range(120)]
    tables = ByOsrm(osrm.url).measure(many)
    assert len(osrm.asked) == 9
    straight = great_circles([place.point for place in many])
    assert tables.metres[3][117] == tables.metres[117][3] == pytest.approx(2 * straight[3][117], abs=1)


def test_where_the_server_knows_no_road_there_is_none(osrm: MapServer) -> None:
    osrm.island = ROW[2].point
    tables = ByOsrm(osrm.url).measure(ROW)
    assert tables.metres[2].tolist() == tables.seconds[:, 2].tolist() == [NO_ROAD, NO_ROAD, 0, NO_ROAD]
    assert tables.metres[0][3] < NO_ROAD


def test_a_server_that_tells_only_times_has_the_metres_made_by_air(osrm: MapServer) -> None:
    osrm.only_seconds, osrm.island = True, ROW[2].point
    tables = ByOsrm(osrm.url).measure(ROW)
    straight = great_circles([place.point for place in ROW])
    assert tables.metres[0][3] == pytest.approx(1.5 * straight[0][3], abs=1)
    assert tables.seconds[0][3] == pytest.approx(straight[0][3] / 5, abs=1)
    assert tables.metres[0][2] == NO_ROAD


def test_a_place_far_from_any_known_road_is_as_far_as_it_is(osrm: MapServer) -> None:
    near = ByOsrm(osrm.url).measure(ROW).metres[0][1]
    osrm.snapped = 1_000
    assert ByOsrm(osrm.url).measure(ROW).metres[0][1] == near + 2 * 1_500


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>busy</html>",
        b"[]",
        b'{"code": "Ok"}',
        b'{"code": "Ok", "durations": [[0]]}',
        b'{"code": "Ok", "durations": [[0, -5], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, Infinity], [5, 0]]}',
        b'{"code": "Ok", "durations": [[0, "far"], [5, 0]]}',
    ],
)
def test_an_answer_that_nobody_understands_is_none(osrm: MapServer, raw: bytes) -> None:
    osrm.raw = raw
    with pytest.raises(NoDistances):
        ByOsrm(osrm.url).measure(ROW[:2])


def test_a_refusal_says_which(osrm: MapServer) -> None:
    osrm.most = 3
    with pytest.raises(NoDistances, match="TooBig"):
        ByOsrm(osrm.url).measure(ROW)


def test_a_centre_asks_the_server_once_for_its_roads(places: Places, units: list[int], osrm: MapServer) -> None:
    first = services.roads_between(unit=places.centre, unit_ids=units, on=NOON.date(), now=NOON)
    again = services.roads_between(unit=places.centre, unit_ids=units, on=NOON.date(), now=later(9))
    assert first.source is again.source is RoadSource.OSRM
    assert not first.told
    assert len(osrm.asked) == 1


def test_where_the_server_fails_the_next_source_is_used_and_says_so(
    places: Places, units: list[int], osrm: MapServer
) -> None:
    osrm.code = "NoTable"
    roads = services.roads_between(unit=places.centre, unit_ids=units, on=NOON.date(), now=NOON)
    assert roads.source is RoadSource.AIR
    assert "NoTable" in roads.told
    assert RoadMatrix.objects.get().told == roads.told


def test_the_servers_old_distances_are_used_before_a_worse_source(
    places: Places, units: list[int], osrm: MapServer
) -> None:
    services.roads_between(unit=places.centre, unit_ids=units, on=NOON.date(), now=NOON)
    osrm.raw = b"busy"
    old = later((settings.ENV.roads_days + 1) * 24 * 60)
    roads = services.roads_between(unit=places.centre, unit_ids=units, on=old.date(), now=old)
    assert (roads.source, roads.made_at) == (RoadSource.OSRM, NOON)
    assert "are used" in roads.told


def test_a_server_that_is_not_there_is_said_so(places: Places, units: list[int], settings: Settings) -> None:
    settings.ENV = replace(settings.ENV, osrm_url="http://127.0.0.1:9")
    roads = services.roads_between(unit=places.centre, unit_ids=units, on=NOON.date(), now=NOON)
    assert roads.source is RoadSource.AIR
    assert "did not answer" in roads.told
