"""Which positions are believed, and what they say of a tour."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.logistics.domain.tracking import (
    FASTEST_KMH,
    Fix,
    LeftOut,
    Piece,
    PositionSource,
    best_track,
    covers,
    drivable,
    driven_metres,
    expected,
    is_detour,
    minutes_late,
    nearest,
    passage,
    standstills,
    why_left_out,
)
from terrace.network.domain.places import Point, distance_km

BEGINS = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
HOME = Point(33.4, 104.9)
KM = 1 / 111.195
"""Degrees of latitude in a kilometre."""


def moment(minute: float) -> datetime:
    """Return the moment so many minutes after the tour left."""
    return BEGINS + timedelta(minutes=minute)


def fix(minute: float, north_km: float, east_km: float = 0.0, accuracy_m: int | None = None) -> Fix:
    """Return a position so far from home, at a minute of the tour."""
    return Fix(moment(minute), Point(HOME.latitude + north_km * KM, HOME.longitude + east_km * KM), accuracy_m)


def drive(minutes: int, kmh: float = 30) -> list[Fix]:
    """Return a drive to the north with a position each minute."""
    return [fix(minute, kmh * minute / 60) for minute in range(minutes + 1)]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (fix(10, 5), None),
        (fix(14, 5), None),
        (fix(16, 5), LeftOut.AHEAD),
        (fix(-60 * 24 * 31, 5), LeftOut.OLD),
        (fix(10, 290), None),
        (fix(10, 310), LeftOut.FAR),
        (fix(10, 5, accuracy_m=1_000), None),
        (fix(10, 5, accuracy_m=1_001), LeftOut.VAGUE),
    ],
)
def test_a_position_is_left_out_for_its_clock_its_place_or_its_vagueness(told: Fix, why: LeftOut | None) -> None:
    oldest = moment(0) - timedelta(days=30)
    assert why_left_out(told, now=moment(10), oldest=oldest, centre=HOME) is why


@pytest.mark.parametrize("wrong", [[0], [7], [19], [5, 6, 7, 8], [17, 18, 19], [0, 1, 2]])
def test_positions_that_no_vehicle_can_have_reached_are_left_out_wherever_they_stand(wrong: list[int]) -> None:
    told = drive(19)
    broken = [fix(at, 150, 40 * at) if at in wrong else one for at, one in enumerate(told)]
    assert drivable(broken) == [one for at, one in enumerate(told) if at not in wrong]


PLACES = st.tuples(st.integers(0, 120), st.floats(-60, 60), st.floats(-60, 60))


@given(st.lists(PLACES, max_size=25, unique_by=lambda told: told[0]), st.randoms())
def test_what_is_believed_can_be_driven_and_does_not_depend_on_the_order(
    told: list[tuple[int, float, float]], chance: object
) -> None:
    fixes = [fix(*one) for one in told]
    believed = drivable(fixes)
    shuffled = list(fixes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert drivable(shuffled) == believed
    assert drivable(believed) == believed
    assert bool(believed) == bool(fixes)
    for one, other in pairwise(believed):
        hours = (other.at - one.at).total_seconds() / 3600
        assert distance_km(one.point, other.point) <= FASTEST_KMH * hours + 0.05


@given(st.lists(PLACES, min_size=2, max_size=25, unique_by=lambda told: told[0]))
def test_a_way_is_never_shorter_than_the_straight_line_but_for_what_a_receiver_wanders(
    told: list[tuple[int, float, float]],
) -> None:
    track = sorted((fix(*one) for one in told), key=lambda one: one.at)
    assert driven_metres(track) >= 1000 * distance_km(track[0].point, track[-1].point) - 41


def test_a_vehicle_at_rest_drives_nowhere_however_its_receiver_wanders() -> None:
    assert driven_metres([fix(minute, 0.02 * (minute % 2)) for minute in range(300)]) == 0
    assert driven_metres(drive(60)) == pytest.approx(30_000, rel=0.001)


def test_of_two_receivers_the_one_counts_that_told_most() -> None:
    phone, tracker = drive(5), [fix(minute / 2, minute / 4, 0.5) for minute in range(11)]
    assert best_track({PositionSource.PHONE: phone, PositionSource.TRACKER: tracker}) == tracker
    assert best_track({}) == []


def test_a_way_is_known_only_where_positions_tell_of_nearly_all_of_it() -> None:
    track = drive(60)
    assert covers(track, moment(0), moment(60))
    assert not covers(track, moment(0), moment(90))
    assert not covers([one for one in track if not 20 < one.at.minute < 40], moment(0), moment(60))
    assert covers([one for one in track if one.at.minute % 9 == 0], moment(0), moment(60))
    assert not covers([], moment(0), moment(5))


def test_a_vehicle_that_stands_where_it_has_no_stop_is_seen() -> None:
    stands = [fix(minute, 10, 0.03 * (minute % 2)) for minute in range(20, 35)]
    track = [*drive(19), *stands, *(fix(minute, 10 + (minute - 34) / 2) for minute in range(35, 50))]
    [found] = standstills(track, [HOME])
    assert (found.begins, found.ends, found.minutes) == (moment(20), moment(34), 14)
    assert standstills(track, [HOME, stands[0].point]) == []
    assert standstills(track, [HOME], least=timedelta(minutes=15)) == []


def test_a_vehicle_comes_to_a_place_when_it_is_near_and_goes_when_it_was_last_there() -> None:
    track = [*drive(20), *(fix(minute, 10) for minute in range(21, 26)), *(fix(40 + m, 10 + m / 2) for m in range(5))]
    seen = passage(track, fix(0, 10).point)
    assert seen is not None
    assert (seen.came, seen.went) == (moment(20), moment(40))
    assert passage(track, fix(0, 10, 5).point) is None


def test_the_nearest_of_places_is_found_with_its_distance() -> None:
    places = {7: fix(0, 3).point, 8: fix(0, 9).point}
    assert nearest(fix(0, 8).point, places) == (8, 1000)
    assert nearest(HOME, {}) is None


@pytest.mark.parametrize(
    ("planned_m", "east_km", "is_one"),
    [(10_000, 0, False), (10_000, 2, False), (10_000, 9, True), (30_000, 9, False), (6_000, 0, True)],
)
def test_a_detour_is_a_way_much_longer_than_planned_or_where_none_so_long_leads(
    planned_m: int, east_km: float, is_one: bool
) -> None:
    away = [fix(minute, minute / 2, east_km if 8 <= minute <= 12 else 0) for minute in range(21)]
    assert is_detour(Piece(HOME, fix(0, 10).point, planned_m, away)) is is_one


def test_lateness_counts_from_the_plan_and_goes_with_the_tour() -> None:
    assert minutes_late(moment(30), moment(42)) == 12
    assert minutes_late(moment(30), moment(25)) == -5
    assert minutes_late(None, moment(25)) is None
    planned = [moment(30), None, moment(60)]
    assert expected(planned, timedelta(minutes=12), moment(50)) == [moment(50), None, moment(72)]
    assert expected(planned, timedelta(minutes=-9), moment(10)) == [moment(30), None, moment(60)]
