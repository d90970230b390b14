"""The pages of parcels: the list, announcing one, and one parcel with what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.photo_files import send_photo
from terrace.http.request import Request
from terrace.http.ways import number_in
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.phones import show_phone
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_context, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Direction, ParcelStatus, Permission
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.ends import FROM, TO
from terrace.logistics.forms import HandOverForm, NewsForm, NoteForm, ParcelFilter, ParcelForm, WaybillForm, grams_of
from terrace.logistics.models import Parcel
from terrace.logistics.services import NewParcel
from terrace.logistics.views.fees import fee_cards
from terrace.logistics.views.histories import steps_of
from terrace.logistics.views.parcel_acts import acts_of, cares_of, url_of
from terrace.logistics.views.units import as_choices, carrier_choices, carriers_of, own_centres, own_units, units_below
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry

TONES = {
    ParcelStatus.DELIVERED: "good",
    ParcelStatus.AT_POINT: "info",
    ParcelStatus.MISSING: "bad",
    ParcelStatus.DAMAGED: "bad",
    ParcelStatus.LOST: "bad",
    ParcelStatus.REFUSED: "warn",
    ParcelStatus.RETURNED: "warn",
}
"""How a state looks; the others are neutral."""
TO_BUYER = in_context("of a parcel", "The buyer")
"""Where a parcel goes that leaves the network: to whom is not for everybody who sees the list."""


@dataclass(frozen=True, slots=True)
class Card:
    """A parcel with the names that belong to it."""

    parcel: Parcel
    origin: Names
    target: Names
    carrier: str

    @property
    def status(self) -> ParcelStatus:
        """Where it stands."""
        return ParcelStatus(self.parcel.status)

    @property
    def weight(self) -> Quantity:
        """What it weighs."""
        return Quantity(self.parcel.weight_grams, Unit.KILOGRAM)


@needs(Permission.VIEW, or_party=True)
def parcels(request: Request) -> HttpResponse:
    """List the parcels that the reader sees, the youngest first."""
    form = ParcelFilter(request.GET)
    may_announce = _may_announce(request.actor)
    context = {
        "title": _("Parcels"),
        "lead": _("What goes up to buyers and comes down to villages. Open one for its way so far."),
        "primary": {"url": _new("down"), "label": _("Announce a parcel"), "icon": "plus"} if may_announce else None,
        "actions": [{"url": _new("up"), "label": _("Send a parcel"), "icon": "send"}] if may_announce else [],
    }
    rows = form.narrow(queries.parcels_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(may_announce), rows, form, context)


@needs(Permission.HANDLE, or_party=True)
def announce(request: Request, direction: str) -> HttpResponse:
    """Announce a parcel: one that comes down, or one that goes up."""
    if direction not in list(Direction):
        raise NotFound
    way, actor = Direction(direction), request.actor
    if not _may_announce(actor):
        raise Forbidden(permission=Permission.HANDLE.value)
    origins = _origins(actor, way)
    targets = [unit for centre in origins for unit in units_below(centre.area_path)] if way is Direction.DOWN else []
    carriers = carrier_choices(_carriers(actor, origins))
    form = ParcelForm(
        pages.sent(request),
        direction=way,
        origins=as_choices(origins),
        targets=as_choices(targets),
        carriers=carriers,
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            parcel = services.register_parcel(by=actor, new=_given(form, way, [*origins, *targets]))
            return redirect("logistics:parcel", parcel.number)
    is_down = way is Direction.DOWN
    context = {
        "title": _("Announce a parcel") if is_down else _("Send a parcel"),
        "lead": _("It comes from its carrier through the centre to a point or station.")
        if is_down
        else _("It lies here and goes up by a carrier."),
        "form": form,
        "submit_label": _("Announce") if is_down else _("Register"),
        "cancel_url": reverse("logistics:parcels"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW, or_party=True)
def parcel(request: Request, number: str) -> HttpResponse:
    """Show one parcel: where it stands, for whom it is as far as the reader may know, and its way so far."""
    found = queries.get_parcel(request.actor, number)
    card = _cards([found])[0]
    primary, actions = acts_of(request.actor, found)
    context = {
        "title": found.number,
        "breadcrumb": [(_("Parcels"), reverse("logistics:parcels")), (found.number, "")],
        "primary": primary,
        "actions": [*actions, {"url": url_of("parcel_label", found), "label": _("Label"), "icon": "printer"}],
        "tone": TONES.get(card.status, "neutral"),
        "status_label": card.status.label,
        "cares": cares_of(found, clock.now()),
        "facts": _facts(request.actor, card),
        "steps": steps_of(queries.scans_of(found), found, shows_who=request.actor.holds(Permission.VIEW)),
        "fees": fee_cards(queries.fees_of(found), request.actor) if found.direction == Direction.DOWN else [],
    }
    return pages.render(request, "logistics/parcel.html", context)


@needs(Permission.HANDLE)
def hand_over(request: Request, number: str) -> HttpResponse:
    """Hand a parcel to its recipient, for the code or before a camera."""
    found = _handled(request.actor, number)
    form = HandOverForm(pages.sent(request), request.FILES or None, owner=request.actor.person_id, cod=found.cod)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            paid = CashWay(values.pop("paid")) if found.cod else None
            services.hand_over(by=request.actor, parcel=found, paid=paid, **values)
            told = _("%(number)s was handed to %(recipient)s.")
            messages.success(request, told % {"number": found.number, "recipient": found.recipient})
            return redirect("logistics:desk")
    if request.method == "POST":
        form.keep_files()
    context = {
        "title": _("Hand over %(number)s") % {"number": found.number}
        if found.cod is None
        else _("Take %(amount)s, then hand over %(number)s")
        % {"amount": written.money(found.cod), "number": found.number},
        "lead": _(
            "To %(recipient)s, or who was named to collect it. Ask for the pick-up code that was sent by SMS. Who has "
            "lost it signs, or is handed the parcel before the camera."
        )
        % {"recipient": found.recipient},
        "form": form,
        "submit_label": _("Hand over"),
        "cancel_url": url_of("parcel", found),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE)
def refuse(request: Request, number: str) -> HttpResponse:
    """Ask once, then note that the recipient does not want it."""
    found = queries.get_parcel(request.actor, number)
    question = Question(
        title=_("Does the recipient refuse %(number)s?") % {"number": found.number},
        text=_("It goes back to its carrier with the next tour. The pick-up code opens it no more."),
        submit_label=_("The recipient refuses it"),
        cancel_url=url_of("parcel", found),
    )
    form = NoteForm(pages.sent(request))
    act = lambda: services.refuse(by=request.actor, parcel=found, note=form.values["note"])  # noqa: E731
    return confirm(request, question, act, form=form)


@needs(Permission.HANDLE)
def renew_code(request: Request, number: str) -> HttpResponse:
    """Ask once, then send a new pick-up code."""
    found = _handled(request.actor, number)
    question = Question(
        title=_("Send a new pick-up code?"),
        text=_("It goes by SMS to the phone that ends in %(tail)s. The old code counts no more.")
        % {"tail": found.phone[-4:]},
        submit_label=_("Send"),
        cancel_url=url_of("parcel", found),
    )
    return confirm(request, question, partial(services.renew_code, by=request.actor, parcel=found))


@needs(Permission.HANDLE, or_party=True)
def to_carrier(request: Request, number: str) -> HttpResponse:
    """Hand a parcel that goes up to its carrier."""
    found = queries.get_parcel(request.actor, number)
    units = network.units_by_id([found.from_unit_id])
    initial = {"carrier": str(found.carrier_id or ""), "waybill": found.waybill}
    carriers = carrier_choices(_carriers(request.actor, list(units.values())))
    form = WaybillForm(pages.sent(request), initial=initial, carriers=carriers)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            services.hand_to_carrier(
                by=request.actor, parcel=found, waybill=values["waybill"], carrier_id=int(values["carrier"])
            )
            return redirect("logistics:parcel", number)
    context = {
        "title": _("Hand %(number)s to its carrier") % {"number": number},
        "form": form,
        "submit_label": _("Hand over"),
        "cancel_url": url_of("parcel", found),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE, or_party=True)
def news(request: Request, number: str) -> HttpResponse:
    """Note what the carrier says of a parcel."""
    found = queries.get_parcel(request.actor, number)
    form = NewsForm(pages.sent(request), said=[(status.value, status.label) for status in services.SAYS])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            status = ParcelStatus(form.values["status"])
            services.carrier_says(by=request.actor, parcel=found, status=status)
            return redirect("logistics:parcel", number)
    context = {
        "title": _("What the carrier says of %(number)s") % {"number": number},
        "form": form,
        "cancel_url": url_of("parcel", found),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.VIEW, or_party=True)
def photo(request: Request, number: str, scan_id: int) -> HttpResponse:
    """Send the picture of a scan to who sees for whom the parcel is."""
    found = queries.get_parcel(request.actor, number)
    scan = queries.scans_of(found).filter(pk=scan_id).first()
    picture = getattr(scan, "picture", None)
    if picture is None or not queries.sees_recipient(request.actor, found):
        raise NotFound
    return send_photo(picture.photo)


def _handled(actor: Actor, number: str) -> Parcel:
    """Return a parcel of which the actor may read for whom it is; raise `NotFound` for any other."""
    found = queries.get_parcel(actor, number)
    if not queries.sees_recipient(actor, found):
        raise NotFound
    return found


def _new(direction: str) -> str:
    return reverse("logistics:parcel_new", args=[direction])


def _may_announce(actor: Actor) -> bool:
    carries = actor.parties and queries.carriers_visible_to(actor).filter(party_id__in=actor.parties).exists()
    return actor.holds(Permission.HANDLE) or bool(carries)


def _origins(actor: Actor, way: Direction) -> list[ServiceUnit]:
    """Return where a parcel may begin: centres for what comes down, any unit of the actor's for what goes up."""
    own = queries.carriers_visible_to(actor).filter(party_id__in=actor.parties, is_active=True)
    shared = list(network.units_by_id(own.order_by("id").values_list("unit_id", flat=True)).values())
    if shared:
        return shared
    return own_centres(actor, Permission.HANDLE) if way is Direction.DOWN else own_units(actor, Permission.HANDLE)


