"""Goods that came back to where they were packed, by a carrier or from the buyer, and wait to be looked into."""

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.market.domain import DisputeStatus, Permission
from terrace.market.domain.returns import reference_of
from terrace.market.models import Dispute, Order, OrderParcel
from terrace.market.queries.packing import parcels_of
from terrace.market.queries.selling import may_pack, packable_by, sales_visible_to


def parcels_brought_back(order: Order) -> list[OrderParcel]:
    """Return the parcels of an order that their carrier brought back, and nobody has looked into since."""
    sent = parcels_of([order])[order.pk]
    return [row for row, parcel in sent if not row.returned and parcel.status == ParcelStatus.RETURNED]


def parcels_to_return(order: Order) -> list[OrderParcel]:
    """Return the parcels whose goods a buyer can send back: not those that the carrier has lost."""
    sent = parcels_of([order])[order.pk]
    return [row for row, parcel in sent if not row.returned and parcel.status != ParcelStatus.LOST]


def sent_before_the_end(order: Order) -> Dispute | None:
    """Return the dispute in which the buyer had sent goods back that were not here yet when it ended."""
    if order.disputes.filter(ended_at=None).exists():
        return None
    awaited = order.disputes.filter(asked_back=True, returned_at=None).exclude(return_waybill="")
    return awaited.order_by("-pk").first()


def parcels_to_put_away(order: Order) -> list[OrderParcel]:
    """Return the parcels whose goods are looked into when they are here, though no dispute waits for them.

    What a carrier brought back is here, and goes first; what the buyer had sent comes by itself.
    """
    return parcels_brought_back(order) or (parcels_to_return(order) if sent_before_the_end(order) else [])


def may_put_away(actor: Actor, order: Order) -> bool:
    """Say whether goods of the order are back or may still come, and the actor is one of those who look into them."""
    return may_pack(actor, order) and bool(parcels_to_put_away(order))


def orders_brought_back(actor: Actor) -> QuerySet[Order]:
    """Return the orders whose goods came back and wait for the actor to look into them: those that are over too.

    Their carrier brought them, or the network what the buyer had handed in at a counter.
    """
    back = logistics.brought_back().values("pk")
    waiting = OrderParcel.objects.filter(parcel__in=back, undone_at=None, returned="").values("order")
    mine = sales_visible_to(actor).filter(packable_by(actor))
    return mine.filter(Q(pk__in=waiting) | Q(pk__in=_arrived(actor, mine)))


def _arrived(actor: Actor, orders: QuerySet[Order]) -> list[int]:
    """Return the ids of orders whose buyer's return has arrived, and nobody has looked into it since.

    Where it is the seller's turn in the dispute, the seller is led to the dispute instead.
    """
    sells = within(actor.paths(Permission.SELL)) | Q(order__seller__in=actor.parties)
    awaited = Dispute.objects.filter(order__in=orders.values("pk"), asked_back=True, returned_at=None)
    awaited = awaited.exclude(sells, status=DisputeStatus.RETURNING).exclude(return_waybill="")
    numbers = dict(awaited.order_by("pk").values_list("number", "order_id"))
    here = logistics.arrived_about([reference_of(number) for number in numbers]) if numbers else set()
    return [order for number, order in numbers.items() if reference_of(number) in here]
