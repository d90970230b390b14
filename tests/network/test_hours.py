"""Opening hours: what can be one, and when a unit is open."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Invalid
from terrace.network.domain.hours import Period, check_hours, is_open, read_hours, week

MORNING = {"days": [1, 2, 3, 4, 5], "opens": "08:30", "closes": "12:00"}
AFTERNOON = {"days": [1, 2, 3], "opens": "14:00", "closes": "17:30"}


def test_hours_come_back_in_order_as_rows_keep_them() -> None:
    read = read_hours([AFTERNOON, {**MORNING, "days": [5, 1, 1, 2, 3, 4]}])

    assert [period.plain for period in read] == [AFTERNOON, MORNING] or [period.plain for period in read] == [
        MORNING,
        AFTERNOON,
    ]
    assert read[0].days == tuple(sorted(set(read[0].days)))


def test_a_unit_may_open_the_minute_it_closes() -> None:
    assert len(read_hours([MORNING, {**AFTERNOON, "opens": "12:00"}])) == 2


@pytest.mark.parametrize(
    "rows",
    [
        [{**MORNING, "days": []}],
        [{**MORNING, "days": [0]}],
        [{**MORNING, "days": [8]}],
        [{**MORNING, "days": "Monday"}],
        [{**MORNING, "opens": "12:00"}],
        [{**MORNING, "closes": "08:00"}],
        [{**MORNING, "opens": "8h30"}],
        [{**MORNING, "closes": None}],
        [{"days": [1]}],
        [MORNING, {**AFTERNOON, "opens": "11:59"}],
        [MORNING, MORNING],
        [{**MORNING, "days": [1], "opens": f"{hour:02}:00", "closes": f"{hour:02}:30"} for hour in range(15)],
    ],
)
def test_what_is_no_opening_hour_is_refused_at_its_field(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_hours(rows)
    assert refusal.value.field == "hours"


def test_a_week_has_seven_days_each_with_its_periods_in_order() -> None:
    days = week(read_hours([AFTERNOON, MORNING]))

    assert [day.number for day in days] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(day.periods) for day in days] == [2, 2, 2, 1, 1, 0, 0]
    assert days[0].periods[0].opens == time(8, 30)


TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
PERIODS = st.builds(Period, st.lists(st.integers(1, 7), min_size=1).map(tuple), TIMES, TIMES)


@given(st.lists(PERIODS, max_size=4), st.integers(1, 7), TIMES)
def test_hours_that_are_accepted_survive_the_row_and_never_overlap(
    periods: list[Period], weekday: int, at: time
) -> None:
    try:
        checked = check_hours(periods)
    except Invalid:
        return
    assert read_hours([period.plain for period in checked]) == checked
    covering = [p for p in periods if weekday in p.days and p.opens <= at < p.closes]
    assert len(covering) <= 1
    assert is_open(checked, weekday, at) == bool(covering)
