"""The desk of a unit: what comes, what waits on the shelf, what has to go on, and the field to scan it with."""

import re
from dataclasses import dataclass
from typing import Any

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, Permission, ScanKind
from terrace.logistics.domain.shelf import Care
from terrace.logistics.forms import ScanForm
from terrace.logistics.models import Parcel
from terrace.logistics.views.parcel_acts import cares_of
from terrace.logistics.views.saying import say
from terrace.logistics.views.units import own_unit, own_units
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

MOST = 60
"""So many rows of each kind stand on the page; the lists have all."""
CODE = re.compile(r"[0-9]{6}")
"""What a pick-up code looks like."""


@needs(Permission.HANDLE)
def desk(request: Request) -> HttpResponse:
    """Scan what comes, hand over what waits, see what the next tours bring and take."""
    unit = own_unit(request.actor, Permission.HANDLE, request.GET.get("unit", ""))
    form = ScanForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            row, effect = services.scan(
                by=request.actor,
                code=values["code"],
                kind=ScanKind(values["kind"]),
                unit=unit,
                note=values["note"],
                shelf=values["shelf"],
            )
            say(request, row, effect, unit)
            return redirect(_url(unit))
    context = {
        "title": in_language(unit.names),
        "lead": _("Scan what arrives. What waits here is handed over for its code."),
        "form": form,
        "tabs": _tabs(request, unit),
        "scan_url": _url(unit),
        "find_url": reverse("logistics:find"),
        "unit_number": unit.number,
        "found_by": request.GET.get("q", "").strip()[:40],
        **_lying_at(unit, request.GET.get("q", "")[:40]),
    }
    return pages.render(request, "logistics/desk.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE)
def find(request: Request) -> HttpResponse:
    """Find what somebody comes for: by the code, then straight to handing it over; else on the shelf by what is named.

    A code is sent and not asked for in an address, where it would be kept; so many an hour are enough for any counter.
    """
    unit = own_unit(request.actor, Permission.HANDLE, request.POST.get("unit", ""))
    wanted = request.POST.get("q", "").strip()[:40]
    if CODE.fullmatch(wanted):
        if not ratelimit.consume(request, action="find_for_code", key=str(request.actor.person_id)):
            return render(request, "429.html", status=429)
        if parcel := services.find_for_code(by=request.actor, unit=unit, code=wanted):
            return redirect("logistics:hand_over", parcel.number)
    return redirect(f"{_url(unit)}&{urlencode({'q': wanted})}#shelf" if wanted else _url(unit))


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A parcel that waits on the shelf: since how many days, and whether for too long."""

    parcel: Parcel
    days: int
    is_overdue: bool


def _shelf(unit: ServiceUnit, wanted: str) -> list[OnShelf]:
    """Return what waits on the shelf of a unit, the longest waiting first; of that what was asked for."""
    rows, now = queries.shelf_of(unit.pk), clock.now()
    if wanted.strip():
        rows = queries.on_shelf_found_by(rows, wanted)
    today = clock.today(now)
    return [
        OnShelf(row, (today - clock.today(row.shelved_at or now)).days, Care.OVERDUE in cares_of(row, now))
        for row in rows[:MOST]
    ]


def _lying_at(unit: ServiceUnit, wanted: str) -> dict[str, Any]:
    """Return what comes to a unit, lies there and has to go on."""
    stops = list(queries.tours_stopping_at(unit.pk, clock.today())[:MOST])
    goods = list(queries.waiting_at(unit.pk)[:MOST])
    to_count = list(queries.to_count_at(unit.pk)[:MOST])
    origins = network.units_by_id({row.from_unit_id for row in to_count})
    return {
        "shelf": _shelf(unit, wanted),
        "shelf_count": queries.shelf_of(unit.pk).count(),
        "trouble": [(row, ParcelStatus(row.status).label) for row in queries.trouble_at(unit.pk)[:MOST]],
        "coming": [(row, ParcelStatus(row.status).label) for row in queries.coming_to(unit.pk)[:MOST]],
        "leaving": [_as_leaving(row) for row in queries.leaving_from(unit.pk)[:MOST]],
        "stops": stops,
        "goods": goods,
        "drops": list(queries.drops_to_confirm(unit.pk, clock.now())[:MOST]),
        "coming_goods": list(queries.goods_coming_to(unit.pk)[:MOST]),
        "to_count": [(row, origins[row.from_unit_id].names) for row in to_count],
    }


def _as_leaving(row: Parcel) -> tuple[Parcel, Text, list[Care]]:
    """Return a parcel that goes on, with where it stands and what has to be seen to."""
    return row, ParcelStatus(row.status).label, cares_of(row, clock.now())


def _tabs(request: Request, unit: ServiceUnit) -> list[dict[str, object]]:
    mine = own_units(request.actor, Permission.HANDLE)
    tabs: list[dict[str, object]] = [
        {"label": in_language(one.names), "url": _url(one), "active": one == unit} for one in mine
    ]
    return tabs if len(tabs) > 1 else []


def _url(unit: ServiceUnit) -> str:
    return f"{reverse('logistics:desk')}?{urlencode({'unit': unit.number})}"