def _carriers(actor: Actor, origins: Sequence[ServiceUnit]) -> list[Any]:
    own = list(queries.carriers_visible_to(actor).filter(party_id__in=actor.parties, is_active=True).order_by("id"))
    return own or carriers_of(origins)


def _given(form: ParcelForm, way: Direction, units: Sequence[ServiceUnit]) -> NewParcel:
    values, by_number = form.values, {unit.number: unit.pk for unit in units}
    return NewParcel(
        direction=way,
        recipient=values["recipient"],
        phone=values["phone"],
        from_unit_id=by_number[values["from_unit"]],
        weight_grams=grams_of(values["weight"], "weight"),
        region=values.get("region", ""),
        address=values.get("address", ""),
        to_unit_id=by_number[values["to_unit"]] if way is Direction.DOWN else None,
        carrier_id=int(values["carrier"]) if values["carrier"] else None,
        waybill=values.get("waybill", ""),
        cod=values.get("cod") or None,
        is_cold=values["is_cold"],
    )


def _facts(actor: Actor, card: Card) -> list[tuple[Text, str, Any]]:
    found, region = card.parcel, current().region
    told: list[tuple[Text, str, Any]] = [
        (_("Direction"), "text", Direction(found.direction).label),
        (FROM, "names", card.origin),
        (TO, "names", card.target) if found.to_unit_id else (TO, "text", found.region),
        (_("Carrier"), "text", card.carrier),
        (_("Waybill"), "text", found.waybill),
        (_("Weight"), "quantity", card.weight),
        (_("Rides cold"), "text", _("Yes") if found.is_cold else ""),
        (_("Compartment"), "text", found.shelf),
        (_("Cash on delivery"), "money", found.cod),
        (_("About"), "text", number_in(found.reference)),
    ]
    if queries.sees_recipient(actor, found):
        told += [
            (_("Recipient"), "text", found.recipient),
            (_("Phone"), "text", show_phone(found.phone, region)),
            (_("Address"), "text", found.address),
            (_("May collect it too"), "text", found.collector),
        ]
    return [fact for fact in told if fact[2]]


