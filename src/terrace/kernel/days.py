"""Days that people enter: one centuries off is a slip, and at the calendar's ends nothing can be reckoned."""

from datetime import date

from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

EARLIEST = date(1900, 1, 1)
LATEST = date(2999, 12, 31)


class FarDay(Invalid):
    """A day lies centuries off."""

    code = "far_day"


def refuse_far_day(day: date | None, *, field: str = "") -> None:
    """Raise `FarDay` for a day before `EARLIEST` or after `LATEST`; no day at all is not far."""
    if day is not None and not EARLIEST <= day <= LATEST:
        years = {"first": EARLIEST.year, "last": LATEST.year}
        raise FarDay(_("Enter a day of the years %(first)s to %(last)s.") % years, field=field)
