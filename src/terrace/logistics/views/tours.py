"""The pages of tours: the list, planning one by hand, and its loading list on a page and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.http import listing, pages, typeset, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.forms import (
    AssignForm,
    ChangedTourForm,
    StopForm,
    TourFilter,
    TourForm,
)
from terrace.logistics.models import Tour
from terrace.logistics.views.plan_cards import kilometres
from terrace.logistics.views.riders import Halt, halts_of, listed, waiting_choices
from terrace.logistics.views.units import as_choices, own_centres, units_below, vehicle_choices
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

TONES = {TourStatus.UNDER_WAY: "info", TourStatus.FINISHED: "good", TourStatus.CANCELLED: "neutral"}
MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Card:
    """A tour with the names that belong to it."""

    tour: Tour
    unit: Names
    driver: str

    @property
    def status(self) -> TourStatus:
        """Where it stands."""
        return TourStatus(self.tour.status)


@needs(Permission.VIEW)
def tours(request: Request) -> HttpResponse:
    """List the tours that the reader sees, the latest day first."""
    may, new = request.actor.holds(Permission.DISPATCH), reverse("logistics:tour_new")
    form = TourFilter(request.GET)
    context = {
        "title": _("Tours"),
        "lead": _("Which vehicle drives where on which day, with what."),
        "primary": {"url": new, "label": _("Plan a tour"), "icon": "plus"} if may else None,
    }
    rows = form.narrow(queries.tours_visible_to(request.actor).select_related("vehicle"))
    return listing.answer(request, "pages/list.html", _table(new if may else ""), rows, form, context)


@needs(Permission.DISPATCH)
def plan(request: Request) -> HttpResponse:
    """Plan a tour of the reader's centre."""
    unit = _home(request)
    initial = {"on": clock.today(), "starts_at": MORNING}
    form = TourForm(pages.sent(request), initial=initial, **_crew(request, unit))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            tour = services.plan_tour(by=request.actor, unit_id=unit.pk, given=form.given())
            return redirect("logistics:tour", tour.number)
    context = {
        "title": _("Plan a tour"),
        "lead": _("First who drives what and when; then its stops, and what rides."),
        "form": form,
        "submit_label": _("Plan it"),
        "cancel_url": reverse("logistics:tours"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.DISPATCH)
def change(request: Request, number: str) -> HttpResponse:
    """Change vehicle, driver, day or time of a planned tour."""
    found = queries.get_tour(request.actor, number)
    initial = {
        "version": found.version,
        "vehicle": str(found.vehicle_id),
        "driver": str(found.driver_id),
        "on": found.on,
        "starts_at": found.starts_at,
    }
    unit = network.units_by_id([found.unit_id])[found.unit_id]
    form = ChangedTourForm(pages.sent(request), initial=initial, **_crew(request, unit))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_tour(by=request.actor, tour=found, version=form.values["version"], given=form.given())
            return redirect("logistics:tour", number)
    context = {"title": number, "form": form, "cancel_url": reverse("logistics:tour", args=[number])}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW, Permission.DRIVE)
def tour(request: Request, number: str) -> HttpResponse:
    """Show one tour: its stops in order and what rides; while it is open, for who plans, with what can be changed."""
    found = queries.get_tour(request.actor, number)
    actor, stops, loads = request.actor, queries.stops_of(found), queries.loads_of(found)
    plans = actor.may(Permission.DISPATCH, found.area_path) and TourStatus(found.status).is_open
    card = _cards([found])[0]
    context = {
        "title": found.number,
        "breadcrumb": [way_to_tours(actor), (found.number, "")],
        "actions": _actions(actor, found, plans=plans and found.status == TourStatus.PLANNED),
        "tone": TONES.get(card.status, "neutral"),
        "status_label": card.status.label,
        "facts": _facts(card, queries.heaviest_load(stops, loads)),
        "tour": found,
        "halts": listed(halts_of(found, stops, loads)),
        "leads": actor.holds(Permission.VIEW),
        "first_place": 2 if found.begins_at_id else 1,
        "last_place": len(stops) - (1 if found.ends_at_id else 0),
        "plans": plans,
        "stop_form": _stop_form(found) if plans else None,
        "assign_form": _assign_form(found) if plans else None,
    }
    return pages.render(request, "logistics/tour.html", context)


