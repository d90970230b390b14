"""The driver's page on the phone: the next stop first, what to drop and take there, the scan, and a word of trouble."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.forms import ChoiceField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_vite.core.asset_loader import DjangoViteAssetLoader

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _, plural
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission, ScanKind, TourStatus
from terrace.logistics.domain.tours import ToldKind
from terrace.logistics.forms import ProblemForm, ScanForm
from terrace.logistics.models import Stop, Tour
from terrace.logistics.views.riders import Halt, halts_of, listed
from terrace.logistics.views.saying import KEPT_KINDS, say
from terrace.network import queries as network

SAID = (ScanKind.LOADED, ScanKind.ARRIVED, ScanKind.MISSING, ScanKind.DAMAGED)
"""What a driver says by a scan, beginning with the most frequent at a yard; at a stop it is the unloading."""


@needs(Permission.DRIVE)
def today(request: Request) -> HttpResponse:
    """List what the reader drives today; a single tour opens at once."""
    mine = list(queries.tours_driven_by(request.actor.person_id or 0, clock.today()))
    still_open = [tour for tour in mine if TourStatus(tour.status).is_open]
    if len(still_open) == 1 and "all" not in request.GET:
        return redirect("logistics:drive", still_open[0].number)
    context = {"title": _("My tours"), "tours": mine}
    return pages.render(request, "logistics/my_tours.html", context)


@needs(Permission.DRIVE, Permission.DISPATCH)
def drive(request: Request, number: str) -> HttpResponse:
    """Show the next stop of a tour with what to drop and take, and take scans for it."""
    found = queries.get_tour(request.actor, number)
    services.require_drives(request.actor, found)
    stops = queries.stops_of(found)
    here = queries.next_stop(stops) if found.status == TourStatus.UNDER_WAY else None
    form = _scan_form(request, here)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            _scan(request, found, here, form)
            return redirect(_again(number, ScanKind(form.values["kind"])))
    halts = halts_of(found, stops, queries.loads_of(found))
    context = {
        "title": found.number,
        "lead": f"{written.localdate(found.on, 'long')} · {found.vehicle.plate}",
        "tour": found,
        "status": TourStatus(found.status),
        "halts": listed(halts),
        "here": _next(halts, here, found),
        "home": halts[-1],
        "ends_here": here is not None and found.ends_at_id is not None and here == stops[-1],
        "is_last": found.status == TourStatus.UNDER_WAY and here is None,
        "form": form,
        "scan_url": reverse("logistics:drive", args=[number]),
        "scan_act": "scan",
        "scan_stop": here.pk if here else "",
        **_where(request, found),
        "told_kinds": list(ToldKind),
    }
    return pages.render(request, "logistics/drive.html", context, status=pages.form_status(request))


@needs(Permission.DRIVE, Permission.DISPATCH)
def start(request: Request, number: str) -> HttpResponse:
    """Leave the yard."""
    return _do(request, number, lambda tour: services.start_tour(by=request.actor, tour=tour))


@needs(Permission.DRIVE, Permission.DISPATCH)
def arrive(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Arrive at a stop."""
    return _do(request, number, lambda tour: services.arrive(by=request.actor, tour=tour, stop_id=stop_id))


