"""The pages of plans of a day: the list, a new one, how far the search is, the plan itself, two of them compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import Names, Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.roads import RoadSource
from terrace.logistics.domain.routing import Measures
from terrace.logistics.domain.routing.by_hand import NAME as BY_HAND
from terrace.logistics.forms.plans import PlanFilter, PlanForm
from terrace.logistics.models import DayPlan, Vehicle
from terrace.logistics.views.plan_cards import TONES, bases_of, cards_of, hours, kilometres
from terrace.logistics.views.plan_driven import driven_of
from terrace.logistics.views.units import as_choices, own_centres
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list, with its centre and its figures, None before the first was found."""

    plan: DayPlan
    unit: Names
    figures: Measures | None


@needs(Permission.DISPATCH)
def plans(request: Request) -> HttpResponse:
    """List the plans of the reader's centres, the latest day first."""
    form, new = PlanFilter(request.GET), reverse("logistics:plan_new")
    context = {
        "title": _("Plans of days"),
        "lead": _("Who drives where with what, worked out for a whole day. An approved plan becomes tours."),
        "primary": {"url": new, "label": _("Plan a day"), "icon": "plus"},
        "actions": [
            {"url": reverse("logistics:costs"), "label": _("What carrying costs"), "icon": "coin"},
            {"url": reverse("logistics:planning_rules"), "label": _("How days are reckoned"), "icon": "settings"},
            {"url": reverse("logistics:approaches"), "label": _("Ways to the units"), "icon": "map"},
            {"url": reverse("logistics:roads"), "label": _("Roads"), "icon": "route"},
        ],
    }
    rows = form.narrow(queries.plans_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(new), rows, form, context)


