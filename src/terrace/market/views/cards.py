"""Orders as pages draw them: with lines, seller, how far they have come, and the way to their page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from terrace.http import written
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.market.domain import OrderStatus
from terrace.market.models import Order, OrderLine
from terrace.market.queries.buying import bought
from terrace.market.queries.sellers import seller_names
from terrace.market.services.links import order_path
from terrace.registry import queries as registry

TONES = {
    OrderStatus.PLACED: "warn",
    OrderStatus.PAID: "info",
    OrderStatus.PACKED: "info",
    OrderStatus.SHIPPED: "info",
    OrderStatus.DELIVERED: "good",
    OrderStatus.COMPLETED: "good",
    OrderStatus.CANCELLED: "neutral",
    OrderStatus.REFUNDED: "neutral",
    OrderStatus.EXPIRED: "neutral",
}


@dataclass(frozen=True, slots=True)
class BoughtCard:
    """An order as its buyer sees it."""

    order: Order
    seller: Text
    lines: Sequence[OrderLine]
    url: str

    @property
    def status_label(self) -> Text:
        """Where it stands."""
        return OrderStatus(self.order.status).label

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES[OrderStatus(self.order.status)]

    @property
    def rows(self) -> list[tuple[str, int, Money]]:
        """Its lines as the page draws them: title, quantity, what they cost."""
        return [(line.title, line.quantity, Money(line.amount_minor, self.order.currency)) for line in self.lines]

    @property
    def goods(self) -> str:
        """What was bought, in a line."""
        return " · ".join(f"{line.title} × {line.quantity}" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's way, as `components/steps.html` draws it."""

    label: Text
    state: str
    line: str


def bought_cards(orders: Sequence[Order]) -> list[BoughtCard]:
    """Return the orders as their buyer sees them: a few statements however many they are."""
    sellers = seller_names(registry.parties_by_id({order.seller_id for order in orders}).values())
    return [
        BoughtCard(one.order, sellers[one.order.seller_id], one.lines, order_path(one.order)) for one in bought(orders)
    ]


def steps_of(order: Order) -> list[Step]:
    """Return how far an order has come; nothing for one that was ended. The step to come says what it waits for."""
    if order.ended_at is not None:
        return []
    way: list[tuple[Text, Text, datetime | None]] = [
        (_("Ordered"), _("Ordered"), order.created_at),
        (_("Paid"), _("Waiting for payment"), order.paid_at),
        (_("Packed"), _("To be packed"), order.packed_at),
        (_("On its way"), _("To be handed to the carrier"), order.shipped_at),
        (_("Delivered"), _("To be delivered"), order.delivered_at),
        (_("Completed"), _("To be confirmed by you"), order.completed_at),
    ]
    reached = max(place for place, (_done, _waits, at) in enumerate(way) if at is not None)
    return [
        Step(
            waits if place == reached + 1 else done,
            _state(place, reached),
            written.localdate(at, "time") if at else "",
        )
        for place, (done, waits, at) in enumerate(way)
    ]


def _state(place: int, reached: int) -> str:
    """Done is what lies behind; the step to come is the one that is worked on."""
    if place <= reached:
        return "done"
    return "now" if place == reached + 1 else "next"
