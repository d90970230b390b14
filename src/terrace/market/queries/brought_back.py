"""Goods that a carrier brought back to where they were packed, and that nobody has looked into since."""

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.market.models import Order, OrderParcel
from terrace.market.queries.packing import parcels_of
from terrace.market.queries.selling import may_pack, packable_by, sales_visible_to


def parcels_brought_back(order: Order) -> list[OrderParcel]:
    """Return the parcels of an order that their carrier brought back, and nobody has looked into since."""
    sent = parcels_of([order])[order.pk]
    return [row for row, parcel in sent if not row.returned and parcel.status == ParcelStatus.RETURNED]


def may_put_away(actor: Actor, order: Order) -> bool:
    """Say whether goods of the order are back, and the actor is one of those who look into them."""
    return may_pack(actor, order) and bool(parcels_brought_back(order))


def orders_brought_back(actor: Actor) -> QuerySet[Order]:
    """Return the orders whose goods came back and wait for the actor to look into them: those that are over too."""
    back = logistics.brought_back().values("pk")
    waiting = OrderParcel.objects.filter(parcel__in=back, undone_at=None, returned="").values("order")
    return sales_visible_to(actor).filter(packable_by(actor), pk__in=waiting)
