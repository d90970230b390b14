"""What orders could not pay their growers, sellers pay: who has sold goods owes for them, whatever they brought."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.logistics import services as logistics
from terrace.market.domain import OrderStatus
from terrace.market.models import Order, SettlementLine
from terrace.market.queries.brought_back import parcels_to_put_away
from terrace.market.queries.dues import growers_left_out, purchases_in
from terrace.market.queries.packing import parcels_of
from terrace.market.services.arriving import waits_for_parcels
from terrace.market.services.batches import one_by_one
from terrace.market.services.locking import lock_with_parcels
from terrace.sourcing import queries as purchases
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import Gone

LOOKED_AT_FOR = timedelta(days=60)
"""So long after its end it is seen whether an order left growers out. What is owed then is asked for until paid."""
LOOKED_INTO = timedelta(days=14)
"""So long goods that are on their way, or that a carrier brought back, may still turn out to be sound."""


def make_good(*, now: datetime | None = None) -> int:
    """Let sellers pay growers what orders could not: those given back in full, and those whose money did not last.

    Of goods that are paid when they are sold, for growers wait for no other money.
    Return for how many orders. Each in its own transaction. Run each hour, safe to repeat.
    """
    moment = now or clock.now()
    since = moment - LOOKED_AT_FOR
    refunded = Order.objects.filter(status=OrderStatus.REFUNDED, ended_at__gt=since)
    short = SettlementLine.objects.filter(purchase__isnull=False, amount_minor__lt=F("due_minor"))
    short = short.filter(settlement__at__gt=since)
    owing = Order.objects.filter(number__in=[one.removeprefix("order/") for one in purchases.references_owed_for()])
    ids = {*refunded.values_list("pk", flat=True), *short.values_list("settlement__order", flat=True)}
    return one_by_one(_make_good, sorted(ids | {*owing.values_list("pk", flat=True)}), moment)


@transaction.atomic
def _make_good(order_id: int, now: datetime) -> bool:
    """Pay the growers that one order left out; say whether any was paid now."""
    order = lock_with_parcels(order_id)
    _call_back(order, now)
    may_be_sound = parcels_to_put_away(order) or waits_for_parcels(order)
    if may_be_sound and (order.ended_at or order.completed_at or now) > now - LOOKED_INTO:
        return False
    sourcing.lock_purchases(purchase_ids=purchases_in(order))
    return pay_left_out(order, now)


def pay_left_out(order: Order, now: datetime) -> bool:
    """Pay or owe what a locked order, whose purchases are locked, left its growers without; say whether any was paid.

    What was owed for it before and no longer is, as goods came back, is owed no more.
    """
    return sourcing.pay_for_gone(reference=order.reference, gone=list(_left_out(order)), now=now) > 0


def _call_back(order: Order, now: datetime) -> None:
    """Take back what lies where it was packed, of a locked order that was given back before it left.

    Somebody looks into it then. What lies elsewhere is called back: who works there was told, and sends it home.
    """
    if order.status == OrderStatus.REFUNDED and order.shipped_at is None:
        for _row, parcel in parcels_of([order])[order.pk]:
            if parcel.has_not_left and parcel.lies_where_it_began:
                logistics.withdraw_parcel(by=SYSTEM, parcel=parcel, now=now)
            elif parcel.has_not_left and parcel.leaves_by_carrier and parcel.called_back_at is None:
                logistics.call_back(by=SYSTEM, parcel=parcel, now=now)


def _left_out(order: Order) -> Iterator[Gone]:
    """Yield which purchase lacks how much, and for how many steps that no settlement has counted."""
    if order.status == OrderStatus.REFUNDED:
        yield from (Gone(due.purchase_id or 0, due.amount, due.steps) for due in growers_left_out(order))
        return
    lines = SettlementLine.objects.filter(settlement__order=order, purchase__isnull=False).order_by("purchase_id")
    yield from (Gone(line.purchase_id or 0, line.missing, 0) for line in lines)
