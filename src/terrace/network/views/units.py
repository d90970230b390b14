"""The list of units, and the page of one: public information for everybody, the rest for those above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.dates import WEEKDAYS

from terrace.audit import queries as audit
from terrace.http import listing, pages
from terrace.http.access import needs, public
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.clock import now
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Names, Text, _, in_context, in_language, one_by_one
from terrace.network import queries
from terrace.network.domain import Permission, Service
from terrace.network.domain.hours import is_open, week
from terrace.network.forms import UnitFilter
from terrace.network.models import ServiceUnit
from terrace.network.views.trail import trail


@dataclass(frozen=True, slots=True)
class Card:
    """A unit with the name of its place."""

    unit: ServiceUnit
    place: Names

    @property
    def kind(self) -> Names:
        """What its tier calls such a unit."""
        return current().plan.get(self.unit.tier).unit

    @property
    def services(self) -> str:
        """What it does, in words."""
        return one_by_one(Service(service).label for service in self.unit.services)

    @property
    def phone(self) -> str:
        """Its number as people write it."""
        return show_phone(self.unit.phone, current().region)

    @property
    def state(self) -> Text:
        """Whether it still works."""
        return in_context("a service unit", "Open") if self.unit.is_open else _("Closed")


@dataclass(frozen=True, slots=True)
class HoursOfDay:
    """One day of the week as the page shows it."""

    name: str
    periods: tuple[str, ...]
    is_today: bool


@needs(Permission.VIEW)
def units(request: Request) -> HttpResponse:
    """List the units below the actor's posts."""
    form = UnitFilter(request.GET)
    place = queries.areas_by_code([form.given().get("area", "")])
    context = {
        "title": _("Service units"),
        "lead": ", ".join(in_language(area.names) for area in place.values()),
        "primary": None,
        "actions": [{"url": reverse("network:area"), "label": _("Areas and map"), "icon": "map"}],
    }
    return listing.answer(
        request, "pages/list.html", TABLE, form.narrow(queries.overseen_by(request.actor)), form, context
    )


@public
def unit(request: Request, number: str) -> HttpResponse:
    """Show one unit: when it is open, what it does, how to reach it; its history to those above it."""
    found = queries.get_unit(request.actor, number)
    moment = now().astimezone(ZoneInfo(current().time_zone))
    oversees = request.actor.may(Permission.VIEW, found.area_path)
    context = {
        "layout": "layouts/workspace.html" if request.actor.is_known else "layouts/public.html",
        "title": in_language(found.names),
        "lead": in_language(current().plan.get(found.tier).unit),
        "breadcrumb": trail(request.actor, found.area_path, (in_language(found.names), "")),
        "unit": found,
        "is_open_now": found.is_open and is_open(found.opening_hours, moment.isoweekday(), moment.time()),
        "hours": hours_of(found, moment.isoweekday()),
        "services": [Service(service).label for service in found.services],
        "phone": show_phone(found.phone, current().region),
        "point": found.point,
        "people_url": f"{reverse('accounts:people')}?unit={found.number}"
        if request.actor.may(Permission.MANAGE, found.area_path)
        else "",
        "history": audit.history_of(found) if oversees else [],
        **_acts(request.actor, found),
    }
    return pages.render(request, "network/unit.html", context)


def hours_of(found: ServiceUnit, today: int) -> list[HoursOfDay]:
    """Return the unit's week, Monday first."""
    return [
        HoursOfDay(
            str(WEEKDAYS[day.number - 1]),
            tuple(f"{period.opens:%H:%M}–{period.closes:%H:%M}" for period in day.periods),
            day.number == today,
        )
        for day in week(found.opening_hours)
    ]


def _acts(actor: Actor, found: ServiceUnit) -> dict[str, Any]:
    if not found.is_open or not actor.may(Permission.MANAGE, found.area_path):
        return {"primary": None, "actions": []}
    return {
        "primary": {"url": reverse("network:unit_change", args=[found.number]), "label": _("Change"), "icon": "edit"},
        "actions": [
            {
                "url": reverse("network:unit_place", args=[found.number]),
                "label": _("Place on the map"),
                "icon": "map-pin",
            },
            {"url": reverse("network:unit_close", args=[found.number]), "label": _("Close"), "icon": "x"},
        ],
    }


def cards(found: Sequence[ServiceUnit]) -> list[Card]:
    """Return the units with the names of their places, in one look-up."""
    places = queries.names_of(unit.area_id for unit in found)
    return [Card(unit, places[unit.area_id]) for unit in found]


TABLE: Table[ServiceUnit, Card] = Table(
    name="units",
    columns=(
        Column("name", _("Unit"), lambda card: card.unit.names, Kind.NAMES, sort="search"),
        Column("tier", _("Tier"), lambda card: card.kind, Kind.NAMES, sort="tier"),
        Column("place", _("Place"), lambda card: card.place, Kind.NAMES, sort="area_path"),
        Column("services", _("Services"), lambda card: len(card.unit.services), Kind.NUMBER),
        Column(
            "phone",
            _("Telephone"),
            lambda card: card.phone,
            Kind.PHONE,
            url=lambda card: f"tel:{card.unit.phone}" if card.unit.phone else "",
        ),
        Column(
            "state",
            _("State"),
            lambda card: card.state,
            Kind.BADGE,
            tone=lambda card: "good" if card.unit.is_open else "neutral",
        ),
        Column("number", _("Number"), lambda card: card.unit.number, Kind.CODE, sort="number"),
        Column("service_names", _("What it does"), lambda card: card.services, sheet_only=True),
    ),
    present=cards,
    order=("area_path", "id"),
    empty=Empty(
        _("No units yet"),
        _("Bureaus, centres, stations and points appear here as soon as they are founded."),
        illustration="no-people",
    ),
    url=lambda card: reverse("network:unit", args=[card.unit.number]),
)
