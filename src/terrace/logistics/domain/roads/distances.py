"""Metres and seconds where no map of roads is at hand: great circles, and how much longer roads are there."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from terrace.logistics.domain.routing import NO_ROAD, Matrix
from terrace.network.domain.places import EARTH_KM, Point

USUAL_DETOUR = 150
"""How long roads in mountain counties are, in percent of the great circle, where nobody has measured."""
USUAL_KMH = 35

ACCESS_KMH = 10
"""How fast one gets from a place to the nearest road that a map knows: what leads there is on no map."""

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Detour:
    """How roads of a township are: their length in percent of the great circle, and how fast one drives there."""

    percent: int = USUAL_DETOUR
    kmh: int = USUAL_KMH


USUAL = Detour()


class NoDistances(Exception):
    """A source of distances did not tell them; the words say why."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A place of a matrix: where it lies, the path of its area, and how roads there are."""

    point: Point
    path: str = ""
    detour: Detour = USUAL


@dataclass(frozen=True, slots=True)
class Tables:
    """Metres and seconds from each place (row) to each (column), before a planner reads them."""

    metres: Whole = field(repr=False)
    seconds: Whole = field(repr=False)

    def of(self, rows: Sequence[int]) -> "Tables":
        """Return the tables of some of the places, in their order."""
        chosen = np.ix_(rows, rows)
        return Tables(self.metres[chosen], self.seconds[chosen])

    def matrix(self) -> Matrix:
        """Return them as planners read them."""
        return Matrix(self.metres.tolist(), self.seconds.tolist())


def great_circles(points: Sequence[Point], others: Sequence[Point] | None = None) -> Floats:
    """Return the metres from each of `points` to each of `others`, or to each other (haversine)."""
    here, there = _radians(points), _radians(points if others is None else others)
    north = np.sin((here[0][:, None] - there[0][None, :]) / 2) ** 2
    east = np.sin((here[1][:, None] - there[1][None, :]) / 2) ** 2
    angle = north + np.cos(here[0])[:, None] * np.cos(there[0])[None, :] * east
    metres: Floats = 2_000 * EARTH_KM * np.arcsin(np.sqrt(np.clip(angle, 0, 1)))
    return metres


def by_air(places: Sequence[Placed]) -> Tables:
    """Return metres and seconds between places: great circles, longer and driven as the two ends' townships say."""
    detour = np.array([place.detour.percent for place in places], dtype=np.float64) / 100
    pace = 3.6 / np.array([place.detour.kmh for place in places], dtype=np.float64)
    metres = great_circles([place.point for place in places]) * (detour[:, None] + detour[None, :]) / 2
    return whole(metres, metres * (pace[:, None] + pace[None, :]) / 2)


def with_access(metres: Floats, seconds: Floats, places: Sequence[Placed], away: Floats) -> tuple[Floats, Floats]:
    """Return tables that count the way of each place to the nearest known road, `away` metres off, as road too."""
    way = away * np.array([place.detour.percent for place in places]) / 100
    both = way[:, None] + way[None, :]
    return metres + both, seconds + both * 3.6 / ACCESS_KMH


def whole(metres: Floats, seconds: Floats) -> Tables:
    """Return tables in whole metres and seconds; what cannot be reached has no road, and a place is at itself."""
    away = ~(np.isfinite(metres) & np.isfinite(seconds))
    tables = [np.rint(np.where(away, NO_ROAD, np.minimum(one, NO_ROAD))).astype(np.int64) for one in (metres, seconds)]
    for table in tables:
        np.fill_diagonal(table, 0)
    return Tables(*tables)


def _radians(points: Sequence[Point]) -> tuple[Floats, Floats]:
    return (
        np.radians(np.array([point.latitude for point in points], dtype=np.float64)),
        np.radians(np.array([point.longitude for point in points], dtype=np.float64)),
    )
