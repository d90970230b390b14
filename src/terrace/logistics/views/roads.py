"""Roads: where distances come from, what is closed or slow, and recording it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.http.small_tables import Head, Small, plain
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.roads import USUAL, RoadSource
from terrace.logistics.forms.roads import BetweenForm, NearForm
from terrace.logistics.models import RoadCondition
from terrace.logistics.views.units import as_choices, own_centres, units_below
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

MARK = 3
"""How a closed or slow place looks on the map: as units of this tier do."""


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """What is closed or slow, with where in words and whether it holds today."""

    row: RoadCondition
    where: str
    holds: bool

    @property
    def state(self) -> Text:
        """Whether it holds today."""
        return _("now") if self.holds else _("to come")

    @property
    def what(self) -> Text:
        """What it does to the roads."""
        told = _("%(pace)d %% of the speed") % {"pace": self.row.pace_percent}
        return _("Closed") if self.row.is_closed else told


@needs(Permission.DISPATCH)
def roads(request: Request) -> HttpResponse:
    """Show from where distances are, what is closed or slow and will be, and how roads of townships are."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    context = {
        "title": _("Roads"),
        "lead": _("What plans of days reckon with. Days that are planned already stay as they are."),
        "primary": {"url": reverse("logistics:condition_near"), "label": _("A road is closed or slow"), "icon": "plus"},
        "actions": [
            {"url": reverse("logistics:condition_between"), "label": _("Between two townships"), "icon": "route"},
            {"url": reverse("logistics:road_network"), "label": _("Upload the road network"), "icon": "upload"},
        ],
        "sources": _sources(centres),
        "networks": _networks(request.actor),
        "townships": _townships(request.actor),
        "usual": USUAL,
        "map": _map(centres),
        "breadcrumb": [(_("Plans of days"), reverse("logistics:plans")), (_("Roads"), "")],
    }
    rows = queries.not_over(queries.conditions_visible_to(request.actor), clock.today())
    return listing.answer(request, "logistics/roads.html", _table(), rows, FilterForm(request.GET), context)


