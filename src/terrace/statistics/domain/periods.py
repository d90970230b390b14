"""Periods that figures are of: a day, a week, a month, a product's season, a year; and what each is compared with."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from terrace.catalog.domain import Season
from terrace.kernel import clock
from terrace.kernel.words import Choice, in_context

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS_OF_A_YEAR = timedelta(weeks=52)
"""A week is compared with the one 52 weeks before, as prices are: both begin on a Monday."""


class Span(Choice):
    """How long a period is."""

    DAY = "day", in_context("period", "Day")
    WEEK = "week", in_context("period", "Week")
    MONTH = "month", in_context("period", "Month")
    SEASON = "season", in_context("period", "Season")
    YEAR = "year", in_context("period", "Year")


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both inclusive."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        """Yield each day in order."""
        return (self.first + timedelta(days=n) for n in range(self.count))

    @property
    def count(self) -> int:
        """How many days they are, none when the last lies before the first."""
        return max(0, (self.last - self.first).days + 1)

    def first_ones(self, count: int) -> "Days":
        """Return the first `count` of them, all when they are fewer."""
        return Days(self.first, min(self.last, self.first + timedelta(days=count - 1)))


@dataclass(frozen=True, slots=True)
class Period:
    """A day, week, month, season or year; of a season `months` says which months it has."""

    span: Span
    days: Days
    months: Season | None = None

    @classmethod
    def of(cls, span: Span, on: date, months: Season | None = None) -> "Period":
        """Return the period of that span in which `on` lies; of a season, the latest that had begun by then."""
        match span:
            case Span.DAY:
                return cls(span, Days(on, on))
            case Span.WEEK:
                return cls(span, Days(clock.week_of(on), clock.week_of(on) + A_WEEK - A_DAY))
            case Span.MONTH:
                return cls(span, _months(on.year, on.month, 1))
            case Span.YEAR:
                return cls(span, Days(date(on.year, 1, 1), date(on.year, 12, 31)))
        if months is None:
            raise ValueError("a season has months")
        year = on.year if on.month >= months.first else on.year - 1
        return cls(span, _months(year, months.first, len(months.months)), months)

    @property
    def before(self) -> "Period":
        """The period of its kind before it."""
        if self.span is Span.SEASON:
            return self.year_before
        return Period.of(self.span, self.days.first - A_DAY, self.months)

    @property
    def after(self) -> "Period":
        """The period of its kind after it."""
        if self.span is Span.SEASON:
            return Period.of(self.span, _in_year(self.days.first, self.days.first.year + 1), self.months)
        return Period.of(self.span, self.days.last + A_DAY, self.months)

    @property
    def year_before(self) -> "Period":
        """The same period a year before; a week is the one 52 weeks before."""
        if self.span is Span.WEEK:
            return Period.of(self.span, self.days.first - WEEKS_OF_A_YEAR)
        return Period.of(self.span, _in_year(self.days.first, self.days.first.year - 1), self.months)

    def so_far(self, today: date) -> Days:
        """Return the days of it that have come by `today`."""
        return Days(self.days.first, min(self.days.last, today))

    def is_open(self, today: date) -> bool:
        """Say whether days of it are still to come."""
        return today < self.days.last

    def compared(self, other: "Period", today: date) -> Days:
        """Return the days of `other` that it is compared with: of a period not over yet, as many as have come."""
        return other.days.first_ones(self.so_far(today).count) if self.is_open(today) else other.days


def _months(year: int, month: int, count: int) -> Days:
    """Return the days of `count` months from that month on."""
    years, last = divmod(month - 1 + count - 1, 12)
    return Days(date(year, month, 1), date(year + years, last + 1, monthrange(year + years, last + 1)[1]))


def _in_year(on: date, year: int) -> date:
    """Return the day of that year; of 29 February in a year without one, the day before."""
    return on.replace(year=year, day=min(on.day, monthrange(year, on.month)[1]))
