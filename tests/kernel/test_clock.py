"""Days and weeks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel import clock
from terrace.kernel.deployment import Deployment, using

DAY = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(DAY, st.integers(0, 1000))
def test_weeks_touch_every_day_between_two_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    mondays = clock.weeks(first, last)
    assert {clock.week_of(first + timedelta(days=n)) for n in range(length + 1)} == set(mondays)
    assert all(later - sooner == timedelta(weeks=1) for sooner, later in pairwise(mondays))


@given(DAY)
def test_a_week_is_named_by_its_monday(day: date) -> None:
    monday = clock.week_of(day)
    assert monday.weekday() == 0
    assert monday.isocalendar()[:2] == day.isocalendar()[:2]


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), "Asia/Shanghai", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), "Asia/Shanghai", date(2026, 11, 22)),
        (datetime(2026, 11, 21, 2, 0, tzinfo=UTC), "America/Lima", date(2026, 11, 20)),
    ],
)
def test_a_day_is_that_of_the_place(moment: datetime, zone: str, day: date) -> None:
    assert clock.day(moment, zone) == day


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", date(2026, 11, 22)), ("America/Lima", date(2026, 11, 21))])
def test_today_is_the_day_where_the_installation_is(zone: str, day: date) -> None:
    moment = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)

    with using(Deployment(time_zone=zone)), clock.told(moment):
        assert clock.today() == day
        assert clock.today(moment - timedelta(days=1)) == day - timedelta(days=1)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_day_begins_at_midnight_where_the_installation_is() -> None:
    with using(Deployment(time_zone="Asia/Shanghai")):
        assert clock.begin_of(date(2026, 11, 22)) == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
