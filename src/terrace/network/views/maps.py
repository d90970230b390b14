"""Maps: outlines and units as GeoJSON, small and kept by the browser for a while, and the table that says the same."""

import json
from collections.abc import Iterable
from hashlib import sha256
from math import cos, pi, radians, sin, sqrt
from typing import Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag

from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Cell, Head, Small, plain
from terrace.kernel.deployment import current
from terrace.kernel.words import _, in_language
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.models import Area, ServiceUnit

KEPT_SECONDS = 300
TIERS_SHOWN = 3
"""A map shows units of the area's own tier and the two below: a prefecture's villages are too many for one look."""
MOST_ROWS = 400
DECIMALS = 5
SPREAD_DEGREES = 0.004
"""Some 400 m: how far apart units are drawn that stand at one point because nobody placed them yet."""
GOLDEN_ANGLE = pi * (3 - sqrt(5))


@needs(Permission.VIEW)
def outlines(request: Request, code: str) -> HttpResponse:
    """Answer with the outlines that a map of the area is drawn on, each with its number of units."""
    place = queries.area_for(request.actor, code)
    is_plain = "plain" in request.GET
    features = [_outline(request, area, is_plain) for area in queries.outlines_for(place)]
    return _geojson(request, features)


@needs(Permission.VIEW)
def markers(request: Request, code: str) -> HttpResponse:
    """Answer with the area's open units of its own tier and the two below as points."""
    place = queries.area_for(request.actor, code)
    return _geojson(request, _spread(queries.markers_for(place, _tiers_shown(place))))


def map_of(place: Area) -> dict[str, Any] | None:
    """Return what components/map.html wants for a map of the area, None where no outline is known."""
    outlined = queries.outlines_for(place)
    if not outlined:
        return None
    units = list(queries.markers_for(place, _tiers_shown(place))[: MOST_ROWS + 1])
    has_areas = outlined[0].parent_id == place.code
    return {
        "title": _("Service units of %(place)s") % {"place": in_language(place.names)},
        "outlines": reverse("network:outlines", args=[place.code]),
        "units": reverse("network:markers", args=[place.code]),
        "unit": _("units"),
        "counts": has_areas,
        "marks": _marks(units),
        "tables": [*([_counts_table(outlined)] if has_areas else []), _units_table(units[:MOST_ROWS])],
        "rest": f"{reverse('network:units')}?area={place.code}" if len(units) > MOST_ROWS else "",
    }


def place_map(area: Area, title: str) -> dict[str, Any] | None:
    """Return a map on which a point can be picked, None where no outline is known."""
    known = map_of(area)
    plain = {"outlines": f"{known['outlines']}?plain", "unit": "", "counts": False} if known else {}
    return known and {**known, **plain, "title": title, "pick": True}


def _counts_table(outlined: Iterable[Area]) -> Small:
    rows = [[(in_language(area.names), _url(area)), (str(_unit_count(area)), "")] for area in outlined]
    return Small(_("Units by area"), (Head(_("Place")), Head(_("Units"), True)), rows)


def _units_table(units: Iterable[ServiceUnit]) -> Small:
    heads = (Head(_("Unit")), Head(_("Tier")), Head(_("Latitude"), True), Head(_("Longitude"), True))
    rows = [[(in_language(unit.names), _unit_url(unit)), (_kind(unit), ""), *_degrees(unit)] for unit in units]
    return Small(_("Units"), heads, rows)


def _marks(units: Iterable[ServiceUnit]) -> list[tuple[int, str]]:
    """Return the looks of the units' marks and what they mean, from the highest tier down."""
    shown = {unit.tier for unit in units}
    return [(tier.rank, in_language(tier.unit)) for tier in current().plan.tiers if tier.code in shown]


def _degrees(unit: ServiceUnit) -> list[Cell]:
    latitude, longitude = _shown(unit)
    return plain(f"{latitude:.3f}", f"{longitude:.3f}")


def _tiers_shown(place: Area) -> list[str]:
    plan = current().plan
    rank = plan.get(place.tier).rank if place.tier else 1
    return [tier.code for tier in plan.tiers if rank <= tier.rank < rank + TIERS_SHOWN]


def _outline(request: Request, area: Area, is_plain: bool) -> dict[str, Any]:
    may_open = request.actor.may(Permission.VIEW, area.path) and not is_plain
    properties: dict[str, Any] = {
        "code": area.code,
        "name": in_language(area.names),
        "url": _url(area) if may_open else "",
    }
    if may_open:
        properties["value"] = _unit_count(area)
    return {"type": "Feature", "properties": properties, "geometry": area.outline.geometry}


def _spread(units: Iterable[ServiceUnit]) -> list[dict[str, Any]]:
    """Draw units without a point of their own in a spiral around their area's, so that each can be reached."""
    turns: dict[tuple[float, float], int] = {}
    features = []
    for unit in units:
        latitude, longitude = _shown(unit)
        if unit.point is None:
            turn = turns.get((latitude, longitude), 0)
            turns[latitude, longitude] = turn + 1
            reach = SPREAD_DEGREES * sqrt(turn)
            latitude, longitude = (
                latitude + reach * sin(turn * GOLDEN_ANGLE),
                longitude + reach * cos(turn * GOLDEN_ANGLE) / max(0.2, cos(radians(latitude))),
            )
        features.append(_marker(unit, latitude, longitude))
    return features


def _marker(unit: ServiceUnit, latitude: float, longitude: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(longitude, DECIMALS), round(latitude, DECIMALS)]},
        "properties": {
            "name": in_language(unit.names),
            "kind": _kind(unit),
            "url": _unit_url(unit),
            "tier": current().plan.get(unit.tier).rank,
            "placed": unit.point is not None,
        },
    }


def _shown(unit: ServiceUnit) -> tuple[float, float]:
    """Where `markers_for` found that the unit, or else its area, stands."""
    found: Any = unit  # with the two columns that the query added
    return found.shown_latitude, found.shown_longitude


def _unit_count(area: Area) -> int:
    """The number that `outlines_for` counted."""
    return int(getattr(area, "unit_count", 0))


def _kind(unit: ServiceUnit) -> str:
    return in_language(current().plan.get(unit.tier).unit)


def _url(area: Area) -> str:
    return reverse("network:area", args=[area.code])


def _unit_url(unit: ServiceUnit) -> str:
    return reverse("network:unit", args=[unit.number])


def _geojson(request: Request, features: list[dict[str, Any]]) -> HttpResponse:
    """Answer so that a browser asks again after five minutes, and gets nothing when nothing changed."""
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    etag = quote_etag(sha256(body.encode()).hexdigest()[:32])
    response = HttpResponse(body, content_type="application/geo+json", headers={"ETag": etag})
    patch_cache_control(response, private=True, max_age=KEPT_SECONDS)
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))