def _table(may_announce: bool) -> Table[Parcel, Card]:
    return Table(
        name="parcels",
        columns=(
            Column("number", _("Number"), lambda card: card.parcel.number, Kind.CODE, sort="number"),
            Column(
                "direction",
                _("Direction"),
                lambda card: Direction(card.parcel.direction),
                sort="direction",
                sheet_only=True,
            ),
            Column(
                "status",
                _("State"),
                lambda card: card.status,
                Kind.BADGE,
                sort="status",
                tone=lambda card: TONES.get(card.status, "neutral"),
            ),
            Column("origin", FROM, lambda card: card.origin, Kind.NAMES),
            Column("target", TO, lambda card: in_language(card.target) if card.target else TO_BUYER),
            Column(
                "weight", _("Weight"), lambda card: card.weight, Kind.QUANTITY, sort="weight_grams", sheet_only=True
            ),
            Column("carrier", _("Carrier"), lambda card: card.carrier, sheet_only=True),
            Column("waybill", _("Waybill"), lambda card: card.parcel.waybill, Kind.CODE, sort="waybill"),
            Column("seen", _("Last scanned"), lambda card: card.parcel.seen_at, Kind.DATETIME, sort="seen_at"),
        ),
        present=_cards,
        order=("-id",),
        empty=Empty(
            _("No parcels yet"),
            _("What carriers hand over to come down, and what goes up to buyers, stands here with its way."),
            _new("down") if may_announce else "",
            _("Announce a parcel") if may_announce else "",
        ),
        url=lambda card: url_of("parcel", card.parcel),
        most_counted=10_000,
    )


def _cards(rows: Sequence[Parcel]) -> list[Card]:
    units = network.units_by_id(
        unit_id for row in rows for unit_id in (row.from_unit_id, row.to_unit_id) if unit_id is not None
    )
    names = {pk: unit.names for pk, unit in units.items()}
    parties = registry.parties_by_id({row.carrier_id for row in rows if row.carrier_id})
    return [
        Card(
            row,
            names.get(row.from_unit_id, {}),
            names.get(row.to_unit_id or 0, {}),
            parties[row.carrier_id].name if row.carrier_id else "",
        )
        for row in rows
    ]
