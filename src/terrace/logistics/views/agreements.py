"""A carrier in the network: how things stand with it, what was agreed, and making and ending agreements."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Cell, Head, Small, plain
from terrace.kernel import clock
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.domain.handing_in import FileState
from terrace.logistics.forms.agreements import AgreementForm, EndingForm
from terrace.logistics.models import Agreement, Carrier, ParcelFile, Zone
from terrace.network import queries as network
from terrace.registry import queries as registry

SHOWN_FILES = 20


@needs(Permission.VIEW, or_party=True)
def carrier(request: Request, number: str) -> HttpResponse:
    """Show how things stand with a carrier: since when it shares the network, what was agreed, what it owes."""
    found = queries.get_carrier(request.actor, number)
    agreements = list(queries.agreements_visible_to(request.actor).filter(carrier=found).order_by("-starts_on"))
    files = list(queries.files_visible_to(request.actor).filter(carrier=found).order_by("-id")[:SHOWN_FILES])
    owed = queries.owed_by([found.party_id]).get(found.party_id)
    context = {
        "title": name_of(found),
        "breadcrumb": [(_("Carriers"), reverse("logistics:carriers"))],
        "actions": _actions(request, found),
        "primary": _primary(request, found),
        "facts": [
            (_("Centre"), "names", network.units_by_id([found.unit_id])[found.unit_id].names),
            (_("Shares the network"), "text", _("yes") if found.is_active else _("no")),
            (_("Owes"), "money", owed),
        ],
        "agreements": _agreements_table(found, agreements) if agreements else None,
        "files": _files_table(found, files) if files else None,
    }
    return pages.render(request, "logistics/carrier.html", context)


@needs(Permission.VIEW, or_party=True)
def agreement(request: Request, number: str, agreement_id: int) -> HttpResponse:
    """Show what was agreed with a carrier: days, rounds, zones with their prices."""
    shared = queries.get_carrier(request.actor, number)
    found = queries.get_agreement(request.actor, shared, agreement_id)
    terms = queries.terms_of(found)
    may_end = request.actor.may(Permission.TARIFFS, found.area_path)
    end_url = reverse("logistics:agreement_end", args=[number, found.pk])
    context = {
        "title": _("Agreement of %(day)s") % {"day": written.localdate(found.starts_on)},
        "lead": name_of(shared),
        "breadcrumb": way_to(shared),
        "actions": [{"url": end_url, "label": _("Say when it ends"), "icon": "calendar"}] if may_end else [],
        "facts": [
            (_("From the day"), "date", found.starts_on),
            (_("Last day"), "date", found.ends_on),
            (_("Minimum for a month"), "money", found.minimum),
            *((_("Handed over until"), "text", _round(one.by, one.ready_at)) for one in terms.rounds),
        ],
        "zones": _zones_table(terms.named, terms.rest),
    }
    return pages.render(request, "logistics/agreement.html", context)


@needs(Permission.TARIFFS)
def agree(request: Request, number: str) -> HttpResponse:
    """Make an agreement with a carrier."""
    found = queries.get_carrier(request.actor, number)
    request.actor.require(Permission.TARIFFS, found.area_path)
    areas = network.children_of(network.units_by_id([found.unit_id])[found.unit_id].area_id)
    form = AgreementForm(
        pages.sent(request),
        initial={"starts_on": clock.today(), "name_1": _("All areas")},
        areas=[(area.code, str(area)) for area in areas],
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = services.agree(by=request.actor, carrier=found, given=form.given())
            return redirect("logistics:agreement", number, made.pk)
    context = {
        "title": _("Make an agreement"),
        "lead": name_of(found),
        "form": form,
        "cancel_url": reverse("logistics:carrier_about", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.TARIFFS)
def end(request: Request, number: str, agreement_id: int) -> HttpResponse:
    """Say which day is the last of an agreement."""
    shared = queries.get_carrier(request.actor, number)
    found = queries.get_agreement(request.actor, shared, agreement_id)
    request.actor.require(Permission.TARIFFS, found.area_path)
    initial = {"version": found.version, "ends_on": found.ends_on or clock.today()}
    form = EndingForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            version = form.values["version"]
            services.end_agreement(by=request.actor, agreement=found, version=version, ends_on=form.day)
            return redirect("logistics:carrier_about", number)
    context = {
        "title": _("When does the agreement end?"),
        "lead": _("What is on its way then is paid by it still. New parcels are refused from the day after."),
        "form": form,
        "cancel_url": reverse("logistics:agreement", args=[number, found.pk]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def name_of(shared: Carrier) -> str:
    """Return what a carrier is called."""
    return registry.parties_by_id([shared.party_id])[shared.party_id].name


def way_to(shared: Carrier) -> list[tuple[Text, str]]:
    """Return the way to what belongs to a carrier."""
    return [
        (_("Carriers"), reverse("logistics:carriers")),
        (name_of(shared), reverse("logistics:carrier_about", args=[shared.number])),
    ]


def _primary(request: Request, shared: Carrier) -> dict[str, Any] | None:
    actor = request.actor
    if not actor.may(Permission.HANDLE, shared.area_path) and not actor.speaks_for(shared.party_id):
        return None
    new = reverse("logistics:parcel_file_new", args=[shared.number])
    return {"url": new, "label": _("Hand over a file"), "icon": "upload"}


def _actions(request: Request, shared: Carrier) -> list[dict[str, Any]]:
    """Return what the reader may do beside handing over a file."""
    actor, number = request.actor, shared.number
    turn = _("Take no more parcels") if shared.is_active else _("Take parcels again")
    ways = [
        (Permission.TARIFFS, "agreement_new", _("Make an agreement"), "plus"),
        (Permission.DISPATCH, "shelf_days", _("Days on the shelf"), "calendar"),
        (Permission.DISPATCH, "carrier", turn, "truck"),
    ]
    ways.insert(0, (Permission.DISPATCH, "news_of", _("News of parcels"), "bell"))
    ways.insert(0, (Permission.DISPATCH, "statement", _("Statements"), "coin"))
    own = {"news_of", "statement"} if actor.speaks_for(shared.party_id) else set()
    return [
        {"url": reverse(f"logistics:{name}", args=[number]), "label": label, "icon": icon}
        for permission, name, label, icon in ways
        if name in own or actor.may(permission, shared.area_path)
    ]


def _round(by: object, ready_at: object) -> Text:
    return _("%(by)s, rides from %(ready)s") % {"by": f"{by:%H:%M}", "ready": f"{ready_at:%H:%M}"}


def _agreements_table(shared: Carrier, rows: Sequence[Agreement]) -> Small:
    def line(row: Agreement) -> list[Cell]:
        url = reverse("logistics:agreement", args=[shared.number, row.pk])
        ends = written.localdate(row.ends_on) if row.ends_on else _("until it is ended")
        return [(written.localdate(row.starts_on), url), *plain(ends, written.money(row.minimum))]

    heads = [Head(_("From the day")), Head(_("Last day")), Head(_("Minimum for a month"), numeric=True)]
    return Small(_("Agreements"), heads, [line(row) for row in rows])


def _files_table(shared: Carrier, rows: Sequence[ParcelFile]) -> Small:
    def line(row: ParcelFile) -> list[Cell]:
        url = reverse("logistics:parcel_file", args=[shared.number, row.pk])
        return [
            (row.file_name, url),
            *plain(written.localdate(row.created_at), FileState(row.state).label, str(row.total)),
        ]

    heads = [Head(_("File")), Head(_("Day")), Head(_("State")), Head(_("Rows"), numeric=True)]
    return Small(_("Files of parcels"), heads, [line(row) for row in rows])


def _zones_table(named: dict[str, Zone], rest: Zone | None) -> Small:
    places = network.names_at(named)
    areas: dict[int, list[str]] = {}
    zones = {zone.pk: zone for zone in [*named.values(), *([rest] if rest else [])]}
    for path, zone in named.items():
        areas.setdefault(zone.pk, []).append(in_language(places.get(path, {})))

    def line(zone: Zone) -> list[Cell]:
        where = _("all other areas") if zone.is_rest else ", ".join(areas[zone.pk])
        first = written.quantity(Quantity(zone.first_grams, Unit.KILOGRAM))
        rate, back = zone.rate, zone.return_rate
        return plain(
            zone.name,
            where,
            written.money(rate.per_parcel),
            written.money(rate.per_kg),
            first,
            written.money(back.per_parcel),
        )

    heads = [
        Head(_("Zone")),
        Head(_("Areas")),
        Head(_("For each parcel"), numeric=True),
        Head(_("For each kilogram"), numeric=True),
        Head(_("Weight included"), numeric=True),
        Head(_("Comes back"), numeric=True),
    ]
    return Small(_("Zones"), heads, [line(zone) for zone in zones.values()])
