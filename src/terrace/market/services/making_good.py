"""What orders could not pay their growers, sellers pay: who has sold goods owes for them, whatever they brought."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.market.domain import OrderStatus
from terrace.market.models import Order, SettlementLine
from terrace.market.queries.brought_back import parcels_brought_back
from terrace.market.queries.dues import growers_left_out, purchases_in
from terrace.market.services.batches import one_by_one
from terrace.market.services.locking import lock_order
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import PaidForGone

TRIED_FOR = timedelta(days=60)
"""So long a seller's account is asked. What it does not hold is due from the first time on, and people see to it."""
LOOKED_INTO = timedelta(days=14)
"""So long goods that a carrier brought back may still turn out to be sound."""


def make_good(*, now: datetime | None = None) -> int:
    """Let sellers pay growers what orders could not: those given back in full, and those whose money did not last.

    Of goods that are paid when they are sold, for growers wait for no other money.
    Return for how many orders. Each in its own transaction. Run each hour, safe to repeat.
    A purchase is due for as long as the seller's account lacks money for any of them.
    """
    moment = now or clock.now()
    since = moment - TRIED_FOR
    refunded = Order.objects.filter(status=OrderStatus.REFUNDED, shipped_at__isnull=False, ended_at__gt=since)
    short = SettlementLine.objects.filter(purchase__isnull=False, amount_minor__lt=F("due_minor"))
    short = short.filter(settlement__at__gt=since)
    ids = {*refunded.values_list("pk", flat=True), *short.values_list("settlement__order", flat=True)}
    said: dict[int, set[PaidForGone]] = defaultdict(set)

    def _made_good(order_id: int, at: datetime) -> bool:
        answers = _make_good(order_id, at)
        for purchase_id, answer in answers:
            said[purchase_id].add(answer)
        return any(answer is PaidForGone.NOW for _purchase_id, answer in answers)

    count = one_by_one(_made_good, sorted(ids), moment)
    whole = [one for one, answers in said.items() if PaidForGone.NOW in answers and PaidForGone.NOT_YET not in answers]
    sourcing.wait_for_sale(purchase_ids=whole, since=since)
    return count


@transaction.atomic
def _make_good(order_id: int, now: datetime) -> list[tuple[int, PaidForGone]]:
    """Pay the growers that one order left out; return which purchase was paid, or was not for want of money."""
    order = lock_order(order_id)
    if parcels_brought_back(order) and (order.ended_at or now) > now - LOOKED_INTO:
        return []
    sourcing.lock_purchases(purchase_ids=purchases_in(order))
    return [
        (purchase_id, sourcing.pay_for_gone(purchase_id=purchase_id, amount=amount, steps=steps, key=key, now=now))
        for purchase_id, amount, steps in _left_out(order)
        for key in [f"{order.reference}/rest/{purchase_id}"]
    ]


def _left_out(order: Order) -> Iterator[tuple[int, Money, int]]:
    """Yield which purchase lacks how much, and for how many steps that no settlement has counted."""
    if order.status == OrderStatus.REFUNDED:
        yield from ((due.purchase_id or 0, due.amount, due.steps) for due in growers_left_out(order))
        return
    lines = SettlementLine.objects.filter(settlement__order=order, purchase__isnull=False).order_by("purchase_id")
    yield from ((line.purchase_id or 0, line.missing, 0) for line in lines)
