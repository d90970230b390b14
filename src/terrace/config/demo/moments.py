"""When things happen: in working hours of the installation's days, never later than the eve of the demo's day."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from terrace.kernel.deployment import current

YEARS_OF_PRICES = timedelta(weeks=104)
SET_UP = timedelta(days=60)
"""How long it took to found the units and register the people, before the first price was entered."""


def moment(day: date, hour: float) -> datetime:
    """Return the moment in UTC of the local `hour` of `day`: 8.5 is half past eight."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(current().time_zone))
    return (midnight + timedelta(seconds=int(hour * 3600))).astimezone(UTC)


def working(random: Random, day: date) -> datetime:
    """Return some moment of the day when offices are open."""
    return moment(day, random.uniform(8.5, 17.9))


def spread(first: date, days: int, index: int, count: int) -> datetime:
    """Return the moment of act `index` of `count` that are spread in order over the working hours of `days` days."""
    whole, part = divmod(index * days, count)
    return moment(first + timedelta(days=whole), 8.5 + 9 * part / count)


def first_day(day: date) -> date:
    """Return the day on which the installation began, two years of prices before the demo's."""
    return day - YEARS_OF_PRICES - SET_UP
