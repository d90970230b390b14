"""Opening hours: which days, from when to when. One rule for pages, API and imports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

WEEK = range(1, 8)
"""The days of a week as ISO 8601 counts them: 1 Monday to 7 Sunday."""
MOST_PERIODS = 14
"""Two periods for each day of a week, each on a line of its own."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Open on each of `days` (1 Monday to 7 Sunday) from `opens` to `closes` on the same day, by the local clock."""

    days: tuple[int, ...]
    opens: time
    closes: time

    @property
    def plain(self) -> dict[str, Any]:
        """The period as a row keeps it: `{"days": [1, 2], "opens": "08:30", "closes": "12:00"}`."""
        return {"days": list(self.days), "opens": f"{self.opens:%H:%M}", "closes": f"{self.closes:%H:%M}"}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with its periods, in order; closed when it has none."""

    number: int
    periods: tuple[Period, ...]


def read_hours(rows: Iterable[Mapping[str, Any]]) -> tuple[Period, ...]:
    """Return the periods that `rows` name in the manner of `Period.plain`, checked; raise `Invalid` at `hours`."""
    return check_hours([_period(row) for row in rows])


def check_hours(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Return the periods in order; raise `Invalid` at `hours` when one is no period or two overlap on a day."""
    if len(periods) > MOST_PERIODS:
        raise Invalid(_("These are too many opening hours."), field="hours")
    for period in periods:
        _check(period)
    for day in week(periods):
        if any(later.opens < earlier.closes for earlier, later in pairwise(day.periods)):
            raise Invalid(_("Two opening hours of the same day overlap."), field="hours")
    ordered = (Period(tuple(sorted(set(p.days))), p.opens, p.closes) for p in periods)
    return tuple(sorted(ordered))


def week(periods: Iterable[Period]) -> list[Day]:
    """Return Monday to Sunday, each with its periods in order."""
    ordered = sorted(periods, key=lambda period: (period.opens, period.closes))
    return [Day(number, tuple(p for p in ordered if number in p.days)) for number in WEEK]


def is_open(periods: Iterable[Period], weekday: int, at: time) -> bool:
    """Say whether a unit with these hours is open on the ISO weekday `weekday` at the local time `at`."""
    return any(weekday in period.days and period.opens <= at < period.closes for period in periods)


def _check(period: Period) -> None:
    if not period.days or not set(period.days) <= set(WEEK):
        raise Invalid(_("Choose at least one day for each opening hour."), field="hours")
    if period.opens >= period.closes:
        raise Invalid(_("A unit must open before it closes, on the same day."), field="hours")


def _period(row: Mapping[str, Any]) -> Period:
    try:
        days = tuple(int(day) for day in row["days"])
        return Period(days, time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]))
    except (KeyError, TypeError, ValueError):
        raise Invalid(_("Write opening hours as days, opens and closes, such as 08:30."), field="hours") from None
