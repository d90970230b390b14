"""A driver is led to a stop by the map that the installation chose, where somebody has placed the unit."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from terrace.config.environment import BadSetting, Environment
from terrace.logistics import services
from terrace.logistics.models import Tour
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures

AMAP = "https://uri.amap.com/navigation?to={longitude},{latitude}&mode=car"


@pytest.mark.parametrize("page", ["", "road/"])
def test_a_placed_stop_has_a_way_on_the_chosen_map(
    cast: Cast,
    tour: Tour,  # noqa: F811
    settings: Settings,
    page: str,
) -> None:
    stop = tour.stops.order_by("place")[0]
    ServiceUnit.objects.filter(pk=stop.unit_id).update(latitude=33.5, longitude=105.25)
    services.start_tour(by=cast.driver.actor, tour=tour)
    url = f"/logistics/drive/{tour.number}/{page}"
    assert 'href="geo:33.500000,105.250000?q=33.500000,105.250000"' in cast.driver.client.get(url).text
    settings.ENV = replace(settings.ENV, map_link=AMAP)
    text = cast.driver.client.get(url).text
    assert 'href="https://uri.amap.com/navigation?to=105.250000,33.500000&amp;mode=car"' in text


def test_a_stop_that_nobody_placed_has_none(cast: Cast, tour: Tour) -> None:  # noqa: F811
    ServiceUnit.objects.update(latitude=None, longitude=None)
    services.start_tour(by=cast.driver.actor, tour=tour)
    assert "geo:" not in cast.driver.client.get(f"/logistics/drive/{tour.number}/").text


@pytest.mark.parametrize("link", ["javascript:{latitude}{longitude}", "https://maps.example.org/?at={latitude}"])
def test_a_link_that_leads_nowhere_is_refused_with_advice(tmp_path: Path, link: str) -> None:
    with pytest.raises(BadSetting, match="WGS84"):
        Environment.read({"TERRACE_MODE": "test", "DATA_DIR": str(tmp_path), "TERRACE_MAP_LINK": link})