@needs(Permission.DISPATCH)
def cancel(request: Request, number: str) -> HttpResponse:
    """Ask once, then give up a tour that has not left."""
    found = queries.get_tour(request.actor, number)
    question = Question(
        title=_("Cancel tour %(number)s?") % {"number": number},
        text=_("What was to ride waits again, for another tour."),
        submit_label=_("Cancel it"),
        cancel_url=reverse("logistics:tour", args=[number]),
    )
    return confirm_version(request, found, question, partial(services.cancel_tour, by=request.actor, tour=found))


@needs(Permission.VIEW, Permission.DRIVE)
def loading_list(request: Request, number: str) -> HttpResponse:
    """Print the loading list: what is taken and dropped at each stop, to be ticked off by hand."""
    found = queries.get_tour(request.actor, number)
    card = _cards([found])[0]
    halts = listed(halts_of(found, queries.stops_of(found), queries.loads_of(found)))
    data = {
        "title": str(_("Loading list")),
        "number": found.number,
        "facts": [
            [str(_("Day")), written.localdate(found.on)],
            [str(_("Leaves at")), f"{found.starts_at:%H:%M}"],
            [str(_("Vehicle")), found.vehicle.plate],
            [str(_("Driver")), card.driver],
            [str(_("Centre")), in_language(card.unit)],
        ],
        "take": str(_("Take")),
        "drop": str(_("Drop")),
        "nothing": str(_("nothing")),
        "halts": [_printed(halt) for halt in halts],
        "signature": str(_("Signature")),
    }
    return typeset.answer(f"loading-{found.number}", "logistics/loading_list.typ", data)


def way_to_tours(actor: Actor) -> tuple[Text, str]:
    """Return where a tour's page leads back to: the list for who sees it, for a driver the own tours."""
    if actor.holds(Permission.VIEW):
        return _("Tours"), reverse("logistics:tours")
    return _("My tours"), reverse("logistics:my_tours")


def _facts(card: Card, most_grams: int) -> list[tuple[Text, str, object]]:
    found = card.tour
    return [
        (_("Day"), "date", found.on),
        (_("Leaves at"), "text", f"{found.starts_at:%H:%M}"),
        (_("Vehicle"), "text", f"{found.vehicle.plate} {found.vehicle.label}".strip()),
        (_("Driver"), "text", card.driver),
        (_("Centre"), "names", card.unit),
        (_("Most at once"), "quantity", Quantity(most_grams, Unit.KILOGRAM)),
        (_("Carries"), "quantity", Quantity(found.vehicle.capacity_grams, Unit.KILOGRAM)),
        (_("Set out") if found.begins_at_id else _("Left the yard"), "datetime", found.started_at),
        (_("Came home"), "datetime", found.finished_at),
        *_costs(found),
    ]


def _costs(found: Tour) -> list[tuple[Text, str, object]]:
    """Return what a tour cost, once it was reckoned."""
    cost = queries.cost_of_tour(found)
    if cost is None:
        return []
    way = _("Way driven") if cost.is_driven else _("Way by plan")
    return [(way, "text", kilometres(cost.metres)), (_("Cost"), "money", cost.total)]


def _stop_form(found: Tour) -> StopForm:
    return StopForm(initial={"version": found.version}, units=as_choices(units_below(found.area_path)))


def _assign_form(found: Tour) -> AssignForm | None:
    waiting = waiting_choices(queries.waiting_for(found))
    return AssignForm(initial={"version": found.version}, waiting=waiting) if waiting else None


