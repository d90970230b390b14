"""The line of a figure through a period beside the year before's: by day, of a season by week, of a year by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.words import Text, _
from terrace.statistics.domain import Days, FigureKind, Period, Span, Tally
from terrace.statistics.queries import total
from terrace.statistics.views import telling

HEADS: Mapping[Span, Text] = {Span.SEASON: _("Week from"), Span.YEAR: _("Month")}


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the line: what it is called, and the days that it sums."""

    label: str
    days: Days


def chart(period: Period, kind: FigureKind, measured: Mapping[date, Tally], today: date) -> dict[str, Any]:
    """Return the chart of `kind` as `components/chart.html` draws it."""
    now, before = _steps(period), _steps(period.year_before)
    rows = [
        (one.label, [_point(kind, measured, one, today), _point(kind, measured, _at(before, place), today)])
        for place, one in enumerate(now)
    ]
    return {
        "kind": "line",
        "title": kind.label,
        "unit": current().currency if kind.is_money else "",
        "head": HEADS.get(period.span, _("Day")),
        "series": [telling.name_of(period), telling.name_of(period.year_before)],
        "rows": rows,
    }


def _steps(period: Period) -> list[Step]:
    days = period.days
    match period.span:
        case Span.YEAR:
            return [_month(days.first.replace(month=number)) for number in range(1, 13)]
        case Span.SEASON:
            return [_week(monday, days) for monday in clock.weeks(days.first, days.last)]
    return [Step(written.localdate(day, "short"), Days(day, day)) for day in days]


def _month(first: date) -> Step:
    return Step(telling.month_name(first), Period.of(Span.MONTH, first).days)


def _week(monday: date, within: Days) -> Step:
    days = Period.of(Span.WEEK, monday).days
    part = Days(max(days.first, within.first), min(days.last, within.last))
    return Step(written.localdate(part.first, "short"), part)


def _at(steps: Sequence[Step], place: int) -> Step | None:
    return steps[place] if place < len(steps) else None


def _point(kind: FigureKind, measured: Mapping[date, Tally], step: Step | None, today: date) -> tuple[Any, Any]:
    """Return the number to draw and what to write; nothing of days to come."""
    if step is None or step.days.first > today:
        return None, None
    found = telling.value(kind, total(measured, step.days).get(kind, 0))
    return (found, found) if isinstance(found, int) else (found.amount, found)
