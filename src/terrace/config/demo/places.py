"""The divisions that take part: real counties, townships and villages, as many as the scale asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from terrace.config.demo.cast import NEIGHBOUR_TOWNSHIP, NEIGHBOUR_VILLAGE, TOWNSHIP, VILLAGE
from terrace.config.demo.scales import Extent, Scale
from terrace.network import queries as network
from terrace.network.models import Area

T = TypeVar("T")
KEPT = frozenset({TOWNSHIP, NEIGHBOUR_TOWNSHIP, VILLAGE, NEIGHBOUR_VILLAGE})
"""Where the cast lives: part of every scale."""


@dataclass(frozen=True, slots=True)
class Township:
    """A township with a station, and those of its villages that have a point."""

    area: Area
    villages: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class County:
    """A county with a centre, and those of its townships that have a station."""

    area: Area
    townships: tuple[Township, ...]

    @property
    def code(self) -> str:
        """The county's code."""
        return self.area.code

    @property
    def villages(self) -> list[Area]:
        """The villages that have a point."""
        return [village for township in self.townships for village in township.villages]


def choose(random: Random, scale: Scale) -> list[County]:
    """Return the counties of the scale with the townships and villages that take part."""
    return [_county(random, code, extent) for code, extent in scale.counties.items()]


def _county(random: Random, code: str, extent: Extent) -> County:
    townships = [
        Township(area, _some(random, _below(area.code), extent.points))
        for area in _some(random, _below(code), extent.stations)
    ]
    return County(network.get_area(code), tuple(townships))


def _below(code: str) -> list[Area]:
    return [area for area in network.children_of(code) if area.tier]


def _some(random: Random, areas: Sequence[Area], count: int | None) -> tuple[Area, ...]:
    """Return `count` of the areas in their own order, the cast's homes among them; all for None."""
    if count is None or count >= len(areas):
        return tuple(areas)
    kept = {area.code for area in areas if area.code in KEPT} if count else set()
    others = [area.code for area in areas if area.code not in kept]
    chosen = kept | set(random.sample(others, count - len(kept)))
    return tuple(area for area in areas if area.code in chosen)
