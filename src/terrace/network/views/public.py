"""Finding the nearest service point, for everybody."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.clock import now
from terrace.kernel.deployment import current
from terrace.kernel.words import Names, _
from terrace.network import queries
from terrace.network.domain.hours import is_open
from terrace.network.forms import AreaFilter
from terrace.network.models import Area, ServiceUnit
from terrace.network.views.units import Card, cards

MOST_FOUND = 20
FIRST_TIERS = 2
"""Without a search, the units of the upper tiers are shown: those that every visitor can reach by telephone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit that serves the place somebody looks for, and where that place lies."""

    card: Card
    above: tuple[Names, ...]
    sought: Names | None
    is_open_now: bool


@public
def public_units(request: Request) -> HttpResponse:
    """Show the units that serve the places of a name; what lies above tells places of the same name apart."""
    form = AreaFilter(request.GET)
    text = form.given().get("text", "")
    found = _serving(text) if text else _upper()
    context = {
        "title": _("Find a service point"),
        "form": form,
        "text": text,
        "found": found[:MOST_FOUND],
        "is_cut": len(found) > MOST_FOUND,
    }
    return pages.render(request, "network/public_units.html", context, fragment="found")


def _serving(text: str) -> list[Found]:
    places = list(queries.search_areas([queries.root_path()], text)[: MOST_FOUND + 1])
    units = queries.units_serving(place.path for place in places)
    return _found([(units[place.path], place) for place in places if place.path in units])


def _upper() -> list[Found]:
    tiers = [tier.code for tier in current().plan.tiers[:FIRST_TIERS]]
    units = queries.units_under(queries.root_path()).filter(tier__in=tiers)[:MOST_FOUND]
    return _found([(unit, None) for unit in units])


def _found(pairs: list[tuple[ServiceUnit, Area | None]]) -> list[Found]:
    paths = [place.path if place else unit.area_path for unit, place in pairs]
    names = queries.names_above(paths)
    moment = now().astimezone(ZoneInfo(current().time_zone))
    shown = cards([unit for unit, _place in pairs])
    return [
        Found(
            card,
            tuple(names[path]),
            place.names if place and place.path != unit.area_path else None,
            is_open(unit.opening_hours, moment.isoweekday(), moment.time()),
        )
        for card, path, (unit, place) in zip(shown, paths, pairs, strict=True)
    ]
