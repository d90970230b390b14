"""The pages of what plans ask of vehicles, centres and the roads to units."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.db import found_by
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.day import DayRules
from terrace.logistics.forms.equipping import ApproachForm, EquipmentForm, RulesForm, UnitFilter
from terrace.logistics.models import Approach
from terrace.logistics.views.units import own_centres, units_below
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class WayRow:
    """A unit with what somebody has said of the way there, None for nothing."""

    unit: ServiceUnit
    approach: Approach | None

    @property
    def road(self) -> Text:
        """What kind of road leads there."""
        if self.approach is None:
            return ""
        return _("Mountain road") if self.approach.is_steep else _("Ordinary road")


@needs(Permission.DISPATCH)
def equipment(request: Request, number: str) -> HttpResponse:
    """Say what a vehicle is to plans."""
    found = queries.get_vehicle(request.actor, number)
    request.actor.require(Permission.DISPATCH, found.area_path)
    units = [(str(one.pk), in_language(one.names)) for one in units_below(found.area_path)]
    form = EquipmentForm(pages.sent(request), initial=EquipmentForm.initial_of(found), units=units)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            services.equip_vehicle(by=request.actor, vehicle=found, version=version, given=form.given())
            return redirect("logistics:vehicles")
    lead = _("What plans reckon with. Plans that are there stay as they were made.")
    return _form(request, form, f"{found.plate} {found.label}".strip(), lead, reverse("logistics:vehicles"))


@needs(Permission.DISPATCH)
def rules(request: Request) -> HttpResponse:
    """Say how a centre reckons its days."""
    centres = own_centres(request.actor, Permission.DISPATCH)
    wanted = request.GET.get("unit", "")
    unit = next((one for one in centres if one.number == wanted or not wanted), None)
    if unit is None:
        raise NotFound
    known = queries.planning_rules_of(unit.pk)
    initial = RulesForm.initial_of(known.rules if known else DayRules(), known.version if known else None)
    form = RulesForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            services.set_planning_rules(by=request.actor, unit_id=unit.pk, version=version, given=form.given())
            return redirect("logistics:plans")
    lead = _("How long work takes, what room goods need, and what driving costs: plans are made of it.")
    return _form(request, form, _("How days are reckoned: %(unit)s") % {"unit": in_language(unit.names)}, lead)


@needs(Permission.DISPATCH)
def approaches(request: Request) -> HttpResponse:
    """List the units below the reader's centres, each with what is known of the way there."""
    form = UnitFilter(request.GET)
    units = queries.units_to_visit(request.actor)
    wanted = form.given().get("q")
    context = {
        "title": _("Ways to the units"),
        "lead": _("Narrow and steep roads: only vehicles that get through are sent there."),
        "breadcrumb": [(_("Plans of days"), reverse("logistics:plans")), (_("Ways to the units"), "")],
    }
    rows = units.filter(found_by(wanted)) if wanted else units
    return listing.answer(request, "pages/list.html", _table(), rows, form, context)


@needs(Permission.DISPATCH)
def approach(request: Request, number: str) -> HttpResponse:
    """Say how vehicles come to a unit."""
    unit = queries.units_to_visit(request.actor).filter(number=number).first()
    if unit is None:
        raise NotFound
    known = queries.approaches_to([unit.pk]).get(unit.pk)
    told = ("widest_cm", "is_steep", "extra_minutes", "version")
    initial = {name: getattr(known, name) for name in told} if known else {}
    form = ApproachForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            services.set_approach(by=request.actor, unit_id=unit.pk, version=version, given=form.given())
            return redirect("logistics:approaches")
    return _form(request, form, in_language(unit.names), "", reverse("logistics:approaches"))


def _table() -> Table[ServiceUnit, WayRow]:
    columns: tuple[Column[WayRow], ...] = (
        Column("unit", _("Unit"), lambda row: row.unit.names, Kind.NAMES),
        Column("road", _("Road"), lambda row: row.road),
        Column("widest", _("Widest, cm"), lambda row: row.approach and row.approach.widest_cm, Kind.NUMBER),
        Column("extra", _("Longer, minutes"), lambda row: row.approach and row.approach.extra_minutes, Kind.NUMBER),
    )
    return Table(
        name="ways",
        columns=columns,
        present=_rows,
        order=("area_path", "id"),
        empty=Empty(_("No units"), _("Stations and points of the area stand here once they are there.")),
        url=lambda row: reverse("logistics:approach", args=[row.unit.number]),
    )


def _rows(units: Sequence[ServiceUnit]) -> list[WayRow]:
    known = queries.approaches_to([unit.pk for unit in units])
    return [WayRow(unit, known.get(unit.pk)) for unit in units]


def _form(request: Request, form: object, title: Text, lead: Text, back: str = "") -> HttpResponse:
    context = {"title": title, "lead": lead, "form": form, "cancel_url": back or reverse("logistics:plans")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
