"""A carrier's file of parcels: sent, its columns named, looked at, handed over; and parcels without a village."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.handing_in import FileState
from terrace.logistics.forms.handing_in import ColumnsForm, HandInForm, ParcelFileForm, PlaceForm
from terrace.logistics.models import ParcelFile, UnplacedParcel
from terrace.logistics.services import Checked
from terrace.logistics.views.agreements import name_of, way_to
from terrace.logistics.views.units import as_choices, units_below
from terrace.registry import queries as registry

SHOWN = 100
"""Bad rows on the page; a file with more is corrected at its source."""


@needs(Permission.HANDLE, or_party=True)
def take(request: Request, number: str) -> HttpResponse:
    """Take in a carrier's file; nothing is handed over before somebody has looked at what was read."""
    shared = queries.get_carrier(request.actor, number)
    form = ParcelFileForm(pages.sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.values["file"]
        with form.refusals():
            taken = services.take_file(by=request.actor, carrier=shared, content=upload.read(), file_name=upload.name)
            return redirect("logistics:parcel_file", number, taken.pk)
    context = {
        "title": _("Hand over a file"),
        "lead": _("Parcels that go down to villages, one a row: xlsx, or CSV in UTF-8 or GB 18030, up to 10,000 rows."),
        "breadcrumb": way_to(shared),
        "form": form,
        "submit_label": _("Read it"),
        "cancel_url": reverse("logistics:carrier_about", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE, or_party=True)
def file(request: Request, number: str, file_id: int) -> HttpResponse:
    """Show what is in a file and what is wrong with it, before it is handed over; then what became of it."""
    shared = queries.get_carrier(request.actor, number)
    found = queries.get_file(request.actor, shared, file_id)
    if found.state == FileState.TO_MAP:
        return redirect("logistics:parcel_file_columns", number, file_id)
    form = HandInForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.hand_in(by=request.actor, file=found, takes_good_rows=form.values["takes_good_rows"])
            return redirect("logistics:parcel_file", number, file_id)
    state, checked, refusal = FileState(found.state), None, ""
    if state is FileState.TO_CHECK:
        try:
            checked = services.look_at(by=request.actor, file=found)
        except Invalid as refused:
            refusal = str(refused)
    context = {
        "title": found.file_name,
        "lead": name_of(shared),
        "breadcrumb": way_to(shared),
        "state": state,
        "figures": _figures(found, checked),
        "problems": checked.problems[:SHOWN] if checked else [],
        "more_problems": max(0, len(checked.problems) - SHOWN) if checked else 0,
        "refusal": refusal,
        "form": form if checked else None,
        "columns_url": reverse("logistics:parcel_file_columns", args=[number, file_id]),
        "drop_url": reverse("logistics:parcel_file_drop", args=[number, file_id]),
        "unplaced_url": reverse("logistics:unplaced") if found.open_count else "",
        "cancel_url": reverse("logistics:carrier_about", args=[number]),
    }
    return pages.render(request, "logistics/parcel_file.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE, or_party=True)
def columns(request: Request, number: str, file_id: int) -> HttpResponse:
    """Say which column of a file tells what; all files of the carrier with this first row are read so from then on."""
    shared = queries.get_carrier(request.actor, number)
    found = queries.get_file(request.actor, shared, file_id)
    form = ColumnsForm(pages.sent(request), titles=found.titles, known=queries.columns_of(found))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.map_columns(by=request.actor, file=found, columns=form.columns)
            return redirect("logistics:parcel_file", number, file_id)
    context = {
        "title": _("Which column tells what?"),
        "lead": _("Asked once: the next file with the same first row is read the same way."),
        "breadcrumb": way_to(shared),
        "form": form,
        "cancel_url": reverse("logistics:carrier_about", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@require_POST
@needs(Permission.HANDLE, or_party=True)
def drop(request: Request, number: str, file_id: int) -> HttpResponse:
    """Throw away a file that was not handed over."""
    shared = queries.get_carrier(request.actor, number)
    services.drop_file(by=request.actor, file=queries.get_file(request.actor, shared, file_id))
    return redirect("logistics:carrier_about", number)


@dataclass(frozen=True, slots=True)
class UnplacedCard:
    """A parcel without a village, with its carrier's name."""

    row: UnplacedParcel
    carrier: str


@needs(Permission.HANDLE, or_party=True)
def unplaced(request: Request) -> HttpResponse:
    """List the parcels of carriers whose village the address does not tell."""
    context = {
        "title": _("Parcels without a village"),
        "lead": _("Carriers announced them, but the address does not say where they go. Say it, and they ride."),
    }
    rows = queries.unplaced_visible_to(request.actor)
    return listing.answer(request, "pages/list.html", _table(), rows, FilterForm(request.GET), context)


@needs(Permission.HANDLE, or_party=True)
def place(request: Request, unplaced_id: int) -> HttpResponse:
    """Say to which point or station a parcel goes, or that it is none of this network's."""
    found = queries.get_unplaced(request.actor, unplaced_id)
    units = units_below(found.area_path)
    form = PlaceForm(pages.sent(request), units=as_choices(units))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            if "drop" in request.POST:
                services.drop_unplaced(by=request.actor, unplaced=found)
            else:
                chosen = next((unit.pk for unit in units if unit.number == form.values["unit"]), None)
                if chosen is None:
                    raise Invalid(_("Say which point or station it goes to."), field="unit")
                made = services.place_parcel(by=request.actor, unplaced=found, unit_id=chosen)
                messages.success(request, _("It is announced as %(number)s.") % {"number": made.number})
            return redirect("logistics:unplaced")
    context = {
        "title": _("Where does it go?"),
        "lead": " · ".join(filter(None, (found.recipient, found.place, found.address))),
        "form": form,
        "submit_label": _("Announce it"),
        "second": {"name": "drop", "label": _("None of ours")},
        "cancel_url": reverse("logistics:unplaced"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _figures(found: ParcelFile, checked: Checked | None) -> list[dict[str, Any]]:
    new, known = (len(checked.parcels), checked.known) if checked else (found.new_count, found.known_count)
    waits, bad = (len(checked.unplaced), checked.bad_rows) if checked else (found.open_count, found.bad_count)
    counted = (
        (_("New parcels"), new),
        (_("Known already"), known),
        (_("Without a village"), waits),
        (_("Rows to correct"), bad),
    )
    empty = dict.fromkeys(("unit", "change", "trend", "line", "url"), "")
    return [{"label": label, "number": count, **empty} for label, count in counted]


def _cards(rows: Sequence[UnplacedParcel]) -> list[UnplacedCard]:
    parties = registry.parties_by_id({row.party_id for row in rows})
    return [UnplacedCard(row, parties[row.party_id].name) for row in rows]


def _table() -> Table[UnplacedParcel, UnplacedCard]:
    heads: tuple[Column[UnplacedCard], ...] = (
        Column("waybill", _("Waybill"), lambda card: card.row.waybill, Kind.CODE, sort="waybill"),
        Column("carrier", _("Carrier"), lambda card: card.carrier),
        Column("recipient", _("Recipient"), lambda card: card.row.recipient),
        Column("address", _("Address"), lambda card: " ".join(filter(None, (card.row.place, card.row.address)))),
        Column("weight", _("Weight"), lambda card: Quantity(card.row.weight_grams, Unit.KILOGRAM), Kind.QUANTITY),
        Column("made", _("Announced"), lambda card: card.row.created_at, Kind.DATETIME, sort="created_at"),
    )
    return Table(
        name="unplaced",
        columns=heads,
        present=_cards,
        order=("id",),
        empty=Empty(_("Every parcel has its village"), _("What a carrier's file leaves open stands here.")),
        url=lambda card: reverse("logistics:unplaced_place", args=[card.row.pk]),
    )
