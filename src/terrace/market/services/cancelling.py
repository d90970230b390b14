"""Cancelling an order whose goods have not left."""

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.market.domain import OrderStatus, PaymentStatus, Permission, RefundReason
from terrace.market.models import Order
from terrace.market.queries.selling import is_buyer, may_stop, may_take_back
from terrace.market.services import news, stock
from terrace.market.services.locking import (
    lock_with_parcels,
    move,
    on_behalf_of_house,
    require_buyer,
    require_no_dispute,
    require_seller,
    require_status,
)
from terrace.market.services.packing import take_out_of_parcels
from terrace.market.services.refunds import check_note, give_back_money
from terrace.market.services.stopping import stop_payment


class PaidTogether(DomainError):
    """The order waits for one payment together with other sellers' orders, which its seller cannot cancel."""

    code = "paid_together"
    message = _("The buyer pays this order together with those of other sellers. Cancel it once it is paid.")


@transaction.atomic
def cancel_order(
    *, by: Actor, order: Order, version: int, proof: str = "", note: str = "", now: datetime | None = None
) -> Order:
    """Cancel an order before it is shipped: the goods go back into the offer, what was paid back to the buyer.

    The seller may until the goods have left, the buyer (by actor or by the
    `proof` of the link) until they are packed, and when they were packed and did
    not leave for days. An unpaid order is cancelled with all
    others of its payment, which are paid together: by the buyer alone, where
    those are other sellers'. Raises `Forbidden`, `NotFound` for a wrong proof,
    `Stale`, `NotNow`, `PaidTogether`, `InDispute`.
    """
    moment = now or clock.now()
    check_note(note)
    order = lock_with_parcels(order.pk, version=version)
    by_buyer = _require_either(by, order, proof)
    packed = () if by_buyer and not may_take_back(order, moment) else (OrderStatus.PACKED,)
    require_status(order, OrderStatus.PLACED, OrderStatus.PAID, *packed)
    if order.status == OrderStatus.PLACED:
        return _stop(by, order, by_buyer, moment)
    require_no_dispute(order)
    take_out_of_parcels(by=on_behalf_of_house(by), order=order, now=moment)
    if order.escrow:
        reason = RefundReason.CANCELLED
        give_back_money(by=by, order=order, amount=order.escrow, reason=reason, note=note, now=moment)
    move(order, OrderStatus.CANCELLED, ended_at=moment)
    stock.give_back(orders=[order])
    details = {"by": "buyer" if by_buyer else "seller"}
    audit.record(by=by, act="market.cancel_order", subject=order, area_path=order.area_path, details=details, now=now)
    news.to_buyer(order, _("Your order %(number)s is cancelled. What you paid goes back to you."), now=moment)
    if not by.speaks_for(order.seller_id):
        news.to_seller(order, _("Order %(number)s is cancelled"), now=moment)
    return order


def _stop(by: Actor, order: Order, by_buyer: bool, now: datetime) -> Order:
    """Cancel what was not paid, with all orders of its payment: nobody else's, unless it is the buyer's own wish."""
    if not by_buyer and not may_stop(order):
        raise PaidTogether
    stop_payment(by=by, payment_id=order.payment_id, status=PaymentStatus.CANCELLED, now=now)
    order.refresh_from_db()
    if not by_buyer:
        for one in order.payment.orders.order_by("pk"):
            news.to_buyer(one, _("Your order %(number)s is cancelled. Nothing was paid for it."), now=now)
    return order


def _require_either(by: Actor, order: Order, proof: str) -> bool:
    """Say whether the actor is the buyer; raise when it is neither buyer nor seller nor decides disputes here."""
    if proof:
        require_buyer(by, order, proof)
        return True
    if is_buyer(by, order) and not by.is_system:
        return True
    if by.may(Permission.DISPUTES, order.area_path):
        return False
    require_seller(by, order)
    return False
