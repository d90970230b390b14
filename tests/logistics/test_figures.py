"""Parcels of an area for the figures."""

from datetime import date

import pytest

from terrace.logistics import queries
from terrace.logistics.domain import Direction
from terrace.logistics.models import Parcel
from terrace.logistics.queries import Moved
from tests.conftest import VILLAGE, Cast

DAY = date(2026, 11, 20)
SPAN = [(DAY, DAY)]
COUNTY = VILLAGE[:6]


@pytest.fixture(autouse=True)
def _registered_that_day(up: Parcel, down: Parcel) -> None:
    Parcel.objects.update(created_at="2026-11-20T04:00Z", sent_at="2026-11-20T05:00Z")


def test_parcels_count_up_from_where_they_leave_and_down_to_where_they_come(cast: Cast) -> None:
    assert queries.parcels_by_day(COUNTY, SPAN) == {DAY: Moved(1, 1)}
    assert queries.parcels_by_day(VILLAGE, SPAN) == {DAY: Moved(0, 1)}


def test_parcels_count_for_the_areas_below(cast: Cast) -> None:
    assert queries.parcels_by_area(COUNTY, [9], SPAN) == {VILLAGE[:9]: Moved(0, 1)}
    assert queries.parcels_by_area(COUNTY[:4], [6], SPAN) == {COUNTY: Moved(1, 1)}


def test_a_parcel_up_counts_on_the_day_it_left_and_not_before(cast: Cast, up: Parcel) -> None:
    Parcel.objects.filter(pk=up.pk).update(sent_at="2026-11-21T05:00Z")
    assert queries.parcels_by_day(COUNTY, [(DAY, date(2026, 11, 21))]) == {
        DAY: Moved(0, 1),
        date(2026, 11, 21): Moved(1, 0),
    }
    Parcel.objects.filter(pk=up.pk).update(sent_at=None)
    assert queries.parcels_by_day(COUNTY, SPAN) == {DAY: Moved(0, 1)}


def test_parcels_of_other_days_do_not_count(cast: Cast) -> None:
    assert queries.parcels_by_day(COUNTY, [(date(2026, 11, 21), date(2026, 11, 22))]) == {}
    assert queries.parcels_by_day(COUNTY, []) == {}


@pytest.mark.parametrize(("who", "count"), [("keeper", 1), ("bureau", 1), ("neighbour", 0), ("farmer", 0)])
def test_the_rows_behind_are_for_who_sees_the_parcels(cast: Cast, down: Parcel, who: str, count: int) -> None:
    rows = queries.parcels_between_visible_to(getattr(cast, who).actor, VILLAGE, SPAN, Direction.DOWN)

    assert list(rows) == [down][:count]
