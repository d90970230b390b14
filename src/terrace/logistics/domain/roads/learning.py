"""How roads of townships are, learned from drives."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from terrace.logistics.domain.roads.distances import Detour
from terrace.network.domain.places import Point, distance_km

LEAST_DRIVES = 5
"""Fewer say more of a driver's errand than of the roads."""
NEAREST_M = 500
"""Between places nearer to each other a car park decides the ratio."""
LEAST_PERCENT, MOST_PERCENT = 100, 400
SLOWEST_KMH, FASTEST_KMH = 5, 120


@dataclass(frozen=True, slots=True)
class Leg:
    """A drive from one place to another, and the townships (by path) in which they lie."""

    one: Point
    other: Point
    townships: frozenset[str]
    metres: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Learned:
    """How roads of a township are, from so many drives."""

    detour: Detour
    drives: int


def learn_detours(legs: Iterable[Leg], least: int = LEAST_DRIVES) -> dict[str, Learned]:
    """Return how roads are in each township that enough drives began or ended in.

    Medians, so that a lunch or a wrong turn moves nothing; within bounds, so that a broken receiver does not either.
    """
    ratios: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for leg in legs:
        straight = 1000 * distance_km(leg.one, leg.other)
        if straight < NEAREST_M or leg.metres <= 0 or leg.seconds <= 0:
            continue
        for path in leg.townships:
            ratios[path].append((100 * leg.metres / straight, 3.6 * leg.metres / leg.seconds))
    return {path: Learned(_middle(found), len(found)) for path, found in sorted(ratios.items()) if len(found) >= least}


def _middle(found: list[tuple[float, float]]) -> Detour:
    percent, kmh = (round(median(one)) for one in zip(*found, strict=True))
    return Detour(
        min(MOST_PERCENT, max(LEAST_PERCENT, percent)),
        min(FASTEST_KMH, max(SLOWEST_KMH, kmh)),
    )
