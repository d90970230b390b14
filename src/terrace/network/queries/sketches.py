"""A sketch map as plain lines: for pages that must be light and work without scripts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from terrace.kernel.words import Names
from terrace.network.queries.areas import ancestors
from terrace.network.queries.figures import outlines_for

WIDTH = 320
MARGIN = 8

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One area of a sketch: `line` is the data of an SVG path; `is_here` for the one that the place lies in."""

    names: Names
    line: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """A place among the outlines around it, in whole units of its own `width` and `height`."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    x: int
    y: int
    path: str


def sketch_of(path: str) -> Sketch | None:
    """Return where the area at `path` lies among the outlines of the installation's top, None where none are known.

    Drawn on an equirectangular projection, true along the middle parallel: a sketch, which proves nothing.
    """
    above = ancestors(path)
    point = above[-1].point if above else None
    outlined = outlines_for(above[0]) if above else []
    if point is None or not outlined:
        return None
    rings = {area.code: list(_rings(area.outline.geometry)) for area in outlined}
    draw = _Drawing([place for shape in rings.values() for ring in shape for place in ring])
    shapes = tuple(
        Shape(area.names, " ".join(draw.line(ring) for ring in rings[area.code]), path.startswith(area.path))
        for area in outlined
    )
    x, y = draw.place((point.longitude, point.latitude))
    return Sketch(WIDTH, draw.height, shapes, x, y, path)


class _Drawing:
    """Turns degrees into whole units of the sketch."""

    def __init__(self, places: Sequence[Sequence[float]]) -> None:
        self.west = min(place[0] for place in places)
        self.north = max(place[1] for place in places)
        east, south = max(place[0] for place in places), min(place[1] for place in places)
        self.squeeze = cos(radians((self.north + south) / 2))
        self.scale = (WIDTH - 2 * MARGIN) / max((east - self.west) * self.squeeze, 1e-6)
        self.height = round((self.north - south) * self.scale) + 2 * MARGIN

    def place(self, place: Sequence[float]) -> tuple[int, int]:
        """Return where a point of longitude and latitude lies."""
        x = (place[0] - self.west) * self.squeeze * self.scale
        return MARGIN + round(x), MARGIN + round((self.north - place[1]) * self.scale)

    def line(self, ring: Ring) -> str:
        """Return a closed line; points that fall on the one before are left out."""
        places = list(dict.fromkeys(self.place(place) for place in ring))
        return "M" + " ".join(f"{x} {y}" for x, y in places) + "Z"


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    """Yield the lines of a GeoJSON polygon or of several."""
    several: Iterable[Any] = geometry["coordinates"]
    for polygon in several if geometry["type"] == "MultiPolygon" else [several]:
        yield from polygon
