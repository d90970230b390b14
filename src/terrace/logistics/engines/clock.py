"""A clock that stands still during the drivers' break, for engines that know no break which comes on the way.

As everybody rests at the same time, a plan that holds by this clock holds by the domain's timetable, which puts the
break back in.
"""

from terrace.logistics.domain.routing import Rest, Window


def without(rest: Rest | None, moment: int) -> int:
    """Return what this clock shows at a moment of the day."""
    if rest is None or moment <= rest.begins:
        return moment
    return max(rest.begins, moment - rest.length)


def window_without(rest: Rest | None, window: Window) -> tuple[int, int]:
    """Return a window by this clock."""
    return without(rest, window.earliest), without(rest, window.latest)
