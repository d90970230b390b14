"""Advice: what was sent down and who has taken note, what came down and waits for us."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Names, Text, _
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.advice import AdviceFilter, AdviceForm, ReceiptFilter
from terrace.sourcing.models import Advice, AdviceReceipt
from terrace.sourcing.queries import ADVICE_SORTS, RECEIPT_SORTS
from terrace.sourcing.views.areas import area_choices


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of advice with who sent it, and how many units have taken note."""

    advice: Advice
    sender: Names
    product: Product | None
    is_waiting: bool

    @property
    def state(self) -> str:
        """Whether the reader's own unit still has to take note."""
        return str(_("to acknowledge")) if self.is_waiting else ""

    @property
    def tone(self) -> str:
        """How loudly to say it."""
        return "warn" if self.is_waiting else "neutral"


@dataclass(frozen=True, slots=True)
class Reached:
    """A unit that the advice reached, and the place that it is in."""

    receipt: AdviceReceipt
    unit: ServiceUnit
    place: Names

    @property
    def state(self) -> Text:
        """Whether the unit has taken note."""
        return _("acknowledged") if self.receipt.acknowledged_at else _("waiting")

    @property
    def tone(self) -> str:
        """How loudly to say it."""
        return "good" if self.receipt.acknowledged_at else "warn"


@needs(Permission.ADVISE, Permission.ACKNOWLEDGE)
def advice(request: Request) -> HttpResponse:
    """List the advice that the actor sent or received."""
    may_advise = request.actor.holds(Permission.ADVISE)
    primary = {"url": reverse("sourcing:advice_new"), "label": _("Give advice"), "icon": "speakerphone"}
    context = {
        "title": _("Advice"),
        "lead": _("What centres and stations advise, and who has taken note of it."),
        "primary": primary if may_advise else None,
    }
    form = AdviceFilter(request.GET)
    rows = form.narrow(queries.advice_visible_to(request.actor), queries.unacknowledged(request.actor))
    return listing.answer(request, "pages/list.html", _table(request.actor), rows, form, context)


