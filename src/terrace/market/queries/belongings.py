"""What is held about who buys."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, TypeAlias

from django.db.models import QuerySet

from terrace.http.handouts import Coded
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus
from terrace.market.models import Dispute, Order
from terrace.market.queries.buying import Bought, bought

Rows: TypeAlias = list[Mapping[str, Any]]

ORDER_WORDS: Mapping[str, Text] = {
    "orders": _("Orders"),
    "goods": _("Goods"),
    "total": _("Total"),
    "given back": _("Given back"),
    "recipient": _("Recipient"),
    "phone": _("Phone"),
    "region": _("Province, city, district"),
    "address": _("Address"),
    "disputes": _("Disputes"),
    "order": _("Order"),
    "what is wrong": _("What is wrong"),
    "photo": _("Photo"),
    "wanted back": _("Wanted back"),
    "answer": _("The seller's answer"),
    "return waybill": _("Waybill of the return"),
    "words of the centre": _("Words of the centre"),
}
"""What people call the sections and columns of what a buyer is handed about its orders."""


def held_about_buyer(party_id: int) -> Mapping[str, Rows]:
    """Return everything that the orders of a buyer hold and what was said about them, in plain values, oldest first."""
    return held_in(Order.objects.filter(buyer_id=party_id))


def held_in(rows: QuerySet[Order]) -> Mapping[str, Rows]:
    """Return what orders hold of who bought, with what was said in their disputes, in plain values, oldest first."""
    orders = list(rows.order_by("pk"))
    disputes = Dispute.objects.filter(order__in=[order.pk for order in orders]).select_related("order")
    return {
        "orders": [_of_order(one) for one in bought(orders)],
        "disputes": [_of_dispute(one) for one in disputes.order_by("pk")],
    }


def _of_order(one: Bought) -> dict[str, Any]:
    order = one.order
    return {
        "number": order.number,
        "at": order.created_at,
        "status": Coded(order.status, OrderStatus(order.status).label),
        "goods": " · ".join(f"{line.title} × {line.quantity}" for line in one.lines),
        "total": str(order.total),
        "given back": str(order.refunded),
        "recipient": order.recipient,
        "phone": order.phone,
        "region": order.region,
        "address": order.address,
        "note": order.note,
    }


def _of_dispute(dispute: Dispute) -> dict[str, Any]:
    """Return what the buyer said and showed, what the seller answered, and what came of it; no words to the seller."""
    return {
        "number": dispute.number,
        "order": dispute.order.number,
        "at": dispute.created_at,
        "status": Coded(dispute.status, DisputeStatus(dispute.status).label),
        "what is wrong": Coded(dispute.kind, DisputeKind(dispute.kind).label),
        "text": dispute.text,
        "photo": _photo(dispute),
        "wanted back": str(dispute.wanted),
        "answer": dispute.answer,
        "return waybill": dispute.return_waybill,
        "words of the centre": dispute.words_to_buyer,
        "given back": str(dispute.decided or Money(0, dispute.currency)),
    }


def _photo(dispute: Dispute) -> str:
    """Return the photo itself, as a `data:` address; a sheet has no room for it and says where it is."""
    if not dispute.photo:
        return ""
    try:
        with dispute.photo.open("rb") as file:
            return Coded(f"data:image/jpeg;base64,{b64encode(file.read()).decode()}", _("In the file for programs"))
    except FileNotFoundError:  # taken away since its row was read
        return ""