@needs(Permission.DISPATCH)
def marks(request: Request) -> JsonResponse:
    """Answer with the places that are closed or slow as GeoJSON points."""
    rows = queries.not_over(queries.conditions_visible_to(request.actor), clock.today())
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.row.longitude, one.row.latitude]},
            "properties": {"name": one.row.reason, "kind": str(one.what), "url": _end_url(one), "tier": MARK},
        }
        for one in _rows(list(rows.filter(latitude__isnull=False)))
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@needs(Permission.DISPATCH)
def near(request: Request) -> HttpResponse:
    """Record that roads near a place are closed or slow."""
    centres = _centres(request.actor)
    units = [unit for centre in centres for unit in [centre, *units_below(centre.area_path)]]
    form = NearForm(
        pages.sent(request),
        centres=as_choices(centres),
        units=as_choices(units),
        initial={"from_on": clock.today(), "centre": centres[0].number},
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            ids = {unit.number: unit.pk for unit in units}
            centre_id = ids[form.values["centre"]]
            services.add_condition(by=request.actor, centre_id=centre_id, given=form.given(ids))
            return redirect("logistics:roads")
    return _form(request, form, _("A road is closed or slow near a place"), _map(centres, picks=True))


@needs(Permission.DISPATCH)
def between(request: Request) -> HttpResponse:
    """Record that roads between two areas are closed or slow."""
    centres = _centres(request.actor)
    areas = [area for centre in centres for area in network.children_of(centre.area_id)]
    form = BetweenForm(
        pages.sent(request),
        centres=as_choices(centres),
        areas=[(area.code, str(area)) for area in areas],
        initial={"from_on": clock.today(), "centre": centres[0].number},
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            centre = next(one for one in centres if one.number == form.values["centre"])
            services.add_condition(by=request.actor, centre_id=centre.pk, given=form.given())
            return redirect("logistics:roads")
    return _form(request, form, _("Roads between two townships are closed or slow"), None)


@needs(Permission.DISPATCH)
def end(request: Request, condition_id: int) -> HttpResponse:
    """Ask once, then say that a road is as usual again."""
    found = queries.get_condition(request.actor, condition_id)
    question = Question(
        title=_("Is this road as usual again?"),
        text=found.hindrance.text,
        submit_label=_("As usual from today"),
        cancel_url=reverse("logistics:roads"),
    )
    return confirm_version(request, found, question, partial(services.end_condition, by=request.actor, condition=found))


def _centres(actor: Actor) -> list[ServiceUnit]:
    found = own_centres(actor, Permission.DISPATCH)
    if not found:
        raise NotFound
    return found


def _form(request: Request, form: object, title: Text, pick: dict[str, object] | None) -> HttpResponse:
    lead = _("Plans that are made from now on keep to it.")
    context = {"title": title, "lead": lead, "form": form, "cancel_url": reverse("logistics:roads"), "map": pick}
    return pages.render(request, "logistics/condition.html", context, status=pages.form_status(request))


def _sources(centres: Sequence[ServiceUnit]) -> Small:
    """Return from where the distances of centres are, as a table."""
    known = queries.latest_matrices([unit.pk for unit in centres])
    rows = []
    for unit in centres:
        found = known.get(unit.pk)
        source = RoadSource(found.source).label if found else _("not asked for yet")
        made = written.localdate(found.made_at, "short") if found else ""
        rows.append(plain(in_language(unit.names), source, made, found.told if found else ""))
    heads = (Head(_("Centre")), Head(_("Distances")), Head(_("Made")), Head(_("Note")))
    return Small(_("Where distances come from"), heads, rows)


def _networks(actor: Actor) -> Small | None:
    """Return the road networks in use, None where there is none; each leads to taking it out of use."""
    found = list(queries.networks_visible_to(actor).order_by("area_path", "id")[:50])
    rows = [
        [
            (row.name, reverse("logistics:road_network_drop", args=[row.pk])),
            *plain(written.localdate(row.created_at, "short"), str(row.edges), str(row.nodes)),
        ]
        for row in found
    ]
    heads = (Head(_("File")), Head(_("Uploaded")), Head(_("Pieces of road"), True), Head(_("Junctions"), True))
    return Small(_("Road networks in use"), heads, rows) if found else None


def _townships(actor: Actor) -> Small | None:
    """Return what was learned of townships, None before anything was."""
    found = list(queries.detours_visible_to(actor).order_by("area_path")[:200])
    if not found:
        return None
    names = network.names_of([row.area_id for row in found])
    rows = [
        plain(in_language(names[row.area_id]), f"{row.percent} %", f"{row.kmh} km/h", str(row.drives)) for row in found
    ]
    heads = (
        Head(_("Township")),
        Head(_("Of straight line"), True),
        Head(_("Speed"), True),
        Head(_("Drives"), True),
    )
    return Small(_("How roads of townships are"), heads, rows)


def _map(centres: Sequence[ServiceUnit], *, picks: bool = False) -> dict[str, object] | None:
    """Return a map of the first centre's area with what is closed or slow, or to pick a point on."""
    if not centres:
        return None
    area = centres[0].area_id
    units = reverse("network:markers", args=[area]) if picks else reverse("logistics:road_marks")
    outlines = f"{reverse('network:outlines', args=[area])}?plain"
    return {"title": _("Closed and slow roads"), "outlines": outlines, "units": units, "unit": "", "pick": picks}


def _table() -> Table[RoadCondition, ConditionRow]:
    columns: tuple[Column[ConditionRow], ...] = (
        Column("reason", _("Why"), lambda one: one.row.reason, Kind.TEXT),
        Column(
            "what", _("What"), lambda one: one.what, Kind.BADGE, tone=lambda one: "bad" if one.row.is_closed else "warn"
        ),
        Column("where", _("Where"), lambda one: one.where),
        Column("from_on", _("From"), lambda one: one.row.from_on, Kind.DATE, sort="from_on"),
        Column("until_on", _("Until"), lambda one: one.row.until_on, Kind.DATE, sort="until_on"),
        Column("state", _("State"), lambda one: one.state),
    )
    return Table(
        name="roads",
        columns=columns,
        present=_rows,
        order=("from_on", "id"),
        empty=Empty(_("All roads are as usual"), _("What is closed or slow stands here until it is over.")),
        url=_end_url,
    )


def _end_url(one: ConditionRow) -> str:
    return reverse("logistics:condition_end", args=[one.row.pk])


def _rows(found: Sequence[RoadCondition]) -> list[ConditionRow]:
    units = network.units_by_id({row.unit_id for row in found if row.unit_id})
    codes = {code for row in found for code in (row.one_area_id, row.other_area_id) if code}
    names, today = network.names_of(codes), clock.today()
    told = []
    for row in found:
        if row.radius_m is None:
            ends = (in_language(names[code]) for code in (row.one_area_id, row.other_area_id) if code)
            where = " – ".join(ends)
        else:
            near = in_language(units[row.unit_id].names) if row.unit_id else f"{row.latitude}, {row.longitude}"
            where = str(_("%(near)s, %(metres)d m around") % {"near": near, "metres": row.radius_m})
        told.append(ConditionRow(row, where, row.holds_on(today)))
    return told
