"""When an order counts as arrived: its last parcel was delivered or has ended, or nothing was heard for long."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.words import _
from terrace.logistics import queries as logistics
from terrace.market.domain import PRESUMED_AFTER, USUAL_CONFIRM_DAYS, OrderStatus
from terrace.market.models import Agreement, Dispute, Order
from terrace.market.queries.disputes import open_dispute_of
from terrace.market.services import news
from terrace.market.services.batches import one_by_one
from terrace.market.services.locking import lock_order, move

UNDER_WAY = (OrderStatus.PACKED, OrderStatus.SHIPPED)


def arrive(order: Order, at: datetime, *, presumed: bool = False) -> None:
    """Let a locked order count as delivered: from now the days run after which its money is shared."""
    move(
        order,
        OrderStatus.DELIVERED,
        delivered_at=at,
        shipped_at=order.shipped_at or at,
        complete_by=at + timedelta(days=confirm_days(order)),
    )
    details = {"presumed": presumed}
    audit.record(
        by=SYSTEM, act="market.deliver_order", subject=order, area_path=order.area_path, details=details, now=at
    )


def waits_for_parcels(order: Order) -> bool:
    """Say whether a parcel of the order is still under way: neither delivered nor lost nor sent back."""
    ids = list(order.parcels.filter(undone_at=None, delivered_at=None).values_list("parcel_id", flat=True))
    return any(parcel.ended_at is None for parcel in logistics.parcels_by_id(ids).values())


def presume_arrived(*, now: datetime | None = None) -> int:
    """Let orders count as delivered of which nothing was heard for long after shipping; return how many.

    Many carriers report nothing. The buyer is told, and has the usual days to
    say that something is missing. Run each hour, safe to repeat.
    """
    moment = now or clock.now()
    return one_by_one(_presume, _silent(moment).order_by("shipped_at", "pk").values_list("pk", flat=True), moment)


def confirm_days(order: Order) -> int:
    """Return after how many days from delivery an order counts as confirmed, by its agreement."""
    agreement: Agreement | None = order.agreement
    return agreement.confirm_days if agreement else USUAL_CONFIRM_DAYS


def _silent(now: datetime) -> QuerySet[Order]:
    disputed = Dispute.objects.filter(order=OuterRef("pk"), ended_at=None)
    sent = Order.objects.filter(status=OrderStatus.SHIPPED, shipped_at__lte=now - PRESUMED_AFTER)
    return sent.exclude(Exists(disputed))


@transaction.atomic
def _presume(order_id: int, now: datetime) -> bool:
    order = lock_order(order_id)
    if order.status != OrderStatus.SHIPPED or open_dispute_of(order.pk) is not None:
        return False
    arrive(order, now, presumed=True)
    said = _(
        "Your order %(number)s should have arrived by now. If something is missing, say so before %(day)s:"
        " then it counts as confirmed."
    )
    news.to_buyer(order, said, now=now, day=order.complete_by)
    return True
