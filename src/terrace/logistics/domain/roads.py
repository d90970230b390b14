"""How far units are from each other where no map of roads is at hand: great circles, and how much longer roads are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from terrace.kernel.words import Choice, _
from terrace.logistics.domain.day import at_pace
from terrace.logistics.domain.routing import Matrix
from terrace.network.domain.places import EARTH_KM, Point

USUAL_DETOUR = 1.5
"""How much longer than the great circle roads in mountain counties are, where nobody has measured."""
USUAL_KMH = 35


class RoadSource(Choice):
    """Where distances come from."""

    AIR = "air", _("As the crow flies, made longer")


@dataclass(frozen=True, slots=True)
class DayRoads:
    """Metres and seconds between units on a day. `places` are the units' ids in the order of the matrix."""

    places: tuple[int, ...]
    source: RoadSource
    made_at: datetime
    usual: Matrix = field(repr=False)

    def matrix(self, pace_percent: int = 100) -> Matrix:
        """Return the roads for a vehicle that drives at so many percent of the usual speed."""
        return at_pace(self.usual, pace_percent)


def by_air(points: Sequence[Point], detour: float = USUAL_DETOUR, kmh: int = USUAL_KMH) -> Matrix:
    """Return metres and seconds between points: great circles (haversine), `detour` times as long, driven at `kmh`."""
    latitude = np.radians([point.latitude for point in points])
    longitude = np.radians([point.longitude for point in points])
    north = np.sin((latitude[:, None] - latitude[None, :]) / 2) ** 2
    east = np.sin((longitude[:, None] - longitude[None, :]) / 2) ** 2
    angle = north + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * east
    metres = np.rint(2_000 * EARTH_KM * detour * np.arcsin(np.sqrt(np.clip(angle, 0, 1)))).astype(np.int64)
    seconds = np.rint(metres * 3.6 / kmh).astype(np.int64)
    return Matrix(metres.tolist(), seconds.tolist())
