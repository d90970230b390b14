"""The page of an area: what lies in it, its figures, its map."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import number_format

from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.tiers import Tier
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.forms import AreaFilter
from terrace.network.models import Area, ServiceUnit
from terrace.network.views.maps import map_of
from terrace.network.views.trail import trail


@needs(Permission.VIEW)
def area(request: Request, code: str = "") -> HttpResponse:
    """Show an area, the actor's widest own one when none is named, with the areas and units below it."""
    actor = request.actor
    place = queries.area_for(actor, code) if code else queries.home_area(actor)
    form = AreaFilter(request.GET)
    context = {
        "title": in_language(place.names),
        "lead": _lead(place),
        "breadcrumb": trail(actor, place.path),
        "figures": _figures(place),
        "map": map_of(place),
        "units": [(unit, _kind(unit)) for unit in _own_units(place)],
        "has_below": queries.children_of(place.code).exists(),
        **_acts(actor, place),
    }
    if not context["has_below"]:
        return pages.render(request, "network/area.html", context)
    return listing.answer(request, "network/area.html", TABLE, _below(actor, place, form), form, context)


def _below(actor: Actor, place: Area, form: AreaFilter) -> QuerySet[Area]:
    text = form.given().get("text")
    found = queries.search_areas([place.path], text) if text else queries.children_of(place.code)
    return queries.with_counts(found)


def _own_units(place: Area) -> QuerySet[ServiceUnit]:
    return queries.units_under(place.path).filter(area_id=place.code)


def _kind(unit: ServiceUnit) -> str:
    return in_language(current().plan.get(unit.tier).unit)


def _lead(place: Area) -> Text:
    if not place.tier:
        return place.code
    return f"{in_language(current().plan.get(place.tier).area)} · {place.code}"


def _figures(place: Area) -> list[dict[str, Any]]:
    """One figure for each tier from the area's own down: its units, and how many areas they could serve."""
    plan = current().plan
    rank = plan.get(place.tier).rank if place.tier else 1
    units, areas = queries.count_units(place.path), queries.count_areas(place.path)
    return [_figure(place, tier, units, areas) for tier in plan.tiers if tier.rank >= rank]


def _figure(place: Area, tier: Tier, units: Mapping[str, int], areas: Mapping[str, int]) -> dict[str, Any]:
    here = int(place.tier == tier.code)
    return {
        "label": in_language(tier.unit),
        "number": number_format(units.get(tier.code, 0)),
        "unit": "",
        "change": "",
        "trend": "",
        "line": f"{in_language(tier.area)}: {number_format(areas.get(tier.code, 0) + here)}",
        "url": f"{reverse('network:units')}?area={place.code}&tier={tier.code}",
    }


def _acts(actor: Actor, place: Area) -> dict[str, Any]:
    units = {"url": f"{reverse('network:units')}?area={place.code}", "label": _("All units"), "icon": "list"}
    if not place.tier or not actor.may(Permission.MANAGE, place.path):
        return {"primary": None, "actions": [units]}
    found = {"url": reverse("network:unit_new", args=[place.code]), "label": _("Found a unit here"), "icon": "plus"}
    return {"primary": found, "actions": [units]}


def _tier_of(place: Area) -> str:
    return in_language(current().plan.get(place.tier).area) if place.tier else ""


def _present(areas: Sequence[Area]) -> Sequence[Area]:
    return areas


TABLE: Table[Area, Area] = Table(
    name="areas",
    columns=(
        Column("name", _("Place"), lambda place: place.names, Kind.NAMES),
        Column("tier", _("Tier"), _tier_of, sort="tier"),
        Column(
            "areas", _("Places below"), lambda place: getattr(place, "area_count", 0), Kind.NUMBER, sort="area_count"
        ),
        Column("units", _("Units"), lambda place: getattr(place, "unit_count", 0), Kind.NUMBER, sort="unit_count"),
        Column("code", _("Code"), lambda place: place.code, Kind.CODE, sort="code"),
    ),
    present=_present,
    order=("path", "code"),
    empty=Empty(_("Nothing lies below"), _("This is the lowest tier.")),
    url=lambda place: reverse("network:area", args=[place.code]),
)
