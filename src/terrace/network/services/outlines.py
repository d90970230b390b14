"""Importing the outlines that maps are drawn on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.workbooks import RowProblem
from terrace.kernel.actors import EVERYWHERE, Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.models import AreaOutline
from terrace.network.services.areas import RowsRefused

DECIMALS = 4
"""Some 10 m: finer than any screen shows, and half the bytes."""
SHAPES = frozenset({"Polygon", "MultiPolygon"})


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
    problems = [problem for number, one in enumerate(features, 1) for problem in _problems(file, number, one, areas)]
    if problems:
        raise RowsRefused(problems)
    outlines = [AreaOutline(area_id=_code(one), geometry=_rounded(one["geometry"])) for one in features]
    AreaOutline.objects.bulk_create(outlines, update_conflicts=True, unique_fields=["area"], update_fields=["geometry"])
    top = min(areas.values(), key=lambda area: area.path)
    details = {"file": file, "outlines": len(outlines)}
    audit.record(by=by, act="network.import_outlines", subject=top, area_path=top.path, details=details, now=now)
    return len(outlines)


def _code(feature: Any) -> str:
    return str(feature["properties"].get("code", "")) if isinstance(feature, dict) and feature.get("properties") else ""


def _problems(file: str, number: int, feature: Any, areas: Mapping[str, Any]) -> list[RowProblem]:
    if _code(feature) not in areas:
        return [RowProblem(file, number, "code", str(_("There is no area with this code.")))]
    geometry = feature.get("geometry")
    if (
        not isinstance(geometry, dict)
        or geometry.get("type") not in SHAPES
        or not _is_numbers(geometry.get("coordinates"))
    ):
        return [RowProblem(file, number, "geometry", str(_("An outline is a polygon.")))]
    return []


def _is_numbers(coordinates: Any) -> bool:
    if isinstance(coordinates, list):
        return bool(coordinates) and all(_is_numbers(part) for part in coordinates)
    return isinstance(coordinates, int | float)


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        """Return a number, or a list of them however deep, with as many digits as a map shows."""
        return [rounded(part) for part in value] if isinstance(value, list) else round(value, DECIMALS)

    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}
