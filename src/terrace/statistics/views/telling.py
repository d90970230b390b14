"""How figures are told: a period in words, a number with its unit, a change against before."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton
from django.utils.translation import get_language, to_locale

from terrace.http import written
from terrace.http.pieces import Figure
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.statistics.domain import FigureKind, Period, Span, Tally, change_of

BEFORE: dict[Span, Text] = {
    Span.DAY: _("against the day before"),
    Span.WEEK: _("against the week before"),
    Span.MONTH: _("against the month before"),
    Span.SEASON: _("against the season before"),
    Span.YEAR: _("against the year before"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """What was summed for a period, for the one before it, and for the same one a year before."""

    span: Span
    now: Tally
    before: Tally
    year_before: Tally

    def figure(self, kind: FigureKind, url: str = "") -> Figure:
        """Return one figure with its change against before and against a year before."""
        now = self.now.get(kind, 0)
        change, against_year = (change_of(now, sums.get(kind, 0)) for sums in (self.before, self.year_before))
        if self.span in (Span.SEASON, Span.YEAR):
            against_year = None  # the one before is the one a year before
        return Figure(
            label=kind.label,
            number=amount(kind, now),
            url=url,
            change=percent(change),
            trend=_trend(change),
            line=_line(self.span, change, against_year),
        )


def _line(span: Span, change: Decimal | None, against_year: Decimal | None) -> Text:
    parts = [] if change is None else [BEFORE[span]]
    if against_year is not None:
        parts.append(_("%(change)s against a year before") % {"change": percent(against_year)})
    return " · ".join(str(part) for part in parts) or _("nothing before to compare with")


def _trend(change: Decimal | None) -> str:
    return "" if not change else "up" if change > 0 else "down"


def percent(change: Decimal | None) -> str:
    """Write a change: `+8.2 %`, "" for none."""
    if change is None:
        return ""
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{written.number(abs(change).normalize())}{written.NO_BREAK_SPACE}%"


def value(kind: FigureKind, sum_of_it: int) -> Money | int:
    """Return a figure as what it is: money of the installation's currency, or a count."""
    return Money(sum_of_it, current().currency) if kind.is_money else sum_of_it


def told(found: Money) -> str:
    """Write an amount as a big number: from a thousand on in whole units of the currency."""
    return written.round_money(found) if abs(found.amount) >= 1000 else written.money(found)


def amount(kind: FigureKind, sum_of_it: int) -> str:
    """Write a figure."""
    found = value(kind, sum_of_it)
    return written.number(found) if isinstance(found, int) else told(found)


def name_of(period: Period) -> str:
    """Write a period: Nov 22, 2026; Nov 16 – Nov 22, 2026; November 2026; 2026."""
    first, last = period.days.first, period.days.last
    match period.span:
        case Span.DAY:
            return written.localdate(first, "long")
        case Span.MONTH:
            return _skeleton("yMMMM", first)
        case Span.YEAR:
            return _skeleton("y", first)
    return f"{written.localdate(first)} – {written.localdate(last)}"


def month_name(month: date) -> str:
    """Write a month: Nov 2026."""
    return _skeleton("yMMM", month)


def season_name(season: Period) -> str:
    """Write a season by its months, short: Sep 2026 – Nov 2026; of what is made all the year round the year."""
    if season.span is Span.YEAR:
        return name_of(season)
    first, last = month_name(season.days.first), month_name(season.days.last)
    return first if first == last else f"{first} – {last}"


def _skeleton(name: str, on: date) -> str:
    return str(format_skeleton(name, on, locale=to_locale(get_language() or "en")))
