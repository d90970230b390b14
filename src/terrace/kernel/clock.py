"""The one clock. Services take `now` where the time matters; nobody else asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_zone = "UTC"
_told: ContextVar[datetime | None] = ContextVar("told_moment", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _told.get() or datetime.now(tz=UTC)


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Take `moment`, in UTC, for the present for a while: for a demo, whose people acted on earlier days."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def day(moment: datetime, zone: str) -> date:
    """Return the calendar day of `moment` in the time zone `zone` (IANA name)."""
    return moment.astimezone(ZoneInfo(zone)).date()


def today(at: datetime | None = None) -> date:
    """Return the calendar day where the installation is: at the moment `at`, or now."""
    return day(at or now(), _zone)


def begin_of(on: date) -> datetime:
    """Return the moment, in UTC, at which the day `on` begins where the installation is."""
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(_zone)).astimezone(UTC)


def live_in(zone: str) -> None:
    """Let `today` be the day of the time zone `zone`: told by the deployment, which decides it."""
    global _zone
    _zone = zone


def week_of(on: date) -> date:
    """Return the Monday of the ISO week of `on`: the name of a week in sums and charts."""
    return on - timedelta(days=on.weekday())


def weeks(first: date, last: date) -> list[date]:
    """Return the Mondays of every ISO week that `first` to `last` touches, in order."""
    start = week_of(first)
    return [start + timedelta(weeks=n) for n in range((week_of(last) - start).days // 7 + 1)]
