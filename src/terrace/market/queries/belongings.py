"""What is held about who buys."""

from collections.abc import Mapping
from typing import Any

from terrace.http.handouts import Coded
from terrace.kernel.words import Text, _
from terrace.market.domain import OrderStatus
from terrace.market.models import Order
from terrace.market.queries.buying import bought

ORDER_WORDS: Mapping[str, Text] = {
    "orders": _("Orders"),
    "goods": _("Goods"),
    "total": _("Total"),
    "given back": _("Given back"),
    "recipient": _("Recipient"),
    "phone": _("Phone"),
    "region": _("Province, city, district"),
    "address": _("Address"),
}
"""What people call the sections and columns of what a buyer is handed about its orders."""


def held_about_buyer(party_id: int) -> list[dict[str, Any]]:
    """Return everything that the orders of a buyer hold, in plain values, oldest first."""
    orders = list(Order.objects.filter(buyer_id=party_id).order_by("id"))
    return [
        {
            "number": one.order.number,
            "at": one.order.created_at,
            "status": Coded(one.order.status, OrderStatus(one.order.status).label),
            "goods": " · ".join(f"{line.title} × {line.quantity}" for line in one.lines),
            "total": str(one.order.total),
            "given back": str(one.order.refunded),
            "recipient": one.order.recipient,
            "phone": one.order.phone,
            "region": one.order.region,
            "address": one.order.address,
            "note": one.order.note,
        }
        for one in bought(orders)
    ]
