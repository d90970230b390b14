"""The roads of a day, as whoever plans it gets them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.day import at_pace
from terrace.logistics.domain.routing import Matrix


class RoadSource(Choice):
    """Where distances come from."""

    OSRM = "osrm", _("A map server (OSRM)")
    NETWORK = "network", _("The road network that was uploaded")
    AIR = "air", _("As the crow flies, made longer")


class Hindrance(NamedTuple):
    """What closes a road, or slows it to so many percent of the usual speed (0 for closed), and why."""

    pace_percent: int
    reason: str

    @property
    def text(self) -> str:
        """Return it in the reader's words, without where it is."""
        what = _("At %(pace)d %% of the speed") % {"pace": self.pace_percent} if self.pace_percent else _("Closed")
        return f"{what}: {self.reason}"


@dataclass(frozen=True, slots=True)
class DayRoads:
    """Metres and seconds between units on a day. `places` are the units' ids in the order of the matrix.

    `conditions` are what is closed or slow that day; `told` says why a better source was not used.
    """

    places: tuple[int, ...]
    source: RoadSource
    made_at: datetime
    usual: Matrix = field(repr=False)
    conditions: tuple[Hindrance, ...] = ()
    told: str = ""

    def matrix(self, pace_percent: int = 100) -> Matrix:
        """Return the roads for a vehicle that drives at so many percent of the usual speed."""
        return at_pace(self.usual, pace_percent)
