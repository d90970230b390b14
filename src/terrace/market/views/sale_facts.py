"""What an order's page tells beside its lines: the money, for whom it is, its parcels, what is in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from terrace.http import written
from terrace.http.small_tables import Head, Small, plain
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.phones import show_phone
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_context, one_by_one
from terrace.logistics.models import Parcel
from terrace.market import queries
from terrace.market.domain import DisputeStatus, OrderStatus, ReturnState
from terrace.market.models import Order, OrderLine, OrderParcel
from terrace.registry import queries as registry

Fact = tuple[Text, str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader should know, as components/alert.html wants it."""

    tone: str
    title: Text
    text: Text


def money_of(actor: Actor, order: Order) -> list[Fact]:
    """Return the order's money: what was paid, what went back, what is held, and when it is shared."""
    seller = registry.parties_by_id([order.seller_id])[order.seller_id]
    facts: list[Fact] = [
        (_("Seller"), "text", seller.name),
        (_("Goods"), "money", order.goods),
        (_("Freight"), "money", order.freight),
        (_("Total"), "money", order.total),
    ]
    if order.refunded_minor:
        facts.append((_("Given back"), "money", order.refunded))
    if OrderStatus(order.status).holds_money:
        facts.append((_("In escrow"), "money", order.escrow))
    dates: list[tuple[Text, datetime | None]] = [
        (_("Paid on"), order.paid_at),
        (_("Packed on"), order.packed_at),
        (_("Shipped on"), order.shipped_at),
        (_("Delivered on"), order.delivered_at),
        (_("Counts as confirmed on"), order.complete_by if order.status == OrderStatus.DELIVERED else None),
        (_("Completed on"), order.completed_at),
        (_("Ended on"), order.ended_at),
    ]
    return facts + [(label, "datetime", at) for label, at in dates if at]


def recipient_of(actor: Actor, order: Order) -> list[Fact]:
    """Return who an order is for, to who sends it there or decides about it; nothing to others."""
    if not queries.sees_recipient(actor, order) or not order.recipient:
        return []
    return [
        (in_context("of a person", "Name"), "text", order.recipient),
        (_("Phone"), "text", show_phone(order.phone, current().region)),
        (_("Region"), "text", order.region),
        (_("Address"), "text", order.address),
    ]


def parcels_of(actor: Actor, order: Order) -> Small:
    """Return the order's parcels: number with the way to its label, weight, where each stands."""
    may_print = queries.may_pack(actor, order)
    heads = (Head(_("Parcel")), Head(_("Weight"), True), Head(_("Waybill")), Head(_("State")))
    kilograms = Unit.KILOGRAM
    rows = [
        (
            (parcel.number, reverse("market:parcel_label", args=[order.number, parcel.number]) if may_print else ""),
            (written.quantity(Quantity(row.weight_grams, kilograms)), ""),
            (parcel.waybill or written.NOTHING, ""),
            (_state_of(row, parcel), ""),
        )
        for row, parcel in queries.parcels_of([order])[order.pk]
    ]
    return Small(_("Parcels"), heads, rows)


def _state_of(row: OrderParcel, parcel: Parcel) -> str:
    """Where a parcel stands, and of one that came back what became of its goods."""
    became = [ReturnState(row.returned).label] if row.returned else []
    return one_by_one([parcel.get_status_display(), *became])


def goods_of(lines: Sequence[OrderLine], currency: str) -> Small:
    """Return what was bought: goods, how many, how much that is, and what it cost."""
    rows = [
        plain(
            line.title,
            written.number(line.quantity),
            written.quantity(line.content),
            written.money(Money(line.amount_minor, currency)),
        )
        for line in lines
    ]
    heads = (Head(_("Goods")), Head(_("Count"), True), Head(_("Quantity"), True), Head(_("Amount"), True))
    return Small(_("What was bought"), heads, rows)


def notes_of(actor: Actor, order: Order) -> list[Note]:
    """Return what stands in the way of an order: a dispute that is not over, goods that nobody has put away."""
    found = []
    if dispute := queries.open_dispute_of(order.pk):
        text = _("%(state)s. Until it is over, the money stays in escrow.")
        state = DisputeStatus(dispute.status).label
        found.append(Note("warn", _("Dispute %(number)s") % {"number": dispute.number}, text % {"state": state}))
    if dispute := queries.sent_before_the_end(order):
        told = _("By waybill %(waybill)s, before the dispute was over. When they are here, say how they are.")
        found.append(Note("info", _("The buyer sent goods back"), told % {"waybill": dispute.return_waybill}))
    if queries.may_pack(actor, order) and queries.parcels_brought_back(order):
        told = _("Look into the parcel and say how they are: only what is sound goes into its lot again.")
        found.append(Note("warn", _("The carrier brought goods back"), told))
    return found
