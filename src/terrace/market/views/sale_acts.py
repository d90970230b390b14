"""What can be done next with an order: one primary button, the others beside it."""

from typing import Any

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _
from terrace.market import queries
from terrace.market.domain import OrderStatus
from terrace.market.models import Order

Button = dict[str, Any]


def acts_of(actor: Actor, order: Order) -> tuple[Button | None, list[Button]]:
    """Return the next act with an order and the other ones that the actor may do."""
    status = OrderStatus(order.status)
    primary: Button | None = None
    others: list[Button] = []
    if queries.may_pack(actor, order):
        if status is OrderStatus.PAID:
            primary = _button(_("Pack the order"), "sale_pack", order, "package")
        if status is OrderStatus.PACKED:
            primary = _button(_("Ship"), "sale_ship", order, "truck")
            others.append(_button(_("Unpack"), "sale_unpack", order, "arrows-exchange"))
    others += _ending(actor, order, status)
    if status is OrderStatus.COMPLETED:
        primary = _button(_("Where the money went"), "settlement", order, "coin")
    if queries.may_put_away(actor, order):
        back = _button(_("The goods came back"), "sale_put_away", order, "package")
        if queries.parcels_brought_back(order):
            primary, others = back, [primary, *others] if primary else others
        else:
            others.append(back)
    return primary, others


def _ending(actor: Actor, order: Order, status: OrderStatus) -> list[Button]:
    """Return how the order may be cancelled or money given back; while it is argued about, the way to the dispute."""
    if dispute := queries.open_dispute_of(order.pk):
        url = reverse("market:dispute", args=[dispute.number])
        return [{"label": _("To the dispute"), "url": url, "icon": "message"}]
    found = []
    if queries.may_sell(actor, order):
        if status in (OrderStatus.PAID, OrderStatus.PACKED) or queries.may_stop(order):
            found.append(_button(_("Cancel the order"), "sale_cancel", order, "x"))
        if status.holds_money and status is not OrderStatus.PAID:
            found.append(_button(_("Give money back"), "sale_refund", order, "coin"))
    return found


def _button(label: Text, route: str, order: Order, icon: str) -> Button:
    return {"label": label, "url": reverse(f"market:{route}", args=[order.number]), "icon": icon}
