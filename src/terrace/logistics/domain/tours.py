"""Tours: one vehicle's run of a day, what lies on it between which stops, and whether it may. Pure rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terrace.kernel.words import Choice, _

MOST_STOPS = 60
"""More stops than a day has quarters of an hour are a slip."""


class TourStatus(Choice):
    """Where a tour stands."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be driven, or being driven."""
        return self in (TourStatus.PLANNED, TourStatus.UNDER_WAY)


class ToldKind(Choice):
    """What a driver's phone tells that was done."""

    START = "start", _("Left the yard")
    ARRIVE = "arrive", _("Arrived at a stop")
    LOADED = "loaded", _("Loaded")
    UNLOADED = "unloaded", _("Unloaded")
    MISSING = "missing", _("Not found")
    DAMAGED = "damaged", _("Damaged")
    LEAVE = "leave", _("Left a stop")
    PROBLEM = "problem", _("Reported a problem")
    FINISH = "finish", _("Came home")


class Outcome(Choice):
    """What became of an act that was told."""

    DONE = "done", _("Done")
    ALREADY = "already", _("Done before")
    REFUSED = "refused", _("Refused")


class LoadState(Choice):
    """What became of what was to ride on a tour."""

    AWAITED = "awaited", _("Comes with another tour first")
    PLANNED = "planned", _("To be loaded")
    LOADED = "loaded", _("On the vehicle")
    DROPPED = "dropped", _("Unloaded")
    LEFT = "left", _("Not carried")

    @property
    def is_to_come(self) -> bool:
        """Whether it is still to be loaded, now or once it lies there."""
        return self in (LoadState.AWAITED, LoadState.PLANNED)


@dataclass(frozen=True, slots=True)
class Carried:
    """Something that rides from place `takes` to place `drops`: 0 is the yard at the start, n + 1 the yard at the end.

    Stops are counted from 1 to n in the order of the tour.
    """

    takes: int
    drops: int
    grams: int


def is_in_order(carried: Carried) -> bool:
    """Say whether it is taken before it is dropped."""
    return carried.takes < carried.drops


def weights(stops: int, loads: Iterable[Carried]) -> list[int]:
    """Return how many grams lie on the vehicle on each leg: from the yard to stop 1, ..., from the last stop home."""
    change = [0] * (stops + 2)
    for carried in loads:
        change[carried.takes] += carried.grams
        change[carried.drops] -= carried.grams
    legs, now = [], 0
    for place in range(stops + 1):
        now += change[place]
        legs.append(now)
    return legs


def heaviest(legs: Sequence[int]) -> int:
    """Return the most that lies on the vehicle at once, in grams."""
    return max(legs, default=0)
