"""Orders with goods of lots that were recalled, for who has to tell their buyers or take the goods back."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.market.domain import OrderStatus
from terrace.market.models import Order, OrderParcel, PackedLot
from terrace.market.queries.selling import sales_visible_to
from terrace.traceability import queries as lots

OVER = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
HAVE_LEFT = (OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.COMPLETED, OrderStatus.REFUNDED)
"""Orders whose goods a buyer has, or soon gets."""


def orders_with(lot_ids: Collection[int]) -> QuerySet[Order]:
    """Return the orders with goods of one of the lots in a parcel that was not unpacked and did not come back."""
    here = PackedLot.objects.filter(lot__in=lot_ids, parcel__undone_at=None, parcel__returned="")
    return Order.objects.filter(pk__in=here.values("line__order_id")).exclude(status__in=OVER)


def recalled_orders(actor: Actor, lot: str = "") -> QuerySet[Order]:
    """Return the orders that the actor sees with goods that are recalled now, or of the recalled `lot` alone."""
    recalled = lots.recalled_lot_ids()
    if lot:
        found = lots.find_public_lot(lot)
        recalled = [found.pk] if found and found.pk in recalled else []
    return sales_visible_to(actor).filter(pk__in=orders_with(recalled).values("pk"))


def has_recalled_goods(order: Order, *, besides: Collection[int] = ()) -> bool:
    """Say whether goods of a lot that is recalled, `besides` these, lie in the order's parcels."""
    recalled = set(lots.recalled_lot_ids()) - set(besides)
    return orders_with(recalled).filter(pk=order.pk).exists()


def recalls_of(order: Order) -> list[tuple[str, str]]:
    """Return the recalled lots in the order's parcels by their numbers, each with what the public is told to do."""
    if order.status not in HAVE_LEFT:
        return []
    packed = PackedLot.objects.filter(line__order=order, parcel__undone_at=None, parcel__returned="", lot__isnull=False)
    found = lots.lots_by_id(packed.order_by("lot_id").values_list("lot_id", flat=True))
    return [(lot.number, lot.recall_reason) for _pk, lot in sorted(found.items()) if lot.is_recalled]


def recalled_lots_of(order_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the numbers of the recalled lots in each order, by the order's id."""
    rows = PackedLot.objects.filter(line__order__in=list(order_ids), lot__in=lots.recalled_lot_ids())
    pairs = rows.filter(parcel__undone_at=None, parcel__returned="").order_by("line__order_id", "lot_id")
    found = list(pairs.values_list("line__order_id", "lot_id").distinct())
    numbers = lots.numbers_of_lots(lot for _order, lot in found)
    by_order: dict[int, list[str]] = defaultdict(list)
    for order, lot in found:
        by_order[order].append(numbers[lot])
    return dict(by_order)


def lots_in(row: OrderParcel) -> set[int]:
    """Return the ids of the lots with goods in a parcel."""
    return set(row.contents.filter(lot__isnull=False).order_by("lot_id").values_list("lot_id", flat=True))


def owners_of(lot_ids: Collection[int]) -> list[int]:
    """Return the ids of the parties who could sell of the lots."""
    return sorted({lot.owner_id for lot in lots.lots_by_id(lot_ids).values() if lot.owner_id is not None})
