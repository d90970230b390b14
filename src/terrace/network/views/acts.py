"""Founding, changing, placing and closing a unit."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _, in_language
from terrace.network import queries, services
from terrace.network.domain import Permission
from terrace.network.domain.places import unit_names
from terrace.network.forms import ChangeUnitForm, CloseForm, NewUnitForm, PlaceForm, initial_of
from terrace.network.models import Area, ServiceUnit
from terrace.network.views.maps import place_map
from terrace.network.views.trail import trail


@needs(Permission.MANAGE)
def found(request: Request, code: str) -> HttpResponse:
    """Found a unit in the area."""
    place = queries.area_for(request.actor, code)
    request.actor.require(Permission.MANAGE, place.path)
    form = NewUnitForm(pages.sent(request), initial={"names": _usual_names(place)})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            days = {name: form.cleaned_data[name] for name in ("founded_on", "is_further")}
            try:
                unit = services.found_unit(by=request.actor, area=code, details=form.details(), **days)
            except services.StandsHere:
                form.ask_whether_further()
                raise
            return redirect("network:unit", unit.number)
    context = {
        "title": _("Found a unit"),
        "lead": in_language(place.names),
        "breadcrumb": trail(request.actor, place.path, (str(_("Found a unit")), "")),
        "form": form,
        "submit_label": _("Found"),
        "cancel_url": reverse("network:area", args=[code]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def change(request: Request, number: str) -> HttpResponse:
    """Change what a unit tells its visitors."""
    unit = _managed(request, number)
    form = ChangeUnitForm(pages.sent(request), initial=initial_of(unit))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        with form.refusals():
            services.change_unit(by=request.actor, unit=unit, version=version, details=form.details())
            return redirect("network:unit", number)
    context = {**_context(request, unit, str(_("Change"))), "form": form, "submit_label": _("Save")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def place(request: Request, number: str) -> HttpResponse:
    """Put a unit on the map, by a click or by coordinates."""
    unit = _managed(request, number)
    initial = {"latitude": unit.latitude, "longitude": unit.longitude, "version": unit.version}
    form = PlaceForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.place_unit(by=request.actor, unit=unit, **form.values)
            return redirect("network:unit", number)
    context = {
        **_context(request, unit, str(_("Place on the map"))),
        "form": form,
        "submit_label": _("Keep this place"),
        "map": place_map(unit.area, in_language(unit.names)),
    }
    return pages.render(request, "network/place.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def close(request: Request, number: str) -> HttpResponse:
    """Ask once, then close the unit."""
    unit = _managed(request, number)
    form = CloseForm(pages.sent(request), initial={"version": unit.version})
    question = Question(
        title=_("Close %(unit)s?") % {"unit": in_language(unit.names)},
        text=_(
            "It disappears from the public list and the map, and everybody who holds a post there loses it. "
            "It cannot be opened again."
        ),
        submit_label=_("Close the unit"),
        cancel_url=reverse("network:unit", args=[number]),
    )
    return confirm(
        request, question, lambda: services.close_unit(by=request.actor, unit=unit, **form.values), form=form
    )


def _managed(request: Request, number: str) -> ServiceUnit:
    """Return an open unit that the actor manages; refuse before a form is shown that could only be refused later."""
    unit = queries.get_unit(request.actor, number)
    if not request.actor.may(Permission.MANAGE, unit.area_path):
        raise Forbidden
    if not unit.is_open:
        raise services.UnitIsClosed
    return unit


def _context(request: Request, unit: ServiceUnit, page: str) -> dict[str, Any]:
    address = reverse("network:unit", args=[unit.number])
    name = in_language(unit.names)
    return {
        "title": f"{name}: {page}",
        "lead": "",
        "breadcrumb": trail(request.actor, unit.area_path, (name, address), (page, "")),
        "cancel_url": address,
    }


def _usual_names(place: Area) -> dict[str, str]:
    return unit_names(place.names, current().plan.get(place.tier).unit) if place.tier else {}
