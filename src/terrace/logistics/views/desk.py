"""The desk of a unit: what comes, what waits on the shelf, what has to go on, and the field to scan it with."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
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
            )
            say(request, row, effect, unit)
            return redirect(_url(unit))
    context = {
        "title": in_language(unit.names),
        "lead": _("Scan what arrives. What waits here is handed over for its code."),
        "form": form,
        "tabs": _tabs(request, unit),
        "scan_url": _url(unit),
        **_lying_at(unit),
    }
    return pages.render(request, "logistics/desk.html", context, status=pages.form_status(request))


def _lying_at(unit: ServiceUnit) -> dict[str, Any]:
    """Return what comes to a unit, lies there and has to go on."""
    stops = list(queries.tours_stopping_at(unit.pk, clock.today())[:MOST])
    goods = list(queries.waiting_at(unit.pk)[:MOST])
    to_count = list(queries.to_count_at(unit.pk)[:MOST])
    origins = network.units_by_id({row.from_unit_id for row in to_count})
    return {
        "shelf": list(queries.shelf_of(unit.pk)[:MOST]),
        "trouble": [(row, ParcelStatus(row.status).label) for row in queries.trouble_at(unit.pk)[:MOST]],
        "coming": [(row, ParcelStatus(row.status).label) for row in queries.coming_to(unit.pk)[:MOST]],
        "leaving": [_as_leaving(row) for row in queries.leaving_from(unit.pk)[:MOST]],
        "stops": stops,
        "goods": goods,
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
