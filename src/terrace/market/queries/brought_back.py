"""Goods that came back to where they were packed, by a carrier or from the buyer, and wait to be looked into."""

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
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
    """Return the orders whose goods came back and wait for the actor to look into them: those that are over too."""
    back = logistics.brought_back().values("pk")
    waiting = OrderParcel.objects.filter(parcel__in=back, undone_at=None, returned="").values("order")
    return sales_visible_to(actor).filter(packable_by(actor), pk__in=waiting)
