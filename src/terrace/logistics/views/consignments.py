"""The pages of consignments: the list, making one up, one with its lots, counting it in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.catalog import queries as catalog
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import ConsignmentStatus, Permission
from terrace.logistics.domain.ends import FROM, TO
from terrace.logistics.forms import ConsignmentFilter, ConsignmentForm, CountForm, WindowForm, grams_of
from terrace.logistics.models import Consignment, ConsignmentLine
from terrace.logistics.services import MOST_LOTS, Short
from terrace.logistics.views.histories import steps_of
from terrace.logistics.views.units import as_choices, own_unit
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.traceability import queries as lots
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot

TONES = {
    ConsignmentStatus.TO_COUNT: "warn",
    ConsignmentStatus.ARRIVED: "good",
    ConsignmentStatus.LOST: "bad",
    ConsignmentStatus.CANCELLED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A consignment with the names that belong to it."""

    goods: Consignment
    origin: Names
    target: Names

    @property
    def status(self) -> ConsignmentStatus:
        """Where it stands."""
        return ConsignmentStatus(self.goods.status)

    @property
    def weight(self) -> Quantity:
        """What it weighs on the vehicle."""
        return Quantity(self.goods.grams, Unit.KILOGRAM)


@dataclass(frozen=True, slots=True)
class LineCard:
    """A lot of a consignment, with its name."""

    line: ConsignmentLine
    lot: Lot
    goods: str

    @property
    def title(self) -> str:
        """What it is called in one line."""
        return f"{self.goods} · {self.lot.number}"


@needs(Permission.VIEW)
def consignments(request: Request) -> HttpResponse:
    """List the consignments that the reader sees, the youngest first."""
    may = request.actor.holds(Permission.HANDLE)
    new = reverse("logistics:consignment_new")
    context = {
        "title": _("Consignments"),
        "lead": _("Farm goods on their way from points to the centre."),
        "primary": {"url": new, "label": _("Make up a consignment"), "icon": "plus"} if may else None,
    }
    form = ConsignmentFilter(request.GET)
    rows = form.narrow(queries.consignments_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(new if may else ""), rows, form, context)


@needs(Permission.HANDLE)
def make_up(request: Request) -> HttpResponse:
    """Make up a consignment of the lots that lie at the reader's unit."""
    actor = request.actor
    unit = own_unit(actor, Permission.HANDLE, request.GET.get("unit", ""))
    here = list(lots.lots_at(unit_ids=[unit.pk])[: MOST_LOTS + 1])
    targets, goods = _targets(unit), _goods(here)
    titled = [(lot, f"{goods[lot.pk]} · {lot.number}") for lot in here[:MOST_LOTS]]
    initial = {"to_unit": targets[0].number}
    form = ConsignmentForm(pages.sent(request), initial=initial, targets=as_choices(targets), lots=titled)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            made = services.create_consignment(
                by=actor,
                from_unit=unit,
                to_unit=next(target for target in targets if target.number == values["to_unit"]),
                lots=form.chosen(),
                crates=values["crates"] or 0,
                grams=grams_of(values["grams"], "grams") if values["grams"] else None,
                is_cold=values["is_cold"],
                window=form.window(),
            )
            return redirect("logistics:consignment", made.number)
    context = {
        "title": _("Make up a consignment"),
        "lead": _lead(unit, len(here)),
        "form": form,
        "submit_label": _("Make up"),
        "cancel_url": reverse("logistics:consignments"),
        "has_lots": bool(here),
    }
    return pages.render(request, "logistics/make_up.html", context, status=pages.form_status(request))


@needs(Permission.VIEW)
def consignment(request: Request, number: str) -> HttpResponse:
    """Show one consignment: its lots, and its way so far."""
    found = queries.get_consignment(request.actor, number)
    card = _cards([found])[0]
    counts = found.status == ConsignmentStatus.TO_COUNT and request.actor.may(Permission.HANDLE, found.to_path)
    cancels = found.status == ConsignmentStatus.WAITING and request.actor.may(Permission.HANDLE, found.from_path)
    cancel = {"url": reverse("logistics:cancel_consignment", args=[number]), "label": _("Cancel it"), "icon": "x"}
    label = {"url": reverse("logistics:consignment_label", args=[number]), "label": _("Label"), "icon": "printer"}
    packs = request.actor.may(Permission.HANDLE, found.from_path)
    crates = {"url": reverse("logistics:packed", args=[number]), "label": _("Labels for crates"), "icon": "printer"}
    ready = {"url": reverse("logistics:window", args=[number]), "label": _("When it is ready"), "icon": "clock"}
    count = {"url": reverse("logistics:receive", args=[number]), "label": _("Count in"), "icon": "scale"}
    context = {
        "title": found.number,
        "breadcrumb": [(_("Consignments"), reverse("logistics:consignments")), (found.number, "")],
        "primary": count if counts else None,
        "actions": [label, crates, ready, cancel] if cancels else [label, crates] if packs else [label],
        "tone": TONES.get(card.status, "info"),
        "status_label": card.status.label,
        "facts": [
            (FROM, "names", card.origin),
            (TO, "names", card.target),
            (_("Weight"), "quantity", card.weight),
            (_("Crates"), "number", found.crates),
            (_("Rides cold"), "text", _("Yes") if found.is_cold else _("No")),
            (_("Ready from"), "datetime", found.ready_at),
            (_("May wait until"), "datetime", found.waits_until),
            (_("Counted in"), "datetime", found.arrived_at),
        ],
        "lines": _lines(found),
        "steps": steps_of(queries.goods_scans_of(found)),
    }
    return pages.render(request, "logistics/consignment.html", context)


