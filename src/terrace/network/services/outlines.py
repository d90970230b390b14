"""Importing the outlines that maps are drawn on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.workbooks import RowProblem, RowsRefused
from terrace.kernel.actors import EVERYWHERE, Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.models import AreaOutline

DECIMALS = 4
"""Some 10 m: finer than any screen shows, and half the bytes."""
RINGS = {"Polygon": 1, "MultiPolygon": 2}
"""How deep the rings lie in a shape's coordinates."""
LEAST = 4
"""Positions of a ring: a triangle, and its first corner again."""


@transaction.atomic
def import_outlines(*, by: Actor, collection: Mapping[str, Any], file: str = "", now: datetime | None = None) -> int:
    """Take the outline of every feature of a GeoJSON collection (WGS84), known by its property `code`.

    Replaces the areas' older outlines. Returns how many were taken. Raises `Invalid` for what is no such collection,
    and `RowsRefused` with every feature that is no area or no polygon.
    """
    by.require(Permission.MANAGE, EVERYWHERE)
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid(_("This is no GeoJSON collection of features."), field="file")
    areas = queries.areas_by_code(_code(feature) for feature in features)
    problems = list(_problems(file, features, areas))
    if problems:
        raise RowsRefused(problems, field="file")
    outlines = [AreaOutline(area_id=_code(one), geometry=_rounded(one["geometry"])) for one in features]
    AreaOutline.objects.bulk_create(outlines, update_conflicts=True, unique_fields=["area"], update_fields=["geometry"])
    top = queries.top_area()
    details = {"file": file, "outlines": len(outlines)}
    audit.record(by=by, act="network.import_outlines", subject=top, area_path=top.path, details=details, now=now)
    return len(outlines)


def _code(feature: Any) -> str:
    """Return the code that a feature names, "" for none, or for one that no column holds."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = str(properties.get("code", "")) if isinstance(properties, dict) else ""
    return code if code.isprintable() else ""


def _problems(file: str, features: Sequence[Any], areas: Mapping[str, Any]) -> Iterator[RowProblem]:
    seen: set[str] = set()
    for number, feature in enumerate(features, 1):
        code = _code(feature)
        if code not in areas:
            yield RowProblem(file, number, "code", str(_("There is no area with this code.")))
        elif code in seen:
            yield RowProblem(file, number, "code", str(_("This code stands in the file twice.")))
        elif not _is_outline(feature.get("geometry")):
            reason = _("An outline is a polygon in degrees, each of its rings closed.")
            yield RowProblem(file, number, "geometry", str(reason))
        seen.add(code)


def _is_outline(geometry: Any) -> bool:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    return isinstance(kind, str) and kind in RINGS and _is_shape(geometry.get("coordinates"), RINGS[kind])


def _is_shape(parts: Any, depth: int) -> bool:
    """Say whether these are rings, so many lists down and no deeper (RFC 7946, 3.1.6)."""
    if depth == 0:
        return _is_ring(parts)
    return isinstance(parts, list) and bool(parts) and all(_is_shape(part, depth - 1) for part in parts)


def _is_ring(ring: Any) -> bool:
    return isinstance(ring, list) and len(ring) >= LEAST and all(map(_is_position, ring)) and ring[0] == ring[-1]


def _is_position(position: Any) -> bool:
    return (
        isinstance(position, list)
        and len(position) >= 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in position)
        # What is no number, as Python's reader of JSON takes it, lies within nothing.
        and abs(position[0]) <= 180
        and abs(position[1]) <= 90
    )


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        """Return a position as a map shows it, without its height, or a list of such however deep."""
        if isinstance(value[0], list):
            return [rounded(part) for part in value]
        return [round(one, DECIMALS) for one in value[:2]]

    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}
