"""Names and points of places."""

import pytest

from terrace.kernel.tiers import CHINA
from terrace.network.domain.places import Point, distance_km, english_name, read_point, unit_names


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("安化镇", "Anhua Town"),
        ("钟楼街道", "Zhonglou Subdistrict"),
        ("排头村", "Paitou Village"),
        ("市", "Shi"),
        ("Upland", ""),
    ],
)
def test_a_chinese_place_has_an_english_name_by_its_reading(name: str, english: str) -> None:
    assert english_name(name) == english


@pytest.mark.parametrize(
    ("place", "tier", "names"),
    [
        (
            {"en": "Paitou Village", "zh-hans": "排头村"},
            "village",
            {"en": "Paitou Village service point", "zh-hans": "排头村电商服务点"},
        ),
        (
            {"en": "Anhua Town", "zh-hans": "安化镇"},
            "township",
            {"en": "Anhua Township service station", "zh-hans": "安化镇电商服务站"},
        ),
        ({"en": "Upland", "sw": "Nyanda"}, "county", {"en": "Upland County service centre"}),
    ],
)
def test_a_units_usual_name_says_its_tier_once(place: dict[str, str], tier: str, names: dict[str, str]) -> None:
    assert unit_names(place, CHINA.get(tier).unit) == names


def test_distance_is_that_of_the_great_circle() -> None:
    assert distance_km(Point(0, 0), Point(0, 90)) == pytest.approx(10_007.5, abs=1)
    assert distance_km(Point(34.2, 105.2), Point(34.2, 105.2)) == 0


def test_no_point_is_no_point() -> None:
    assert read_point(None, None) is None
    assert read_point(34.1234567, 105.0) == Point(34.123457, 105.0)
