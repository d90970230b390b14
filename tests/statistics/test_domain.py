"""Periods, what they are compared with, and changes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.catalog.domain import Season
from terrace.statistics.domain import Days, Period, Span, change_of

DAY = st.dates(date(1995, 1, 1), date(2095, 1, 1))
SEASONS = st.builds(Season, st.integers(1, 12), st.integers(1, 12))
SHORT = st.sampled_from([Span.DAY, Span.WEEK, Span.MONTH, Span.YEAR])
APPLES = Season(9, 11)
OVER_NEW_YEAR = Season(11, 2)


@given(SHORT, DAY)
def test_a_period_holds_its_day_and_touches_its_neighbours(span: Span, on: date) -> None:
    period = Period.of(span, on)

    assert period.days.first <= on <= period.days.last
    assert period.before.days.last + timedelta(days=1) == period.days.first
    assert period.days.last + timedelta(days=1) == period.after.days.first
    assert period.before.after == period


@given(SEASONS, DAY)
def test_a_season_is_the_latest_that_had_begun(months: Season, on: date) -> None:
    period = Period.of(Span.SEASON, on, months)

    assert period.days.first <= on
    assert period.days.first.month == months.first
    assert period.days.last.month == months.last
    assert period.after.days.first > on
    assert period.after.before == period


@given(SHORT, DAY)
def test_the_year_before_is_of_the_same_span(span: Span, on: date) -> None:
    period = Period.of(span, on)

    assert period.year_before.span is span
    assert 363 <= (period.days.first - period.year_before.days.first).days <= 367


@given(SHORT, DAY, DAY)
def test_what_is_not_over_is_compared_with_as_many_days(span: Span, on: date, today: date) -> None:
    period = Period.of(span, on)

    compared = period.compared(period.before, today)

    if today >= period.days.last:
        assert compared == period.before.days
    else:
        assert compared.count <= period.so_far(today).count
        assert compared.first == period.before.days.first


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2026, 11, 22), Days(date(2026, 9, 1), date(2026, 11, 30))),
        (date(2026, 12, 5), Days(date(2026, 9, 1), date(2026, 11, 30))),
        (date(2026, 8, 31), Days(date(2025, 9, 1), date(2025, 11, 30))),
    ],
)
def test_a_season_of_apples(on: date, days: Days) -> None:
    assert Period.of(Span.SEASON, on, APPLES).days == days


def test_a_season_runs_over_the_turn_of_the_year() -> None:
    assert Period.of(Span.SEASON, date(2027, 1, 5), OVER_NEW_YEAR).days == Days(date(2026, 11, 1), date(2027, 2, 28))


def test_the_29th_of_february_is_compared_with_the_28th() -> None:
    assert Period.of(Span.DAY, date(2028, 2, 29)).year_before.days.first == date(2027, 2, 28)


def test_days_are_counted_and_walked_from_first_to_last() -> None:
    days = Days(date(2026, 2, 27), date(2026, 3, 2))

    assert days.count == 4
    assert list(days) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert days.first_ones(2) == Days(date(2026, 2, 27), date(2026, 2, 28))
    assert days.first_ones(9) == days


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (110, 100, Decimal("10.0")),
        (100, 110, Decimal("-9.1")),
        (5, 0, None),
        (0, 5, Decimal("-100.0")),
        (10, -10, Decimal("200.0")),
    ],
)
def test_a_change_is_told_in_percent_where_there_was_something(now: int, before: int, change: Decimal | None) -> None:
    assert change_of(now, before) == change