@needs(Permission.DISPATCH)
def new(request: Request) -> HttpResponse:
    """Have a day planned."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    form = PlanForm(pages.sent(request), units=as_choices(centres), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            unit_id = next(unit.pk for unit in centres if unit.number == form.values["unit"])
            plan = services.begin_plan(by=request.actor, unit_id=unit_id, given=form.given())
            return redirect("logistics:plan", plan.number)
    context = {
        "title": _("Plan a day"),
        "lead": _("All that waits and rides on no tour yet, with all vehicles that are free on that day."),
        "form": form,
        "submit_label": _("Plan it"),
        "cancel_url": reverse("logistics:plans"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.DISPATCH)
def plan(request: Request, number: str) -> HttpResponse:
    """Show a plan: how far the search is, what it found, what is wrong with it, and what can be done."""
    found = queries.get_plan(request.actor, number)
    state, url = found.standing, reverse("logistics:plan", args=[number])
    is_searching = state is PlanState.SEARCHING
    context = {
        "title": _("Plan for %(day)s") % {"day": written.localdate(found.on)},
        "lead": found.note,
        "breadcrumb": [(_("Plans of days"), reverse("logistics:plans")), (found.number, "")],
        "plan": found,
        "state": state,
        "url": url if is_searching else "",
        "is_silent": found.is_silent(clock.now()),
        "passed": min(found.seconds, int((clock.now() - found.began_at).total_seconds())) if is_searching else 0,
        "figures": figures_of(found),
        "primary": _way(found, "plan_approve", _("Approve"), "check") if _can_be_driven(found) else None,
        "actions": _actions(found),
    }
    if request.htmx.target and request.htmx.target.endswith("plan"):
        if not is_searching:
            return redirect("logistics:plan", number)
        return pages.render(request, "logistics/plan.html", context, fragment="plan")
    context |= {
        "facts": _facts(found),
        "cards": cards_of(found, vehicles_of(found)),
        "map": _map(found),
        "driven": driven_of(found),
        "changes": state.is_open,
    }
    return pages.render(request, "logistics/plan.html", context)


@needs(Permission.DISPATCH)
def lines(request: Request, number: str) -> JsonResponse:
    """Answer with the routes of a plan as GeoJSON lines, from stop to stop as the crow flies."""
    found = queries.get_plan(request.actor, number)
    at = services.places_of(found.places)
    errands, vehicles, problem = found.jobs, vehicles_of(found), found.problem
    features = []
    for place, route in enumerate(found.plan.routes):
        begins, *again, ends = [found.places[problem.depots[one].place] for one in bases_of(problem, route)]
        trips = [[errands[job].unit_id for job in trip.jobs] for trip in route.trips]
        halts = [
            begins,
            *trips[0],
            *(pk for one, trip in zip(again, trips[1:], strict=True) for pk in (one, *trip)),
            ends,
        ]
        points = [[at[unit_id].longitude, at[unit_id].latitude] for unit_id in halts if unit_id in at]
        vehicle = vehicles[found.fleet[route.vehicle]]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": points},
                "properties": {"name": vehicle.plate, "tone": place % TONES + 1, "anchor": f"route-{route.vehicle}"},
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


def vehicles_of(found: DayPlan) -> dict[int, Vehicle]:
    """Return the vehicles of a plan by their ids."""
    return {vehicle.pk: vehicle for vehicle in Vehicle.objects.filter(pk__in=found.fleet)}


def figures_of(found: DayPlan) -> list[dict[str, object]]:
    """Return what a plan comes to, as `components/figures.html` draws it; nothing before the first was found."""
    told, cost = found.figures, found.cost
    if told is None or cost is None:
        return []
    return [
        figure(_("Vehicles"), written.number(told.vehicles)),
        figure(_("Way"), str(kilometres(told.distance))),
        figure(_("Hours"), hours(told.duration)),
        figure(_("Cost"), written.money(cost)),
    ]


def figure(label: Text, number: str) -> dict[str, object]:
    """Return a number as `components/figure.html` draws it."""
    return {"label": label, "number": number, "unit": "", "change": "", "trend": "", "line": "", "url": ""}


def _can_be_driven(found: DayPlan) -> bool:
    return found.standing is PlanState.READY and found.tried.is_real


def _tried(found: DayPlan) -> str:
    """Return what a plan tries out, in words."""
    tried, plates = found.tried, {pk: str(one) for pk, one in vehicles_of(found).items()}
    said: list[Text] = []
    if tried.without:
        gone = Vehicle.objects.filter(pk__in=tried.without).order_by("plate").values_list("plate", flat=True)
        said.append(_("without %(vehicles)s") % {"vehicles": ", ".join(gone)})
    if tried.more and tried.more_like is not None:
        like = {"count": tried.more, "vehicle": plates.get(tried.more_like, "")}
        said.append(_("%(count)d more like %(vehicle)s") % like)
    if tried.yard_id:
        yard = network.units_by_id([tried.yard_id])[tried.yard_id]
        said.append(_("from %(unit)s") % {"unit": in_language(yard.names)})
    if tried.is_separate:
        said.append(_("separate tours"))
    return "; ".join(str(one) for one in said)


def _facts(found: DayPlan) -> list[tuple[Text, str, object]]:
    told = found.figures
    facts: list[tuple[Text, str, object]] = [
        (_("Day"), "date", found.on),
        (_("Centre"), "names", found.unit.names),
        (_("Distances"), "text", RoadSource(found.roads_source).label),
        (_("Begun"), "datetime", found.began_at),
    ]
    if found.roads_told:
        facts.append((_("About the distances"), "text", found.roads_told))
    if found.hindered:
        facts.append((_("Closed and slow roads"), "text", "; ".join(found.hindered)))
    if found.stations:
        told_from = [in_language(one.names) for one in _stations(found)]
        facts.append((_("Rounds from"), "text", ", ".join(told_from)))
    if not found.tried.is_real:
        facts.append((_("Tried out"), "text", _tried(found)))
    if told is not None:
        facts += [(_("Overtime"), "text", hours(told.overtime)), (_("Found by"), "text", _finder(found))]
    return facts


def _stations(found: DayPlan) -> list[ServiceUnit]:
    """Return the stations from which rounds go."""
    depots = found.problem.depots
    ids = [found.places[depots[one.depot].place] for one in found.rounds_from]
    units = network.units_by_id(ids)
    return [units[pk] for pk in ids]


def _finder(found: DayPlan) -> Text:
    """Return who found a plan: an engine by its name, or the rule that is there before them."""
    return _("A simple rule: from each stop to the nearest") if found.engine == BY_HAND else found.engine


def _actions(found: DayPlan) -> list[dict[str, object]]:
    if found.standing in (PlanState.APPROVED, PlanState.DROPPED):
        return []
    drop = _way(found, "plan_drop", _("Drop it"), "x")
    if found.standing is PlanState.SEARCHING:
        return [drop]
    tried = _way(found, "plan_try", _("Try something out"), "adjustments-horizontal")
    again = _way(found, "plan_search", _("Search again"), "refresh")
    return [again, tried, _way(found, "plan_compare", _("Compare"), "arrows-exchange"), drop]


def _way(found: DayPlan, route: str, label: Text, icon: str) -> dict[str, object]:
    return {"url": reverse(f"logistics:{route}", args=[found.number]), "label": label, "icon": icon}


def _map(found: DayPlan) -> dict[str, object] | None:
    """Return the plan on the outlines of the centre's area, None before there is one."""
    if not found.routes:
        return None
    area = network.units_by_id([found.unit_id])[found.unit_id].area_id
    return {
        "title": _("The tours on the map"),
        "outlines": reverse("network:outlines", args=[area]),
        "units": reverse("network:markers", args=[area]),
        "lines": reverse("logistics:plan_lines", args=[found.number]),
        "unit": "",
    }


def _table(new_url: str) -> Table[DayPlan, PlanRow]:
    columns: tuple[Column[PlanRow], ...] = (
        Column("number", _("Number"), lambda row: row.plan.number, Kind.CODE, sort="number"),
        Column("on", _("Day"), lambda row: row.plan.on, Kind.DATE, sort="on"),
        Column(
            "state",
            _("State"),
            lambda row: row.plan.standing,
            Kind.BADGE,
            sort="state",
            tone=lambda row: row.plan.standing.tone,
        ),
        Column("note", _("Note"), lambda row: row.plan.note),
        Column("vehicles", _("Vehicles"), lambda row: row.figures.vehicles if row.figures else None, Kind.NUMBER),
        Column("way", _("Way"), lambda row: str(kilometres(row.figures.distance)) if row.figures else ""),
        Column("cost", _("Cost"), lambda row: row.plan.cost, Kind.MONEY),
        Column("unit", _("Centre"), lambda row: row.unit, Kind.NAMES),
    )
    return Table(
        name="plans",
        columns=columns,
        present=_rows,
        order=("-on", "-id"),
        empty=Empty(
            _("No plans yet"),
            _("Have a day planned: the engines find out who drives where, and you approve it."),
            new_url,
            _("Plan a day"),
        ),
        url=lambda row: reverse("logistics:plan", args=[row.plan.number]),
        most_counted=10_000,
    )


def _rows(rows: Sequence[DayPlan]) -> list[PlanRow]:
    units = network.units_by_id({row.unit_id for row in rows})
    return [PlanRow(row, units[row.unit_id].names, row.figures) for row in rows]
