"""Orders with goods of recalled lots: the list from which buyers are told and parcels are stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import _, one_by_one
from terrace.market import queries
from terrace.market.domain import OrderStatus, Permission
from terrace.market.forms.sales import RecalledFilter
from terrace.market.models import Order
from terrace.market.views.sale_cards import TONES


@dataclass(frozen=True, slots=True)
class Card:
    """An order with the recalled lots in it; recipient and phone for who may know them."""

    order: Order
    lots: str
    recipient: str
    phone: str

    @property
    def status(self) -> OrderStatus:
        """Where it stands."""
        return OrderStatus(self.order.status)


@needs(Permission.VIEW, or_own=True)
def recalled(request: Request) -> HttpResponse:
    """List the orders with goods that were recalled, those that have not arrived first."""
    form = RecalledFilter(request.GET)
    context = {
        "title": _("Recalled goods"),
        "lead": _("Stop the orders that have not left. The buyers of the others got an SMS; call who was not told."),
    }
    rows = queries.recalled_orders(request.actor, form.given().get("lot", ""))
    return listing.answer(request, "pages/list.html", _table(request.actor), form.narrow(rows), form, context)


def _table(actor: Actor) -> Table[Order, Card]:
    return Table(
        name="recalled-orders",
        columns=(
            Column("number", _("Number"), lambda card: card.order.number, Kind.CODE, sort="number"),
            Column("lots", _("Recalled lots"), lambda card: card.lots, Kind.PROSE),
            Column("status", _("State"), lambda card: card.status, Kind.BADGE, sort="status", tone=_tone),
            Column("recipient", _("Recipient"), lambda card: card.recipient),
            Column("phone", _("Phone"), lambda card: card.phone, Kind.PHONE, url=_phone_url),
            Column("told", _("Buyer told"), lambda card: card.order.warned_at, Kind.DATE, sort="warned_at"),
            Column(
                "delivered", _("Delivered on"), lambda card: card.order.delivered_at, Kind.DATE, sort="delivered_at"
            ),
        ),
        present=lambda orders: _cards(actor, orders),
        order=("-delivered_at", "-id"),
        empty=Empty(
            _("No order holds recalled goods"), _("Where a lot is recalled, the orders with its goods stand here.")
        ),
        url=lambda card: reverse("market:sale", args=[card.order.number]),
    )


def _cards(actor: Actor, orders: Sequence[Order]) -> list[Card]:
    lots = queries.recalled_lots_of(order.pk for order in orders)
    return [_card(actor, order, lots.get(order.pk, [])) for order in orders]


def _card(actor: Actor, order: Order, lots: Sequence[str]) -> Card:
    may_know = queries.sees_recipient(actor, order)
    phone = show_phone(order.phone, current().region) if may_know and order.phone else ""
    return Card(order, one_by_one(lots), order.recipient if may_know else "", phone)


def _phone_url(card: Card) -> str:
    """The centre calls these buyers: one press on a phone."""
    return f"tel:{card.order.phone}" if card.phone else ""


def _delivered(card: Card) -> datetime | None:
    return card.order.delivered_at


def _tone(card: Card) -> str:
    return TONES[card.status]
