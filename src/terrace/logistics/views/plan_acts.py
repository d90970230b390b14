"""What a dispatcher does with a plan: search again, move, split, keep, drop, compare, approve."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.accounts import queries as accounts
from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.request import Request
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.plans import PlanState
from terrace.logistics.domain.routing import FaultKind, Plan, check
from terrace.logistics.forms.plans import (
    ApproveForm,
    CompareForm,
    KeepForm,
    SearchForm,
    SplitForm,
    TrialForm,
    VisitForm,
)
from terrace.logistics.models import DayPlan, Vehicle
from terrace.logistics.views.plan_cards import carried, hours, kilometres
from terrace.logistics.views.plans import vehicles_of
from terrace.logistics.views.units import units_below, vehicle_choices
from terrace.network import queries as network


@needs(Permission.DISPATCH)
def search(request: Request, number: str) -> HttpResponse:
    """Let the engines search once more."""
    found = queries.get_plan(request.actor, number)
    form = SearchForm(pages.sent(request), initial={"version": found.version, "seconds": found.seconds})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.search_again(by=request.actor, plan=found, **form.values)
            return redirect("logistics:plan", number)
    lead = _("Kept tours stay as they are. The plan that is there is replaced only by a better one.")
    return _form(request, found, form, _("Search again"), lead, _("Search"))


@needs(Permission.DISPATCH)
def try_out(request: Request, number: str) -> HttpResponse:
    """Plan the day of a plan with something otherwise, to compare the two."""
    found = queries.get_plan(request.actor, number)
    form = TrialForm(
        pages.sent(request),
        vehicles=vehicle_choices(queries.vehicles_free(found.unit_id, found.on)),
        yards=[(str(one.pk), in_language(one.names)) for one in [found.unit, *units_below(found.area_path)]],
        initial={"yard": str(found.unit_id)},
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.given(found.on, found.unit_id)
            made = services.begin_plan(by=request.actor, unit_id=found.unit_id, given=given)
            return redirect("logistics:plan", made.number)
    lead = _("A plan that is never driven: it shows what another vehicle, yard or way of working would change.")
    return _form(request, found, form, _("Try something out"), lead, _("Plan it"))


@needs(Permission.DISPATCH)
def drop(request: Request, number: str) -> HttpResponse:
    """Ask once, then give up a plan."""
    found = queries.get_plan(request.actor, number)
    question = Question(
        title=_("Drop this plan?"),
        text=_("Nothing was put on a tour yet: all that it holds waits on."),
        submit_label=_("Drop it"),
        cancel_url=reverse("logistics:plan", args=[number]),
    )
    return confirm_version(request, found, question, partial(services.drop_plan, by=request.actor, plan=found))


@needs(Permission.DISPATCH)
def visit(request: Request, number: str, job: int) -> HttpResponse:
    """Put a visit on another tour of the plan, or at another place of its own."""
    found = queries.get_plan(request.actor, number)
    errands = found.jobs
    if not 0 <= job < len(errands):
        raise NotFound
    routes, errand = found.plan, errands[job]
    form = VisitForm(
        pages.sent(request),
        initial={"version": found.version, **_stands(routes, job)},
        vehicles=_vehicle_choices(found),
        may_wait=not errand.job.is_required,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            place = form.values["place"] - 1
            told = {"version": form.values["version"], "job": job, "vehicle": form.driven_by, "place": place}
            services.move_visit(by=request.actor, plan=found, **told)
            return redirect("logistics:plan", number)
    name = in_language(network.units_by_id([errand.unit_id])[errand.unit_id].names)
    lead = ", ".join(part for part in (carried(errand, up=False), carried(errand, up=True)) if part)
    return _form(request, found, form, name, lead, _("Move it"))


@needs(Permission.DISPATCH)
def split(request: Request, number: str, place: int) -> HttpResponse:
    """Let another vehicle drive a part of a tour."""
    found = queries.get_plan(request.actor, number)
    route = next((one for one in found.plan.routes if one.vehicle == place), None)
    if route is None:
        raise NotFound
    driven = {one.vehicle for one in found.plan.routes}
    free = [choice for choice in _vehicle_choices(found) if int(choice[0]) not in driven]
    errands = found.jobs
    units = network.units_by_id({errand.unit_id for errand in errands})
    visits = [
        (str(job), f"{nth}. {in_language(units[errands[job].unit_id].names)}")
        for nth, job in enumerate(route.jobs[1:], start=2)
    ]
    form = SplitForm(pages.sent(request), initial={"version": found.version}, visits=visits, vehicles=free)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            told = {"version": form.values["version"], "vehicle": place}
            ends = {"first": int(form.values["first"]), "other": int(form.values["other"])}
            services.split_route(by=request.actor, plan=found, **told, **ends)
            return redirect("logistics:plan", number)
    lead = _("From this visit on another vehicle drives, straight from the yard.")
    return _form(request, found, form, _("Split the tour"), lead, _("Split it"))


@require_POST
@needs(Permission.DISPATCH)
def keep(request: Request, number: str, place: int) -> HttpResponse:
    """Keep a tour as it is when the engines search again, or let it go."""
    found = queries.get_plan(request.actor, number)
    form = KeepForm(pages.sent(request))
    if form.is_valid():
        try:
            services.keep_route(by=request.actor, plan=found, vehicle=place, **form.values)
        except DomainError as refused:
            if refused.status in (403, 404):
                raise
            messages.error(request, str(refused))
    return redirect(f"{reverse('logistics:plan', args=[number])}#route-{place}")


@needs(Permission.DISPATCH)
def approve(request: Request, number: str) -> HttpResponse:
    """Say who drives, and make tours of the plan."""
    found = queries.get_plan(request.actor, number)
    if found.standing is not PlanState.READY or not found.tried.is_real:
        return redirect("logistics:plan", number)
    vehicles = _driven(found)
    form = ApproveForm(
        pages.sent(request),
        initial={"version": found.version},
        vehicles=vehicles,
        drivers=_driver_choices(found),
        usual=queries.usual_drivers(found.unit_id, [vehicle.pk for vehicle in vehicles]),
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            done = services.approve_plan(by=request.actor, plan=found, version=version, drivers=form.drivers)
            _tell(request, done)
            return redirect("logistics:plan", number)
    lead = _("Each vehicle gets its tours of the day, and each driver is told.")
    return _form(request, found, form, _("Who drives?"), lead, _("Approve the plan"))


@needs(Permission.DISPATCH)
def compare(request: Request, number: str) -> HttpResponse:
    """Set a plan beside another of the same day."""
    found = queries.get_plan(request.actor, number)
    others = list(queries.plans_with_figures(request.actor, found.unit_id, found.on).exclude(pk=found.pk)[:50])
    form = CompareForm(request.GET, plans=[(one.number, f"{one.number} {one.note}".strip()) for one in others])
    wanted = request.GET.get("other", "") or (others[0].number if others else "")
    other = next((one for one in others if one.number == wanted), None)
    context = {
        "title": _("Two plans of one day"),
        "lead": written.localdate(found.on),
        "breadcrumb": [
            (_("Plans of days"), reverse("logistics:plans")),
            (number, reverse("logistics:plan", args=[number])),
            (_("Compare"), ""),
        ],
        "form": form,
        "table": _compared(found, other) if other else None,
    }
    return pages.render(request, "logistics/plan_compare.html", context)


def _stands(routes: Plan, job: int) -> dict[str, object]:
    """Return where a visit stands in the plan, as the form shows it."""
    for route in routes.routes:
        if job in route.jobs:
            return {"vehicle": str(route.vehicle), "place": route.jobs.index(job) + 1}
    return {"vehicle": "", "place": 1}


def _vehicle_choices(found: DayPlan) -> list[tuple[str, str]]:
    vehicles = vehicles_of(found)
    named = vehicle_choices(vehicles[pk] for pk in found.fleet)
    return [(str(place), name) for place, (_pk, name) in enumerate(named)]


def _driven(found: DayPlan) -> list[Vehicle]:
    vehicles = vehicles_of(found)
    return [vehicles[found.fleet[route.vehicle]] for route in found.plan.routes]


def _driver_choices(found: DayPlan) -> list[tuple[str, str]]:
    drivers = accounts.people_by_id(accounts.holders_of(Permission.DRIVE, found.area_path, found.on))
    return [(str(one.pk), one.name) for one in sorted(drivers.values(), key=lambda one: (one.name, one.pk))]


def _tell(request: Request, done: services.Approved) -> None:
    messages.success(request, _("Approved: %(count)d tours.") % {"count": len(done.tours)})
    if done.along:
        along = _("Riding along from one unit to another: %(numbers)s.") % {"numbers": ", ".join(done.along[:20])}
        messages.info(request, along)
    if done.gone:
        gone = _("No longer waiting, and on none of them: %(numbers)s.") % {"numbers": ", ".join(done.gone[:20])}
        messages.warning(request, gone)


def _compared(one: DayPlan, other: DayPlan) -> dict[str, object]:
    """Return two plans as `components/table.html` draws them: a measure a line."""
    first, second = one.figures, other.figures
    if first is None or second is None or one.cost is None or other.cost is None:
        raise NotFound
    lines = [
        (_("Vehicles"), written.number(first.vehicles), written.number(second.vehicles)),
        (_("Way"), kilometres(first.distance), kilometres(second.distance)),
        (_("Hours"), hours(first.duration), hours(second.duration)),
        (_("Overtime"), hours(first.overtime), hours(second.overtime)),
        (_("Late"), hours(_late(one)), hours(_late(other))),
        (_("Not on any tour"), *(written.number(len(plan.plan.left_out(plan.problem))) for plan in (one, other))),
        (_("Cost"), written.money(one.cost), written.money(other.cost)),
        (_("State"), one.standing.label, other.standing.label),
    ]
    heads = [(_("Measure"), False), (one.number, True), (other.number, True)]
    return {
        "caption": _("Two plans of one day"),
        "columns": [{"label": label, "numeric": numeric, "unit": ""} for label, numeric in heads],
        "rows": [[(cell, "") for cell in line] for line in lines],
    }


def _late(plan: DayPlan) -> int:
    """Return how many seconds too late the visits of a plan are together."""
    return sum(fault.by for fault in check(plan.problem, plan.plan) if fault.kind is FaultKind.LATE)


def _form(request: Request, found: DayPlan, form: object, title: object, lead: object, submit: object) -> HttpResponse:
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit_label": submit,
        "cancel_url": reverse("logistics:plan", args=[found.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
