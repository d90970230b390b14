"""Orders as their sellers read them in a list: with goods and seller, fetched for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _, one_by_one
from terrace.market import queries
from terrace.market.domain import OrderStatus, Permission
from terrace.market.models import Order, OrderLine
from terrace.registry import queries as registry

TONES = {
    OrderStatus.PLACED: "neutral",
    OrderStatus.PAID: "warn",
    OrderStatus.PACKED: "warn",
    OrderStatus.SHIPPED: "info",
    OrderStatus.DELIVERED: "info",
    OrderStatus.COMPLETED: "good",
    OrderStatus.CANCELLED: "neutral",
    OrderStatus.REFUNDED: "bad",
    OrderStatus.EXPIRED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Card:
    """An order with the names that belong to it."""

    order: Order
    lines: Sequence[OrderLine]
    seller: str
    is_late: bool

    @property
    def status(self) -> OrderStatus:
        """Where it stands."""
        return OrderStatus(self.order.status)

    @property
    def goods(self) -> str:
        """What was bought, in a line: 2 × Fuji 5 kg."""
        return one_by_one(f"{line.quantity} × {line.title}" for line in self.lines)


def cards(orders: Sequence[Order], now: datetime) -> list[Card]:
    """Return the cards of `orders` in their order, with one look-up for lines and one for sellers."""
    lines = queries.lines_of(order.pk for order in orders)
    sellers = registry.parties_by_id({order.seller_id for order in orders})
    return [
        Card(order, lines.get(order.pk, []), sellers[order.seller_id].name, queries.is_late(order, now))
        for order in orders
    ]


def table(
    actor: Actor,
    now: datetime,
    *,
    begin: Empty,
    name: str = "orders",
    order: tuple[str, ...] = ("-id",),
    to: str = "sale",
) -> Table[Order, Card]:
    """Return the list of orders: late ones are marked, the newest first unless `order` says otherwise.

    A row leads `to` the order's page, or to packing it. Who speaks for one seller only is not told who that is.
    """
    several = actor.holds(Permission.VIEW) or len(actor.own_parties) > 1
    return Table(
        name=name,
        columns=(
            Column("number", _("Number"), lambda card: card.order.number, Kind.CODE, sort="number"),
            Column("goods", _("Goods"), lambda card: card.goods, Kind.PROSE),
            *([Column("seller", _("Seller"), _seller)] if several else []),
            Column("total", _("Total"), lambda card: card.order.total, Kind.MONEY, sort="total_minor"),
            Column("paid", _("Paid on"), _paid_on, Kind.DATE, sort="paid_at"),
            Column("status", _("State"), _state, Kind.BADGE, sort="status", tone=_tone),
            Column("refunded", _("Given back"), lambda card: card.order.refunded, Kind.MONEY, sheet_only=True),
            Column("shipped", _("Shipped on"), lambda card: card.order.shipped_at, Kind.DATETIME, sheet_only=True),
            Column("ended", _("Completed on"), lambda card: card.order.completed_at, Kind.DATETIME, sheet_only=True),
        ),
        present=lambda orders: cards(orders, now),
        order=order,
        empty=begin,
        url=lambda card: reverse(f"market:{to}", args=[card.order.number]),
    )


def _paid_on(card: Card) -> date | None:
    """Return the day, without the time: with the words for what is late a table of seven columns fits no desk."""
    return clock.today(card.order.paid_at) if card.order.paid_at else None


def _seller(card: Card) -> str:
    return card.seller


def _state(card: Card) -> Text:
    """Where it stands; of a late one in words too, for who does not see colours."""
    return _("%(state)s, late") % {"state": card.status.label} if card.is_late else card.status.label


def _tone(card: Card) -> str:
    return "bad" if card.is_late else TONES[card.status]
