"""Where goods come from, on a sketch map: the counties around, and a mark at the place. For everybody."""

import json
from hashlib import sha256
from typing import Any, cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from terrace.http.access import public
from terrace.http.request import Request
from terrace.http.small_tables import Head, Small, plain
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _, in_language
from terrace.market import queries
from terrace.market.models import Offer
from terrace.network import queries as network
from terrace.network.models import Area

KEPT_SECONDS = 3_600
DECIMALS = 3
"""Some 100 m: the village, and nobody's house."""


def origin_map(offer: Offer) -> dict[str, Any] | None:
    """Return what components/map.html wants, None where no outline or no point is known."""
    place = network.get_area(offer.area_id)
    if place.point is None or not network.outlines_for(network.top_area()):
        return None
    return {
        "title": _("Where it comes from"),
        "outlines": reverse("market:goods_outlines", args=[offer.number]),
        "units": reverse("market:goods_place", args=[offer.number]),
        "unit": "",
        "tables": [_table(place)],
    }


@require_safe
@public
def outlines(request: Request, number: str) -> HttpResponse:
    """Answer with the outlines of the counties, the one that the goods come from marked by a value."""
    offer = queries.get_public_offer(number)
    features = [_outline(area, offer) for area in network.outlines_for(network.top_area())]
    return _geojson(request, features)


@require_safe
@public
def place(request: Request, number: str) -> HttpResponse:
    """Answer with the place that the goods come from as one point."""
    found = network.get_area(queries.get_public_offer(number).area_id)
    if found.point is None:
        raise NotFound
    at = [round(found.point.longitude, DECIMALS), round(found.point.latitude, DECIMALS)]
    said = {"name": in_language(found.names), "kind": _kind(found), "url": "", "tier": _rank(found), "placed": True}
    point = {"type": "Point", "coordinates": at}
    return _geojson(request, [{"type": "Feature", "geometry": point, "properties": said}])


def _outline(area: Area, offer: Offer) -> dict[str, Any]:
    said: dict[str, Any] = {"code": area.code, "name": in_language(area.names), "url": ""}
    if offer.area_path.startswith(area.path):
        said |= {"value": 1, "text": str(_("it comes from here"))}
    return {"type": "Feature", "properties": said, "geometry": area.outline.geometry}


def _table(place: Area) -> Small:
    """Return the map's twin: the place, and what lies above it."""
    above = [*network.names_above([place.path])[place.path], place.names]
    rows = [plain(in_language(names)) for names in reversed(above)]
    return Small(_("Where it comes from"), (Head(_("Place")),), rows)


def _kind(place: Area) -> str:
    return in_language(current().plan.get(place.tier).area)


def _rank(place: Area) -> int:
    return current().plan.get(place.tier).rank


def _geojson(request: Request, features: list[dict[str, Any]]) -> HttpResponse:
    """Answer so that a browser keeps it for an hour, and gets nothing after that when nothing changed."""
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    etag = quote_etag(sha256(body.encode()).hexdigest()[:32])
    response = HttpResponse(body, content_type="application/geo+json", headers={"ETag": etag})
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return cast(HttpResponse, get_conditional_response(request, etag=etag, response=response))
