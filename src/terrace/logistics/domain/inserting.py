"""Where one more stop costs a tour the least way. As the crow flies: a quick answer while vehicles are on the road."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from terrace.network.domain.places import Point, distance_km


@dataclass(frozen=True, slots=True)
class Insertion:
    """Before which of the places that are still to come one more is visited, and how much longer the way gets."""

    before: int
    extra_m: int


def cheapest(begins: Point, coming: Sequence[Point], ends: Point, new: Point) -> Insertion:
    """Return where on the way from `begins` over `coming` to `ends` a new place costs least."""
    way = [begins, *coming, ends]
    detours = [
        distance_km(one, new) + distance_km(new, other) - distance_km(one, other) for one, other in pairwise(way)
    ]
    before = min(range(len(detours)), key=lambda at: detours[at])
    return Insertion(before, round(1000 * detours[before]))
