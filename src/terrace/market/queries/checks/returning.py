"""What must hold of goods that came back, and of growers who wait for goods to be sold."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from terrace.kernel import clock
from terrace.kernel.checks import Check, batches
from terrace.logistics import queries as logistics
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.market.domain import OrderStatus, ReturnState
from terrace.market.models import Dispute, Order, OrderParcel
from terrace.market.queries.checks.chunks import chunks
from terrace.sourcing import queries as sourcing
from terrace.traceability import queries as lots

CAME_BACK = (ReturnState.SOUND, ReturnState.SPOILT)
OVER = (OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.REFUNDED, OrderStatus.EXPIRED)
SETTLED_AFTER = timedelta(days=15)
"""So long after its end an order has paid its growers: goods that are back are looked into for two weeks."""


def _put_back_unlike_noted() -> Iterable[str]:
    """What was put back out of a parcel was written off at once where it is noted as spoilt, and else nothing of it."""
    for found in _taken_out():
        noted = {_reference(parcel): row.returned for row, parcel in found}
        for one in lots.put_back_out_of(noted):
            if one.lost_steps != (one.steps if noted[one.reference] == ReturnState.SPOILT else 0):
                yield f"{one.reference} lot {one.lot_id}"


def _lost_and_put_back() -> Iterable[str]:
    """Nothing was put back out of a parcel after its carrier had given it up."""
    for found in _taken_out():
        lost = {_reference(parcel): parcel.ended_at for _row, parcel in found if parcel.status == ParcelStatus.LOST}
        for one in lots.put_back_out_of(lost):
            at = lost[one.reference]
            if at is not None and one.at > at:
                yield f"{one.reference} lot {one.lot_id}"


def _returned_unlike_disputes() -> Iterable[str]:
    """What a buyer sent back is noted at the dispute and at all parcels that could come back; with the moment.

    What the carrier brought back is looked into by itself, before or after.
    """
    half = Dispute.objects.filter(Q(return_state="") ^ Q(returned_at=None)).order_by("pk")
    yield from half.values_list("number", flat=True)
    for some in chunks(Dispute.objects.filter(return_state__in=CAME_BACK).order_by("pk")):
        of_orders = OrderParcel.objects.filter(order__in=[one.order_id for one in some], undone_at=None, returned="")
        silent = {
            row.order_id
            for row, parcel in _with_parcels(of_orders.order_by("pk"))
            if parcel.status not in (ParcelStatus.LOST, ParcelStatus.RETURNED)
        }
        yield from (one.number for one in some if one.order_id in silent)


def _returned_by_nobody() -> Iterable[str]:
    """What is noted as returned was brought back by the carrier, or by the buyer in a dispute that says the same."""
    for found in _taken_out():
        orders = [row.order_id for row, _parcel in found]
        said = set(Dispute.objects.filter(order__in=orders).values_list("order_id", "return_state").order_by("pk"))
        for row, parcel in found:
            was_back = parcel.status == ParcelStatus.RETURNED and row.undone_at is None
            if row.returned and not was_back and (row.order_id, row.returned) not in said:
                yield parcel.number


def _waiting_for_no_sale() -> Iterable[str]:
    """Who is paid when the goods are sold is paid, or owed by name, once all are gone and their orders long over.

    What is left of the goods, and orders that are not over or were not looked into yet, are what a grower waits for.
    """
    until = clock.now() - SETTLED_AFTER
    for batch in batches(sourcing.waiting_for_sale()):
        here = lots.roots_still_here(purchase.lot_id for purchase in batch)
        gone = [purchase for purchase in batch if purchase.lot_id not in here]
        packed = lots.packed_from(purchase.lot_id for purchase in gone)
        over = _over_since(until, {reference for some in packed.values() for reference in some})
        yield from (purchase.number for purchase in gone if packed.get(purchase.lot_id, set()) <= over)


def _over_since(until: datetime, references: Collection[str]) -> set[str]:
    """Return which of these parcels, as lots name them, are of orders that ended before `until`."""
    ids = logistics.ids_of_parcels(reference.removeprefix("parcel/") for reference in references)
    ended = Order.objects.filter(Q(completed_at__lt=until) | Q(ended_at__lt=until), status__in=OVER)
    rows = OrderParcel.objects.filter(parcel__in=list(ids.values()), order__in=ended.values("pk"))
    over = set(rows.order_by("pk").values_list("parcel_id", flat=True))
    return {f"parcel/{number}" for number, pk in ids.items() if pk in over}


def _taken_out() -> Iterator[list[tuple[OrderParcel, Parcel]]]:
    """Yield the parcels whose goods came back, or were taken out before they left, so many at a time."""
    for found in chunks(OrderParcel.objects.exclude(returned="", undone_at=None).order_by("pk")):
        yield _with_parcels(found)


def _with_parcels(rows: Iterable[OrderParcel]) -> list[tuple[OrderParcel, Parcel]]:
    found = list(rows)
    parcels = logistics.parcels_by_id(row.parcel_id for row in found)
    return [(row, parcels[row.parcel_id]) for row in found]


def _reference(parcel: Parcel) -> str:
    return f"parcel/{parcel.number}"


RETURNING_CHECKS = (
    Check("what was put back was written off where it is noted as spoilt", _put_back_unlike_noted),
    Check("what a carrier lost was not put back", _lost_and_put_back),
    Check("what a buyer sent back is noted at its dispute and its parcels", _returned_unlike_disputes),
    Check("what came back was brought by its carrier or sent by its buyer", _returned_by_nobody),
    Check("nobody waits for the sale of goods that are all gone", _waiting_for_no_sale),
)
