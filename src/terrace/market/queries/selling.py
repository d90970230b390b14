"""Which orders an actor sees as who sold, packs or looks after them, and what waits there."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.market.domain import OrderStatus, Permission, Provider, RepaymentStatus
from terrace.market.models import Order, OrderLine, Repayment

SHIP_WITHIN = timedelta(days=2)
"""A paid order that has not left after so long is late."""
LATE = (OrderStatus.PAID, OrderStatus.PACKED)
STUCK_TO_SHIP = timedelta(days=4)
STUCK_ON_THE_WAY = timedelta(days=7)
"""After so long somebody should call: the seller, or the carrier, before the order counts as delivered."""
MOST_QUIET_TRIES = 3
"""A provider may be down for a while; after so many tries somebody looks into it."""


def sales_visible_to(actor: Actor) -> QuerySet[Order]:
    """Return the orders that sellers of the areas below the actor's posts got, and those of its own parties."""
    return Order.objects.filter(within(actor.paths(Permission.VIEW)) | Q(seller_id__in=actor.own_parties))


def get_sale(actor: Actor, number: str) -> Order:
    """Return the order `number`, or raise `NotFound` when the actor does not see it as a sale."""
    found = sales_visible_to(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound
    return found


def may_sell(actor: Actor, order: Order) -> bool:
    """Say whether the actor answers, refunds and cancels for the seller."""
    return actor.may(Permission.SELL, order.area_path) or actor.speaks_for(order.seller_id)


def is_buyer(actor: Actor, order: Order) -> bool:
    """Say whether the actor speaks for the party that bought, or bought it for themselves."""
    if order.person_id is not None and order.person_id == actor.person_id:
        return True
    return order.buyer_id is not None and actor.speaks_for(order.buyer_id)


def has_a_stake(actor: Actor, order: Order) -> bool:
    """Say whether the actor's own money is in the order, as who sold or bought it: then others decide about it."""
    is_own = bool(actor.own_parties & {order.seller_id, order.buyer_id})
    return is_own or (order.person_id is not None and order.person_id == actor.person_id)


def may_take_back(order: Order, now: datetime) -> bool:
    """Say whether the buyer may cancel the order: until it is packed, and again when it was packed and never left."""
    if order.status == OrderStatus.PACKED:
        return order.paid_at is not None and order.paid_at < now - STUCK_TO_SHIP
    return order.status in (OrderStatus.PLACED, OrderStatus.PAID)


def may_stop(order: Order) -> bool:
    """Say whether the seller's side may cancel the order before it is paid: not together with other sellers' orders."""
    together = Order.objects.filter(payment=order.payment_id).exclude(seller=order.seller_id)
    return order.status == OrderStatus.PLACED and not together.exists()


def may_pack(actor: Actor, order: Order) -> bool:
    """Say whether the actor packs and ships the order."""
    return actor.may(Permission.PACK, order.area_path) or may_sell(actor, order)


def sees_recipient(actor: Actor, order: Order) -> bool:
    """Say whether the actor sees who an order is for: who packs, sells or decides about it."""
    tasks = (Permission.DISPUTES, Permission.PAYMENTS)
    return may_pack(actor, order) or any(actor.may(task, order.area_path) for task in tasks)


def packable_by(actor: Actor) -> Q:
    """Return the condition that the actor may pack an order."""
    paths = {*actor.paths(Permission.PACK), *actor.paths(Permission.SELL)}
    return within(paths) | Q(seller_id__in=actor.parties)


def late_before(now: datetime) -> datetime:
    """Return before which moment an order has to have been paid to be late now."""
    return now - SHIP_WITHIN


def is_late(order: Order, now: datetime) -> bool:
    """Say whether an order was paid a while ago and has not left."""
    return order.status in LATE and order.paid_at is not None and order.paid_at < late_before(now)


def counts_by_status(rows: QuerySet[Any]) -> Mapping[str, int]:
    """Return how many of the rows stand where: of orders, of disputes."""
    counted = rows.values("status").annotate(number=Count("pk")).order_by("status")
    return {row["status"]: row["number"] for row in counted}


def lines_of(order_ids: Iterable[int]) -> dict[int, list[OrderLine]]:
    """Return the lines of many orders by the order's id, in one query."""
    found: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=list(order_ids)).order_by("pk"):
        found.setdefault(line.order_id, []).append(line)
    return found


def stuck_orders(actor: Actor, now: datetime) -> QuerySet[Order]:
    """Return the orders that were paid and did not leave, or left and did not arrive, for far too long."""
    unsent = Q(status__in=LATE, paid_at__lt=now - STUCK_TO_SHIP)
    lost = Q(status=OrderStatus.SHIPPED, shipped_at__lt=now - STUCK_ON_THE_WAY)
    return sales_visible_to(actor).filter(unsent | lost)


def failed_repayments(actor: Actor) -> QuerySet[Repayment]:
    """Return the money that a provider did not take back to buyers of the actor's area after several tries."""
    here = Order.objects.filter(within(actor.paths(Permission.PAYMENTS))).values("payment")
    waiting = Repayment.objects.filter(status=RepaymentStatus.WAITING, payment__in=here, tries__gte=MOST_QUIET_TRIES)
    return waiting.exclude(payment__provider=Provider.BANK)
