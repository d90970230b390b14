"""What drives teach of the roads of townships."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel import clock
from terrace.logistics import services
from terrace.logistics.domain.roads import Leg, great_circles, learn_detours
from terrace.logistics.models import DetourFactor
from terrace.logistics.services import DrivenLeg
from terrace.network.domain.places import Point
from tests.logistics.conftest import Places
from tests.logistics.planned import put_on_the_map

HERE, THERE = Point(33.9, 105.3), Point(33.95, 105.3)
STRAIGHT = float(great_circles([HERE, THERE])[0][1])


def drive(ratio: float = 1.8, kmh: float = 30, other: Point = THERE) -> Leg:
    """Return a drive so many times as long as the great circle."""
    metres = round(STRAIGHT * ratio)
    return Leg(HERE, other, frozenset({"622"}), metres, round(metres * 3.6 / kmh))


def test_the_middle_of_the_drives_counts_not_the_lunch_nor_the_wrong_turn() -> None:
    legs = [drive()] * 4 + [drive(ratio=9, kmh=1), drive(ratio=3.9, kmh=90)]
    learned = learn_detours(legs)["622"]
    assert (learned.detour.percent, learned.detour.kmh, learned.drives) == (180, 30, 6)


def test_few_drives_and_neighbours_teach_nothing() -> None:
    assert learn_detours([drive()] * 4) == {}
    assert learn_detours([drive(other=Point(33.9001, 105.3))] * 9) == {}


@given(st.lists(st.builds(drive, st.floats(0.01, 99), st.floats(0.1, 999)), min_size=5, max_size=9))
def test_what_is_learned_stays_within_bounds(legs: list[Leg]) -> None:
    for learned in learn_detours(legs).values():
        assert 100 <= learned.detour.percent <= 400
        assert 5 <= learned.detour.kmh <= 120


def test_drives_make_the_roads_of_a_township_longer(places: Places) -> None:
    put_on_the_map(places.centre, places.station, places.point)
    units = [places.station.pk, places.point.pk]
    today = clock.today()
    before = services.roads_between(unit=places.centre, unit_ids=units, on=today).matrix().distances[0][1]
    legs = [DrivenLeg(*units, metres=before * 2, seconds=before)] * 6
    assert services.learn_from_legs(centre=places.centre, legs=legs) == 1
    after = services.roads_between(unit=places.centre, unit_ids=units, on=today).matrix()
    assert after.distances[0][1] == pytest.approx(2 * before, rel=0.01)
    assert after.durations[0][1] == pytest.approx(before, rel=0.05)
    assert services.learn_from_legs(centre=places.centre, legs=legs[:2]) == 0
    assert DetourFactor.objects.get().drives == 6
