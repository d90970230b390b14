"""The pages of roads as the clerk of a centre uses them, and the same over REST."""

import pytest

from terrace.kernel import clock
from terrace.logistics import services
from terrace.logistics.models import RoadCondition
from tests.conftest import Cast
from tests.logistics.conftest import Places
from tests.logistics.planned import put_on_the_map

PAGE = "/logistics/roads/"
CONDITIONS = "/api/v1/logistics/roads/conditions"


@pytest.fixture
def today(places: Places) -> str:
    """Return today, with the units on the map."""
    put_on_the_map(places.centre, places.station, places.point)
    return clock.today().isoformat()


def text(cast: Cast, path: str = PAGE) -> str:
    """Return what the clerk reads at an address."""
    answer = cast.clerk.client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_anything_closed_the_page_says_so_and_where_distances_come_from(cast: Cast, today: str) -> None:
    shown = text(cast)
    assert "All roads are as usual" in shown
    assert "not asked for yet" in shown


def test_the_page_says_from_where_distances_are_now(cast: Cast, places: Places, today: str) -> None:
    services.roads_between(unit=places.centre, unit_ids=[places.centre.pk, places.point.pk], on=clock.today())
    assert "As the crow flies, made longer" in text(cast)


def test_a_landslide_is_recorded_and_ended_from_the_page(cast: Cast, places: Places, today: str) -> None:
    told = {"what": "closed", "unit": places.point.number, "radius_m": 500, "reason": "Landslide", "from_on": today}
    answer = cast.clerk.client.post(f"{PAGE}near/", {"centre": places.centre.number, **told})
    assert answer.status_code == 302, answer.content.decode()
    made = RoadCondition.objects.get()
    shown = text(cast)
    assert "Landslide" in shown
    assert "500 m around" in shown
    marks = cast.clerk.client.get(f"{PAGE}marks.json").json()
    assert [one["properties"]["name"] for one in marks["features"]] == ["Landslide"]
    assert cast.clerk.client.post(f"{PAGE}{made.pk}/end/", {"version": made.version}).status_code == 302
    assert "All roads are as usual" in text(cast)


def test_snow_between_two_townships_asks_how_fast_one_drives(cast: Cast, places: Places, today: str) -> None:
    told = {"centre": places.centre.number, "what": "slow", "reason": "Snow", "from_on": today}
    areas = {"one_area": places.station.area_id, "other_area": places.station.area_id}
    answer = cast.clerk.client.post(f"{PAGE}between/", {**told, **areas})
    assert answer.status_code == 422
    assert "Say how fast one drives there." in answer.content.decode()
    again = cast.clerk.client.post(f"{PAGE}between/", {**told, **areas, "pace_percent": 60})
    assert "Choose two different areas." in again.content.decode()
    assert not RoadCondition.objects.exists()


def test_a_program_records_lists_and_ends_what_is_closed(cast: Cast, places: Places, today: str) -> None:
    body = {
        "centre": places.centre.number,
        "from_on": today,
        "reason": "Landslide",
        "latitude": 33.93,
        "longitude": 105.3,
        "radius_m": 400,
    }
    made = cast.clerk.client.post(CONDITIONS, body, content_type="application/json")
    assert made.status_code == 201, made.content
    listed = cast.clerk.client.get(CONDITIONS).json()["items"]
    assert listed == [made.json()]
    end = f"{CONDITIONS}/{made.json()['id']}/end"
    ended = cast.clerk.client.post(end, {"version": 1}, content_type="application/json")
    assert ended.json()["ended_on"] == today
    twice = cast.clerk.client.post(end, {"version": 2}, content_type="application/json")
    assert twice.json()["code"] == "condition_over"


def test_who_plans_no_tours_sees_no_roads(cast: Cast, today: str) -> None:
    assert cast.keeper.client.get(PAGE).status_code in (403, 404)
