"""Where a parcel is, for who waits for it and has no account: by its number and the end of the phone's number."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.http import HttpResponse

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.errors import DomainError
from terrace.kernel.ids import fingerprint
from terrace.kernel.words import Names, Text, _
from terrace.logistics import queries
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.forms import StatusForm
from terrace.logistics.models import Parcel
from terrace.network import queries as network

MOST_TRIES = 20
WITHIN = 10 * 60
"""So many wrong guesses in so many seconds from one address, and no further one is answered for a while."""


class TooManyTries(DomainError):
    """Somebody guesses."""

    code = "too_many_tries"
    status = 429
    message = _("Too many tries. Wait ten minutes, then try again.")


@dataclass(frozen=True, slots=True)
class Seen:
    """A scan as a stranger may know it: what happened, where, when. No names."""

    at: datetime
    label: Text
    place: Names | None


@public
def status(request: Request) -> HttpResponse:
    """Tell where a parcel is to who knows its number and the last four digits of the recipient's phone."""
    form = StatusForm(request.POST if request.method == "POST" else None)
    found, code = None, pages.ANSWERED
    if request.method == "POST":
        _refuse_guessing(request)
        if form.is_valid():
            found = queries.find_parcel_for(form.cleaned_data["number"], form.cleaned_data["tail"])
            if found is None:
                _count(request)
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
    }
    response = pages.render(request, "logistics/status.html", context, status=code)
    response["Cache-Control"] = "no-store"
    return response


def _steps(found: Parcel) -> list[Seen]:
    scans = [scan for scan in queries.scans_of(found) if scan.moved][::-1]
    units = network.units_by_id(scan.unit_id for scan in scans if scan.unit_id)
    return [
        Seen(scan.at, ParcelStatus(scan.status).label, units[scan.unit_id].names if scan.unit_id else None)
        for scan in scans
    ]


def _key(request: Request) -> str:
    """Return the name of the visitor's count: its address goes into no table as it is."""
    return f"parcel-status/{fingerprint(request.META.get('REMOTE_ADDR', ''))}"


def _refuse_guessing(request: Request) -> None:
    if int(cache.get(_key(request), 0)) >= MOST_TRIES:
        raise TooManyTries


def _count(request: Request) -> None:
    cache.add(_key(request), 0, WITHIN)
    cache.incr(_key(request))
