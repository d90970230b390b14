"""What a planner does on the page of a tour: stops added, moved, timed and removed, things put on and taken off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.http import pages
from terrace.http.access import needs
from terrace.http.forms import ActForm, VersionForm
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.forms import AssignForm, PickUpForm, PlacesForm, RelieveForm, StopForm, TimedForm
from terrace.logistics.models import Tour, Vehicle
from terrace.logistics.views.riders import waiting_choices
from terrace.logistics.views.units import as_choices, units_below, vehicle_choices


@needs(Permission.DISPATCH)
def add_stop(request: Request, number: str) -> HttpResponse:
    """Let the tour stop at one more unit."""
    found = queries.get_tour(request.actor, number)
    units = units_below(found.area_path)
    form = StopForm(pages.sent(request), units=as_choices(units))

    def act(*, unit: str, **given: Any) -> object:
        unit_id = next(one.pk for one in units if one.number == unit)
        return services.add_stop(unit_id=unit_id, **given)

    return _do(request, found, form, act)


@needs(Permission.DISPATCH)
def move_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Move a stop up or down."""
    found = queries.get_tour(request.actor, number)
    return _do(request, found, PlacesForm(pages.sent(request)), services.move_stop, stop_id=stop_id)


@needs(Permission.DISPATCH)
def time_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Say when the tour is to be at a stop."""
    found = queries.get_tour(request.actor, number)
    return _do(request, found, TimedForm(pages.sent(request)), services.time_stop, stop_id=stop_id)


@needs(Permission.DISPATCH)
def remove_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Take a stop off the tour."""
    found = queries.get_tour(request.actor, number)
    return _do(request, found, VersionForm(pages.sent(request)), services.remove_stop, stop_id=stop_id)


@needs(Permission.DISPATCH)
def assign(request: Request, number: str) -> HttpResponse:
    """Put on the tour what was ticked."""
    found = queries.get_tour(request.actor, number)
    form = AssignForm(pages.sent(request), waiting=waiting_choices(queries.waiting_for(found)))
    return _do(request, found, form, services.assign)


@needs(Permission.DISPATCH)
def pick_up(request: Request, number: str) -> HttpResponse:
    """Let a tour of today fetch what waits at a unit."""
    found = queries.get_tour(request.actor, number)

    def act(*, unit: str, **given: Any) -> object:
        unit_id = next((one.pk for one in units_below(found.area_path) if one.number == unit), 0)
        return services.insert_pick_up(unit_id=unit_id, **given)

    return _do(request, found, PickUpForm(pages.sent(request)), act)


@needs(Permission.DISPATCH)
def relieve(request: Request, number: str) -> HttpResponse:
    """Let another vehicle or another driver go on with a tour that cannot go on as it is."""
    found = queries.get_tour(request.actor, number)
    initial = {"version": found.version, "driver": str(found.driver_id)}
    form = RelieveForm(pages.sent(request), initial=initial, **free_crew(found))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.values
            services.relieve(
                by=request.actor,
                tour=found,
                version=given["version"],
                vehicle_id=int(given["vehicle"]),
                driver_id=int(given["driver"]),
            )
            return redirect("logistics:tour", number)
    context = {
        "title": _("Who goes on with tour %(number)s?") % {"number": number},
        "lead": _("Stops and loads stay as they are. What is on board is handed over where the vehicle stands now."),
        "form": form,
        "submit_label": _("Let them go on"),
        "cancel_url": reverse("logistics:tour", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def free_crew(found: Tour) -> dict[str, Any]:
    """Return the vehicles of the centre that are on no other tour now, and who may drive them."""
    under_way = Tour.objects.filter(status=TourStatus.UNDER_WAY).exclude(pk=found.pk)
    vehicles = Vehicle.objects.filter(unit_id=found.unit_id, is_active=True)
    vehicles = vehicles.exclude(pk__in=under_way.values("vehicle_id"))
    vehicles = vehicles.order_by(F("begins_at").asc(nulls_first=True), "plate")
    busy = set(under_way.values_list("driver_id", flat=True))
    may = accounts.people_by_id(accounts.holders_of(Permission.DRIVE, found.area_path, clock.today()))
    drivers = sorted((one for one in may.values() if one.pk not in busy), key=lambda one: (one.name, one.pk))
    return {"vehicles": vehicle_choices(vehicles), "drivers": [(str(one.pk), one.name) for one in drivers]}


@needs(Permission.DISPATCH)
def unassign(request: Request, number: str, load_id: int) -> HttpResponse:
    """Take something off the tour."""
    found = queries.get_tour(request.actor, number)
    return _do(request, found, VersionForm(pages.sent(request)), services.unassign, load_id=load_id)


def _do(request: Request, found: Tour, form: ActForm, act: Callable[..., object], **about: int) -> HttpResponse:
    """Do one act on a tour with what the form gives, and go back to its page, which says why where it was refused."""
    if request.method != "POST":
        raise NotFound
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("logistics:tour", found.number)
    try:
        act(by=request.actor, tour=found, **about, **form.values)
    except DomainError as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused))
    return redirect("logistics:tour", found.number)
