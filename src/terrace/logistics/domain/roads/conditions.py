"""Roads that are closed or slow for some days: a landslide, snow, road works."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, radians

import numpy as np
import numpy.typing as npt

from terrace.logistics.domain.roads.distances import Floats, Placed, Tables
from terrace.logistics.domain.routing import NO_ROAD
from terrace.network.domain.places import EARTH_KM, Point

CLOSED = 0
"""The pace, in percent of the usual one, where nothing drives."""
METRES_PER_DEGREE = 1_000 * EARTH_KM * pi / 180

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Circle:
    """All roads within some metres of a point."""

    centre: Point
    radius_m: int

    def parts(self, places: Sequence[Placed]) -> tuple[Floats, Flags]:
        """Return how much of the straight line between each two places lies within it, and which touch it at all."""
        x, y = flat([place.point for place in places], self.centre)
        return parts_within(x[:, None], y[:, None], x[None, :], y[None, :], self.radius_m)


@dataclass(frozen=True, slots=True)
class Between:
    """The roads from everything in one area to everything in another, both ways."""

    one: str
    other: str

    def parts(self, places: Sequence[Placed]) -> tuple[Floats, Flags]:
        """Return one for each two places of which one lies in each area, and nought for others."""
        one = np.array([place.path.startswith(self.one) for place in places], dtype=np.bool_)
        other = np.array([place.path.startswith(self.other) for place in places], dtype=np.bool_)
        touched = np.outer(one, other) | np.outer(other, one)
        return touched.astype(np.float64), touched


Where = Circle | Between


@dataclass(frozen=True, slots=True)
class Condition:
    """Where one drives at `pace_percent` of the usual speed, or not at all (`CLOSED`)."""

    where: Where
    pace_percent: int

    @property
    def is_closed(self) -> bool:
        """Whether nothing gets through."""
        return self.pace_percent == CLOSED


def with_conditions(tables: Tables, places: Sequence[Placed], conditions: Iterable[Condition]) -> Tables:
    """Return the tables of a day with conditions.

    A way is as closed or as slow as the straight line between its ends: nobody knows here which roads it takes. Of a
    way that is slow in part only that part takes longer; what several make slow is slow by each.
    """
    slower = np.ones(tables.seconds.shape)
    closed = np.zeros(tables.seconds.shape, dtype=np.bool_)
    for condition in conditions:
        part, touched = condition.where.parts(places)
        if condition.is_closed:
            closed |= touched | touched.T
        else:
            slower *= 1 + np.maximum(part, part.T) * (100 / condition.pace_percent - 1)
    np.fill_diagonal(closed, val=False)
    closed |= (tables.metres >= NO_ROAD) | (tables.seconds >= NO_ROAD)
    late = np.minimum(np.ceil(tables.seconds * slower - 1e-6), NO_ROAD - 1).astype(np.int64)
    return Tables(np.where(closed, NO_ROAD, tables.metres), np.where(closed, NO_ROAD, late))


def flat(points: Sequence[Point], centre: Point) -> tuple[Floats, Floats]:
    """Return points as metres east and north of `centre`: flat enough for some tens of kilometres."""
    east = np.array([point.longitude - centre.longitude for point in points], dtype=np.float64)
    north = np.array([point.latitude - centre.latitude for point in points], dtype=np.float64)
    return east * METRES_PER_DEGREE * cos(radians(centre.latitude)), north * METRES_PER_DEGREE


def parts_within(x: Floats, y: Floats, to_x: Floats, to_y: Floats, radius: float) -> tuple[Floats, Flags]:
    """Return how much of each line, from nought to one, lies within `radius` of the origin, and which touch it."""
    length = (to_x - x) ** 2 + (to_y - y) ** 2
    along = x * (to_x - x) + y * (to_y - y)
    inside = x**2 + y**2 - radius**2
    under_root = along**2 - length * inside
    crosses = (length > 0) & (under_root > 0)
    root, safe = np.sqrt(np.where(crosses, under_root, 0)), np.where(length > 0, length, 1)
    enters, leaves = np.clip((-along - root) / safe, 0, 1), np.clip((-along + root) / safe, 0, 1)
    stays = (length == 0) & (inside <= 0)
    part = np.where(crosses, leaves - enters, np.where(stays, 1.0, 0.0))
    ends_inside = (inside <= 0) | (to_x**2 + to_y**2 - radius**2 <= 0)
    return part, (part > 0) | ends_inside
