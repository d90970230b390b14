"""Where a parcel is, for who waits for it and has no account: by its number and the end of the phone's number."""

from dataclasses import dataclass
from datetime import datetime

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.errors import DomainError
from terrace.kernel.words import Names, Text, _
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.forms import CollectorForm, StatusForm
from terrace.logistics.models import Parcel
from terrace.network import queries as network

FIND = "find_parcel"
"""Its limits stand in ACCOUNT_RATE_LIMITS: for one visitor, and for one parcel."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A scan as a stranger may know it: what happened, where, when. No names."""

    at: datetime
    label: Text
    place: Names | None


@public
def status(request: Request) -> HttpResponse:
    """Tell where a parcel is to who knows its number and the last four digits of the recipient's phone.

    Tries are limited, and a wrong one says nothing of what was wrong.
    """
    form = StatusForm(request.POST if request.method == "POST" else None)
    found, code = None, pages.ANSWERED
    if request.method == "POST":
        number = request.POST.get("number", "").strip().upper()[:40]
        if not ratelimit.consume(request, action=FIND, key=number):
            return render(request, "429.html", status=429)
        if form.is_valid():
            found = queries.find_parcel_for(form.cleaned_data["number"], form.cleaned_data["tail"])
            if found is None:
                form.add_error(None, _("There is no parcel of this number for that phone."))
        code = pages.ANSWERED if found else pages.REFUSED
    context = {
        "title": _("Where is my parcel?"),
        "form": form,
        "parcel": found,
        "status_label": ParcelStatus(found.status).label if found else "",
        "unit": network.units_by_id([found.to_unit_id]).get(found.to_unit_id) if found and found.to_unit_id else None,
        "is_waiting": bool(found and found.code),
        "steps": _steps(found) if found else [],
        "collector": found.collector if found else "",
        "collector_form": CollectorForm(initial=form.cleaned_data) if found and found.code else None,
    }
    return _unkept(pages.render(request, "logistics/status.html", context, status=code))


@public
def collector(request: Request) -> HttpResponse:
    """Let a recipient who shows number, end of phone and pick-up code name somebody else to collect the parcel."""
    if request.method != "POST":
        return redirect("logistics:status")
    number = request.POST.get("number", "").strip().upper()[:40]
    if not ratelimit.consume(request, action=FIND, key=number):
        return render(request, "429.html", status=429)
    form = CollectorForm(request.POST)
    found = queries.find_parcel_for(number, request.POST.get("tail", ""))
    if found is None:
        return redirect("logistics:status")
    done = False
    if form.is_valid():
        try:
            given = {name: form.cleaned_data[name] for name in ("code", "name", "phone")}
            services.name_collector(by=request.actor, parcel=found, **given)
            done = True
        except DomainError as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    context = {
        "title": _("Let somebody else collect it"),
        "parcel": found,
        "form": form,
        "collector": form.cleaned_data["name"] if done else "",
    }
    return _unkept(
        pages.render(request, "logistics/collector.html", context, status=pages.ANSWERED if done else pages.REFUSED)
    )


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _steps(found: Parcel) -> list[Seen]:
    scans = [scan for scan in queries.scans_of(found) if scan.moved][::-1]
    units = network.units_by_id(scan.unit_id for scan in scans if scan.unit_id)
    return [
        Seen(scan.at, ParcelStatus(scan.status).label, units[scan.unit_id].names if scan.unit_id else None)
        for scan in scans
    ]
