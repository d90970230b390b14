"""Points on the map and names of places."""

import re
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt

from terrace.kernel.errors import Invalid
from terrace.kernel.readings import readings
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Names, _

EARTH_KM = 6371.0
FARTHEST_KM = {Workspace.BUREAU: 300, Workspace.CENTRE: 180, Workspace.STATION: 100, Workspace.POINT: 50}
"""Farther from its area's point than this, a point is a slip: latitude and longitude swapped, a digit wrong."""
KINDS = (
    ("自治县", "Autonomous County"),
    ("街道", "Subdistrict"),
    ("社区", "Community"),
    ("省", "Province"),
    ("市", "City"),
    ("县", "County"),
    ("区", "District"),
    ("镇", "Town"),
    ("乡", "Township"),
    ("村", "Village"),
)
"""The ends of Chinese place names, the longer before what it ends in, and what they are in English."""

LEVEL_PREFIX = re.compile("^(乡镇|.级)")
"""How Chinese names of kinds of units begin with their tier: 村级电商服务点."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the earth in degrees of WGS84, to a millionth (some 10 cm)."""

    latitude: float
    longitude: float


def unit_names(place: Names, kind: Names) -> dict[str, str]:
    """Return what a unit of `kind` in `place` is usually called: Paitou Village service point, 排头村电商服务点."""
    return {code: _joined(name, kind[code], code) for code, name in place.items() if name and kind.get(code)}


def _joined(name: str, kind: str, language: str) -> str:
    """Say the tier once, where the place's name already ends in it."""
    if language.startswith("zh"):
        return name + LEVEL_PREFIX.sub("", kind)
    stem, _space, last = name.rpartition(" ")
    return f"{stem} {kind}" if stem and kind.startswith(last) else f"{name} {kind}"


def read_point(latitude: float | None, longitude: float | None) -> Point | None:
    """Return the point, None when neither is given; raise `Invalid` at the coordinate that cannot be one."""
    if latitude is None and longitude is None:
        return None
    return Point(_degrees(latitude, 90, "latitude"), _degrees(longitude, 180, "longitude"))


def check_near(point: Point, known: Point, at: Workspace) -> None:
    """Raise `Invalid` when `point` cannot lie in an area where units work as `at` and whose own point is `known`."""
    if distance_km(point, known) > FARTHEST_KM[at]:
        raise Invalid(_("This point is far outside the area. Check latitude and longitude."), field="latitude")


def distance_km(one: Point, other: Point) -> float:
    """Return the great-circle distance in kilometres (haversine)."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _degrees(value: float | None, most: int, field: str) -> float:
    if value is None:
        raise Invalid(_("Give latitude and longitude, or neither."), field=field)
    if not isfinite(value) or abs(value) > most:
        raise Invalid(_("Enter degrees with a decimal point, such as 33.39791."), field=field)
    return round(value, 6)


def english_name(name: str) -> str:
    """Return a Chinese place's name for English pages, by its reading: 安化镇 is Anhua Town; "" for any other name."""
    ends = ((name.removesuffix(end), word) for end, word in KINDS if name.endswith(end) and name != end)
    stem, kind = next(ends, (name, ""))
    reading = readings(stem)
    return f"{reading[0].capitalize()} {kind}".strip() if reading else ""