def _actions(actor: Actor, found: Tour, *, plans: bool) -> list[dict[str, object]]:
    def way(route: str, label: Text, icon: str) -> dict[str, object]:
        return {"url": reverse(f"logistics:{route}", args=[found.number]), "label": label, "icon": icon}

    papers = [way("loading_list", _("Loading list"), "printer"), way("manifest", _("Manifest"), "printer")]
    if plan := queries.plan_number_of(actor, found):
        papers.append({"url": reverse("logistics:plan", args=[plan]), "label": _("The day's plan"), "icon": "calendar"})
    if found.started_at is not None and queries.may_see_track(actor, found):
        papers = [way("driven", _("Planned and driven"), "route"), *papers]
    if found.status == TourStatus.UNDER_WAY and actor.may(Permission.DISPATCH, found.area_path):
        again = way("tour_replan", _("Plan anew what is left"), "route")
        return [*papers, again, way("tour_relieve", _("Another vehicle goes on"), "refresh")]
    if not plans:
        return papers
    return [*papers, way("tour_change", _("Change"), "edit"), way("tour_cancel", _("Cancel it"), "x")]


def _home(request: Request) -> ServiceUnit:
    centres = own_centres(request.actor, Permission.DISPATCH)
    if not centres:
        raise NotFound
    wanted = request.GET.get("unit", "")
    return next((unit for unit in centres if unit.number == wanted), centres[0])


def _crew(request: Request, unit: ServiceUnit) -> dict[str, Any]:
    vehicles = queries.vehicles_visible_to(request.actor).filter(unit=unit, is_active=True)
    vehicles = vehicles.order_by(F("begins_at").asc(nulls_first=True), "plate")
    drivers = accounts.people_by_id(accounts.holders_of(Permission.DRIVE, unit.area_path, clock.today()))
    choices = [(str(person.pk), person.name) for person in sorted(drivers.values(), key=lambda one: (one.name, one.pk))]
    return {"vehicles": vehicle_choices(vehicles), "drivers": choices}


def _printed(halt: Halt) -> dict[str, object]:
    def lines(riders: Sequence[Any]) -> list[list[str]]:
        return [[rider.number, str(rider.kind), written.quantity(rider.weight)] for rider in riders]

    at = halt.stop.planned_at if halt.stop else None
    return {
        "name": halt.name,
        "place": halt.stop.place if halt.stop else "",
        "at": f"{at:%H:%M}" if at else "",
        "takes": lines(halt.takes),
        "drops": lines(halt.drops),
    }


def _table(new: str) -> Table[Tour, Card]:
    columns: tuple[Column[Card], ...] = (
        Column("number", _("Number"), lambda card: card.tour.number, Kind.CODE, sort="number"),
        Column("on", _("Day"), lambda card: card.tour.on, Kind.DATE, sort="on"),
        Column(
            "status",
            _("State"),
            lambda card: card.status,
            Kind.BADGE,
            sort="status",
            tone=lambda card: TONES.get(card.status, "neutral"),
        ),
        Column("vehicle", _("Vehicle"), lambda card: card.tour.vehicle.plate),
        Column("driver", _("Driver"), lambda card: card.driver),
        Column("unit", _("Centre"), lambda card: card.unit, Kind.NAMES),
    )
    return Table(
        name="tours",
        columns=columns,
        present=_cards,
        order=("-on", "-id"),
        empty=Empty(
            _("No tours yet"),
            _("Plan one: who drives what, where it stops, and what rides."),
            new,
            _("Plan a tour") if new else "",
        ),
        url=lambda card: reverse("logistics:tour", args=[card.tour.number]),
        most_counted=10_000,
    )


def _cards(rows: Sequence[Tour]) -> list[Card]:
    units = network.units_by_id({row.unit_id for row in rows})
    people = accounts.people_by_id({row.driver_id for row in rows})
    return [Card(row, units[row.unit_id].names, people[row.driver_id].name) for row in rows]
