"""What a planner does on the page of a tour: stops added, moved, timed and removed, things put on and taken off."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.forms import VersionForm
from terrace.http.request import Request
from terrace.kernel.errors import DomainError, NotFound
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.forms import AssignForm, PlacesForm, StopForm, TimedForm
from terrace.logistics.models import Tour
from terrace.logistics.views.riders import waiting_choices
from terrace.logistics.views.units import as_choices, units_below


@needs(Permission.DISPATCH)
def add_stop(request: Request, number: str) -> HttpResponse:
    """Let the tour stop at one more unit."""
    found = queries.get_tour(request.actor, number)
    units = units_below(found.area_path)
    form = StopForm(pages.sent(request), units=as_choices(units))

    def act() -> None:
        unit_id = next(unit.pk for unit in units if unit.number == form.values["unit"])
        at, version = form.values["planned_at"], form.values["version"]
        services.add_stop(by=request.actor, tour=found, version=version, unit_id=unit_id, planned_at=at)

    return _do(request, found, form, act)


@needs(Permission.DISPATCH)
def move_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Move a stop up or down."""
    found = queries.get_tour(request.actor, number)
    form = PlacesForm(pages.sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.move_stop(
            by=request.actor,
            tour=found,
            version=form.values["version"],
            stop_id=stop_id,
            places=form.values["places"],
        ),
    )


@needs(Permission.DISPATCH)
def time_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Say when the tour is to be at a stop."""
    found = queries.get_tour(request.actor, number)
    form = TimedForm(pages.sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.time_stop(
            by=request.actor,
            tour=found,
            version=form.values["version"],
            stop_id=stop_id,
            planned_at=form.values["planned_at"],
        ),
    )


@needs(Permission.DISPATCH)
def remove_stop(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Take a stop off the tour."""
    found = queries.get_tour(request.actor, number)
    form = VersionForm(pages.sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.remove_stop(by=request.actor, tour=found, version=form.values["version"], stop_id=stop_id),
    )


@needs(Permission.DISPATCH)
def assign(request: Request, number: str) -> HttpResponse:
    """Put on the tour what was ticked."""
    found = queries.get_tour(request.actor, number)
    form = AssignForm(pages.sent(request), waiting=waiting_choices(queries.waiting_for(found)))
    return _do(
        request,
        found,
        form,
        lambda: services.assign(
            by=request.actor, tour=found, version=form.values["version"], codes=form.values["codes"]
        ),
    )


@needs(Permission.DISPATCH)
def unassign(request: Request, number: str, load_id: int) -> HttpResponse:
    """Take something off the tour."""
    found = queries.get_tour(request.actor, number)
    form = VersionForm(pages.sent(request))
    return _do(
        request,
        found,
        form,
        lambda: services.unassign(by=request.actor, tour=found, version=form.values["version"], load_id=load_id),
    )


def _do(request: Request, found: Tour, form: forms.Form, act: Callable[[], object]) -> HttpResponse:
    """Do one act on a tour and go back to its page, which says why where it was refused."""
    if request.method != "POST":
        raise NotFound
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("logistics:tour", found.number)
    try:
        act()
    except DomainError as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused))
    return redirect("logistics:tour", found.number)