@needs(Permission.DRIVE, Permission.DISPATCH)
def leave(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Leave a stop."""
    return _do(request, number, lambda tour: services.leave(by=request.actor, tour=tour, stop_id=stop_id))


@needs(Permission.DRIVE, Permission.DISPATCH)
def take_all(request: Request, number: str, stop_id: int = 0) -> HttpResponse:
    """Load all that the list says is loaded at the stop, or in the yard."""

    def act(tour: Tour) -> None:
        loaded = services.take_all(by=request.actor, tour=tour, stop_id=stop_id or None)
        told = plural("%(count)d piece is on the vehicle.", "%(count)d pieces are on the vehicle.", loaded)
        messages.success(request, told % {"count": loaded})

    return _do(request, number, act)


@needs(Permission.DRIVE, Permission.DISPATCH)
def drop_all(request: Request, number: str, stop_id: int) -> HttpResponse:
    """Unload all that is for the stop."""

    def act(tour: Tour) -> None:
        dropped = services.drop_all(by=request.actor, tour=tour, stop_id=stop_id)
        told = plural("%(count)d piece was unloaded.", "%(count)d pieces were unloaded.", dropped)
        messages.success(request, told % {"count": dropped})

    return _do(request, number, act)


@needs(Permission.DRIVE, Permission.DISPATCH)
def finish(request: Request, number: str) -> HttpResponse:
    """Come home."""
    return _do(request, number, lambda tour: services.finish_tour(by=request.actor, tour=tour))


@needs(Permission.DRIVE, Permission.DISPATCH)
def problem(request: Request, number: str) -> HttpResponse:
    """Tell the centre what is wrong on the way."""
    found = queries.get_tour(request.actor, number)
    services.require_drives(request.actor, found)
    form = ProblemForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.report_problem(by=request.actor, tour=found, text=form.values["text"])
            messages.success(request, _("The centre has been told."))
            return redirect("logistics:drive", number)
    context = {
        "title": _("Report a problem"),
        "lead": _("Whoever plans the centre's tours is told at once. Call if it is urgent."),
        "form": form,
        "submit_label": _("Tell the centre"),
        "cancel_url": reverse("logistics:drive", args=[number]),
        "tour": found,
        "form_act": "problem",
        "told_kinds": list(ToldKind),
    }
    return pages.render(request, "logistics/drive_problem.html", context, status=pages.form_status(request))


@needs(Permission.DRIVE, Permission.DISPATCH)
def road(request: Request, number: str) -> HttpResponse:
    """Show the tour as the phone keeps it for hours without a network: all halts, of which a script shows the one."""
    found = queries.get_tour(request.actor, number)
    services.require_drives(request.actor, found)
    stops = queries.stops_of(found)
    form = _scan_form(request, stops[0] if stops else None)
    context = {
        "title": found.number,
        "lead": f"{written.localdate(found.on, 'long')} · {found.vehicle.plate}",
        "tour": found,
        "halts": halts_of(found, stops, queries.loads_of(found)),
        "is_under_way": found.status != TourStatus.PLANNED,
        "form": form,
        "scan_url": reverse("logistics:drive", args=[number]),
        "scan_act": "scan",
        "scan_stop": "",
        "is_kept": True,
        **_where(request, found),
        "told_kinds": list(ToldKind),
    }
    return pages.render(request, "logistics/road.html", context)


@needs(Permission.DRIVE, Permission.DISPATCH)
def worker(request: Request) -> HttpResponse:
    """Give the browser what answers for the driver's pages without a network; its address is its bounds."""
    script = DjangoViteAssetLoader.instance().generate_vite_asset_url("frontend/drive/worker.ts")
    answer = HttpResponse(f'importScripts("{script}");', content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _next(halts: list[Halt], here: Stop | None, tour: Tour) -> Halt | None:
    """Return the stop to drive to, the yard before the tour has left, None when all stops are done."""
    if tour.status == TourStatus.PLANNED:
        return halts[0]
    return next((halt for halt in halts if here is not None and halt.stop and halt.stop.pk == here.pk), None)


def _where(request: Request, tour: Tour) -> dict[str, object]:
    """Return whether the reader is asked to tell where the phone is: who drives the tour, as long as it is open."""
    is_own = tour.driver_id == request.actor.person_id
    return {"asks_where": is_own and TourStatus(tour.status).is_open, "position_days": settings.ENV.position_days}


def _again(number: str, kind: ScanKind) -> str:
    """Return the address of the page for the next scan, which mostly says the same as this one."""
    query = f"?{urlencode({'said': kind.value})}" if kind in KEPT_KINDS else ""
    return f"{reverse('logistics:drive', args=[number])}{query}"


def _scan_form(request: Request, here: Stop | None) -> ScanForm:
    usual = ScanKind.ARRIVED if here and here.arrived_at else ScanKind.LOADED
    form = ScanForm(pages.sent(request), initial={"kind": request.GET.get("said", "") or usual})
    del form.fields["shelf"]  # nobody looks for a compartment on a vehicle
    words = {ScanKind.ARRIVED: _("Unloaded here")} if here else {}
    kinds = SAID if here else tuple(kind for kind in SAID if kind is not ScanKind.ARRIVED)
    field = cast(ChoiceField, form.fields["kind"])
    field.choices = [(kind.value, words.get(kind, kind.label)) for kind in kinds]
    return form


def _scan(request: Request, tour: Tour, here: Stop | None, form: ScanForm) -> None:
    values = form.values
    unit = network.units_by_id([here.unit_id])[here.unit_id] if here else None
    row, effect = services.scan(
        by=request.actor,
        code=values["code"],
        kind=ScanKind(values["kind"]),
        tour=tour,
        unit=unit,
        note=values["note"],
    )
    say(request, row, effect, unit, tour)


def _do(request: Request, number: str, act: Callable[[Tour], object]) -> HttpResponse:
    """Do one act on a tour and go back to the driver's page, which says why where it was refused."""
    if request.method != "POST":
        raise NotFound
    found = queries.get_tour(request.actor, number)
    try:
        act(found)
    except DomainError as refused:
        if refused.status in (403, 404):
            raise
        messages.error(request, str(refused))
    return redirect("logistics:drive", number)
