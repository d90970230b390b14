"""The year of the trade: its harvest, and the festival on which most is ordered."""

from datetime import date, timedelta

FESTIVAL = (11, 11)
"""Month and day of singles' festival, Double 11."""
WEEKS_OF_ORDERS = timedelta(days=58)
"""How long before a trade's day its first order came: by then a tour has brought goods."""
SEASON_ENDS = timedelta(days=12)
"""How long after the festival the trade of its season is over: the harvest was in the weeks before."""


def festival_before(day: date) -> date:
    """Return the last festival that was over by `day`."""
    festival = date(day.year, *FESTIVAL)
    return festival if festival < day else date(day.year - 1, *FESTIVAL)


def is_near(day: date, festival: date) -> bool:
    """Say whether the orders of the weeks before `day` are also those of the festival."""
    return timedelta(days=1) <= day - festival < WEEKS_OF_ORDERS


def last_season(day: date) -> date | None:
    """Return the day by which the trade of the last festival's season was over, None where the last weeks show it."""
    festival = festival_before(day)
    return None if is_near(day, festival) else festival + SEASON_ENDS