@needs(Permission.HANDLE)
def receive(request: Request, number: str) -> HttpResponse:
    """Count a consignment in, and say why, where less arrived."""
    found = queries.get_consignment(request.actor, number)
    lines = [(card.line, card.title) for card in _lines(found)]
    form = CountForm(pages.sent(request), lines=lines)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            short = Short(LossReason(values["reason"]), values["note"]) if values["reason"] else None
            services.receive_consignment(by=request.actor, consignment=found, arrived=form.counted(), short=short)
            return redirect("logistics:consignment", number)
    context = {
        "title": _("Count in %(number)s") % {"number": number},
        "lead": _("Weigh or count what came. What was sent stands in the fields."),
        "form": form,
        "submit_label": _("Count in"),
        "cancel_url": reverse("logistics:consignment", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE)
def window(request: Request, number: str) -> HttpResponse:
    """Say from when a consignment can be fetched, and until when it may wait."""
    found = queries.get_consignment(request.actor, number)
    back = reverse("logistics:consignment", args=[number])
    form = WindowForm(pages.sent(request), initial={"ready_at": found.ready_at, "waits_until": found.waits_until})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.set_window(by=request.actor, consignment=found, window=form.window())
            return redirect(back)
    context = {"title": _("When %(number)s is ready") % {"number": number}, "form": form, "cancel_url": back}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.HANDLE)
def cancel(request: Request, number: str) -> HttpResponse:
    """Ask once, then give up a consignment that still waits."""
    found = queries.get_consignment(request.actor, number)
    question = Question(
        title=_("Cancel %(number)s?") % {"number": number},
        text=_("Its lots stay where they lie. No tour fetches them any more."),
        submit_label=_("Cancel it"),
        cancel_url=reverse("logistics:consignment", args=[number]),
    )
    return confirm(request, question, partial(services.cancel_consignment, by=request.actor, consignment=found))


def _lead(unit: ServiceUnit, lots_here: int) -> Text:
    """Return what is to be done, and that there is more than one consignment holds, where there is."""
    told = _("What lies at %(unit)s and goes along. Leave empty what stays.")
    if lots_here > MOST_LOTS:
        told = _("The %(most)d lots that lie longest at %(unit)s. Make up a second consignment for the others.")
    return told % {"unit": in_language(unit.names), "most": MOST_LOTS}


def _targets(unit: ServiceUnit) -> list[ServiceUnit]:
    """Return the units above, the nearest centre first: goods go up."""
    above = network.units_serving([unit.area_path[:length] for length in range(1, len(unit.area_path) + 1)])
    found = {target.pk: target for target in above.values() if target.pk != unit.pk}
    if not found:
        raise NotFound
    return sorted(found.values(), key=lambda target: (abs(len(target.area_path) - 6), target.pk))


def _goods(found: Collection[Lot]) -> dict[int, str]:
    """Return what the products of lots are called, by the lots' ids."""
    products = catalog.products_by_id({lot.product_id for lot in found})
    return {lot.pk: in_language(products[lot.product_id].names) for lot in found}


def _lines(found: Consignment) -> list[LineCard]:
    lines = queries.lines_of([found])[found.pk]
    by_id = lots.lots_by_id(line.lot_id for line in lines)
    goods = _goods(by_id.values())
    return [LineCard(line, by_id[line.lot_id], goods[line.lot_id]) for line in lines]


def _table(new: str) -> Table[Consignment, Card]:
    columns: tuple[Column[Card], ...] = (
        Column("number", _("Number"), lambda card: card.goods.number, Kind.CODE, sort="number"),
        Column(
            "status",
            _("State"),
            lambda card: card.status,
            Kind.BADGE,
            sort="status",
            tone=lambda card: TONES.get(card.status, "info"),
        ),
        Column("origin", FROM, lambda card: card.origin, Kind.NAMES),
        Column("target", TO, lambda card: card.target, Kind.NAMES),
        Column("weight", _("Weight"), lambda card: card.weight, Kind.QUANTITY, sort="grams"),
        Column("crates", _("Crates"), lambda card: card.goods.crates, Kind.NUMBER, sort="crates"),
        Column("ready", _("Ready from"), lambda card: card.goods.ready_at, Kind.DATETIME, sort="ready_at"),
        Column("until", _("May wait until"), lambda card: card.goods.waits_until, Kind.DATETIME, sort="waits_until"),
        Column("made", _("Made up"), lambda card: card.goods.created_at, Kind.DATETIME, sort="created_at"),
    )
    return Table(
        name="consignments",
        columns=columns,
        present=_cards,
        order=("-id",),
        empty=Empty(
            _("No consignments yet"),
            _("Goods that were bought at a point are made up here, for the next tour to fetch."),
            new,
            _("Make up a consignment") if new else "",
        ),
        url=lambda card: reverse("logistics:consignment", args=[card.goods.number]),
        most_counted=10_000,
    )


def _cards(rows: Sequence[Consignment]) -> list[Card]:
    units = network.units_by_id(unit_id for row in rows for unit_id in (row.from_unit_id, row.to_unit_id))
    return [Card(row, units[row.from_unit_id].names, units[row.to_unit_id].names) for row in rows]