@needs(Permission.ADVISE)
def give(request: Request) -> HttpResponse:
    """Send advice to all stations and points of an area."""
    areas = area_choices(request.actor, Permission.ADVISE)
    form = AdviceForm(pages.sent(request), areas=areas, initial={"product": request.GET.get("product", "")})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = services.give_advice(by=request.actor, **form.values)
            return redirect("sourcing:advice_detail", given.number)
    context = {
        "title": _("Give advice"),
        "lead": _("Every station and point in the area gets it as a notice and must acknowledge it."),
        "form": form,
        "submit_label": _("Send"),
        "cancel_url": reverse("sourcing:advice"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.ADVISE, Permission.ACKNOWLEDGE)
def detail(request: Request, number: str) -> HttpResponse:
    """Show one piece of advice, the units it reached, and the button of who has to take note."""
    found = queries.advice_for(request.actor, number)
    receipts = queries.receipts_of(request.actor, found)
    about = catalog.products_by_id([found.product_id]).get(found.product_id) if found.product_id else None
    waits = receipts.filter(acknowledged_at__isnull=True, unit__in=request.actor.units).exists()
    form: FilterForm = FilterForm(request.GET)
    if receipts.exclude(unit__in=request.actor.units).exists():  # who sees the own unit alone has nothing to filter
        form = receipt_filter = ReceiptFilter(request.GET)
        receipts = receipt_filter.narrow(receipts)
    context = {
        "title": found.title,
        "breadcrumb": [(_("Advice"), reverse("sourcing:advice")), (found.title, "")],
        "advice": found,
        "sender": network.units_by_id([found.unit_id])[found.unit_id],
        "product": about,
        "is_waiting": waits,
    }
    return listing.answer(request, "sourcing/advice.html", _RECEIPTS, receipts, form, context)


@require_POST
@needs(Permission.ACKNOWLEDGE)
def acknowledge(request: Request, number: str) -> HttpResponse:
    """Take note of the advice for the actor's units."""
    services.acknowledge_advice(by=request.actor, advice=number)
    return redirect("sourcing:advice_detail", number)


def _table(actor: Actor) -> Table[Advice, Card]:
    return Table(
        name="advice",
        columns=_COLUMNS,
        present=lambda rows: _cards(actor, rows),
        order=("-created_at", "-id"),
        empty=Empty(_("No advice yet"), _("Advice from centres and stations appears here."), illustration="no-notices"),
        url=lambda card: reverse("sourcing:advice_detail", args=[card.advice.number]),
    )


def _cards(actor: Actor, rows: Sequence[Advice]) -> list[Card]:
    units = network.units_by_id({row.unit_id for row in rows})
    products = catalog.products_by_id({row.product_id for row in rows if row.product_id})
    waiting = queries.unacknowledged(actor)
    return [
        Card(row, units[row.unit_id].names, products.get(row.product_id) if row.product_id else None, row.pk in waiting)
        for row in rows
    ]


def _reached(rows: Sequence[AdviceReceipt]) -> list[Reached]:
    units = network.units_by_id({row.unit_id for row in rows})
    places = network.names_of({unit.area_id for unit in units.values()})
    return [Reached(row, units[row.unit_id], places.get(units[row.unit_id].area_id, {})) for row in rows]


_COLUMNS: tuple[Column[Card], ...] = (
    Column("title", _("Advice"), lambda card: card.advice.title, sort=ADVICE_SORTS["title"]),
    Column("sender", _("Sent by"), lambda card: card.sender, Kind.NAMES),
    Column(
        "product",
        _("About"),
        lambda card: card.product.names if card.product else None,
        Kind.NAMES,
        sort=ADVICE_SORTS["product"],
    ),
    Column(
        "created_at",
        _("When"),
        lambda card: card.advice.created_at,
        Kind.DATETIME,
        sort=ADVICE_SORTS["created_at"],
    ),
    Column(
        "reached",
        _("Units reached"),
        lambda card: _count(card.advice, "reached"),
        Kind.NUMBER,
        sort=ADVICE_SORTS["reached"],
    ),
    Column(
        "acknowledged",
        _("Acknowledged"),
        lambda card: _count(card.advice, "acknowledged"),
        Kind.NUMBER,
        sort=ADVICE_SORTS["acknowledged"],
    ),
    Column("state", _("For you"), lambda card: card.state, Kind.BADGE, tone=lambda card: card.tone),
)
_RECEIPTS: Table[AdviceReceipt, Reached] = Table(
    name="receipts",
    columns=(
        Column("unit", _("Unit"), lambda row: row.unit.names, Kind.NAMES),
        Column("place", _("Place"), lambda row: row.place, Kind.NAMES, sort=RECEIPT_SORTS["place"]),
        Column(
            "state",
            _("State"),
            lambda row: row.state,
            Kind.BADGE,
            sort=RECEIPT_SORTS["state"],
            tone=lambda row: row.tone,
        ),
        Column(
            "acknowledged_at",
            _("When"),
            lambda row: row.receipt.acknowledged_at,
            Kind.DATETIME,
            sort=RECEIPT_SORTS["acknowledged_at"],
        ),
        Column(
            "phone",
            _("Telephone"),
            lambda row: show_phone(row.unit.phone, current().region),
            Kind.PHONE,
            url=lambda row: f"tel:{row.unit.phone}" if row.unit.phone else "",
        ),
        Column("number", _("Number"), lambda row: row.unit.number, Kind.CODE, sheet_only=True),
        Column("area_code", _("Area code"), lambda row: row.unit.area_id, sheet_only=True),
    ),
    present=_reached,
    order=("area_path", "id"),
    sorted_by="state",
    empty=Empty(_("It reached no unit of yours")),
    url=lambda row: reverse("network:unit", args=[row.unit.number]),
)


def _count(advice: Advice, name: str) -> int:
    """A count that `advice_visible_to` annotated."""
    return int(getattr(advice, name))
