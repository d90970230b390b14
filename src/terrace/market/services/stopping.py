"""Payments that end without money: not paid in time, or cancelled by the buyer. The goods go back into stock."""

from datetime import datetime, timedelta

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.market import gateways
from terrace.market.domain import Answer, Notice, OrderStatus, PaymentStatus, Provider
from terrace.market.models import Payment
from terrace.market.services.batches import one_by_one
from terrace.market.services.paying import NotWaiting, book_notice, give_back_odd
from terrace.market.services.stock import give_back

ASK_AFTER = timedelta(minutes=2)
"""A provider's notice usually comes within seconds; after this time the house asks by itself."""
BATCH = 200
ENDS = {
    PaymentStatus.EXPIRED: (OrderStatus.EXPIRED, "market.expire_order"),
    PaymentStatus.CANCELLED: (OrderStatus.CANCELLED, "market.stop_order"),
}


def ask_providers(*, now: datetime | None = None) -> int:
    """Ask the providers for payments that wait too long, and book what they say; return how many had been paid.

    For notices that never came: they are lost on the way more often than money
    is. Run each minute, safe to repeat.
    """
    moment = now or clock.now()
    waiting = Payment.objects.filter(status=PaymentStatus.WAITING, created_at__lte=moment - ASK_AFTER)
    oldest = waiting.exclude(provider=Provider.BANK).order_by("pay_by", "pk")[:BATCH]
    return one_by_one(_ask, list(oldest.values_list("pk", flat=True)), moment)


def expire_payments(*, now: datetime | None = None) -> int:
    """End the payments that were not made in time and put the goods back; return how many. Run each minute.

    Each in its own transaction, those that somebody works on passed by. The
    provider is asked once more first: a payment whose notice was lost is booked.
    """
    moment = now or clock.now()
    passed = Payment.objects.filter(status=PaymentStatus.WAITING, pay_by__lt=moment)
    ids = list(passed.order_by("pay_by", "pk").values_list("pk", flat=True)[:BATCH])
    return one_by_one(_expire, ids, moment)


@transaction.atomic
def stop_payment(*, by: Actor, payment_id: int, status: PaymentStatus, now: datetime) -> Payment:
    """End a payment that still waits, with all its orders, and put their goods back into stock.

    `status` is EXPIRED or CANCELLED. The caller has authorised. All orders of a
    payment end together, because they are paid together. Raises `NotWaiting`.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment.status != PaymentStatus.WAITING:
        raise NotWaiting
    _stop(by, payment, status, now)
    return payment


def _ask(payment_id: int, now: datetime) -> bool:
    """Book what the provider says of one payment; say whether it had been paid."""
    payment = Payment.objects.get(pk=payment_id)
    notice = _asked(payment)
    if notice is None or not notice.paid:
        return False
    kept = book_notice(provider=Provider(payment.provider), notice=notice, now=now)
    return kept.answer == Answer.BOOKED


def _asked(payment: Payment) -> Notice | None:
    gateway = gateways.gateway_for(Provider(payment.provider))
    return gateway.find(payment) if gateway else None


@transaction.atomic
def _expire(payment_id: int, now: datetime) -> bool:
    """End one payment, unless somebody works on it right now or the provider has the money after all.

    Another amount than was to be paid pays nothing: the goods go back into stock, and the money to who paid it.
    """
    waiting = Payment.objects.filter(pk=payment_id, status=PaymentStatus.WAITING)
    payment = waiting.select_for_update(skip_locked=True, no_key=True).first()
    if payment is None:
        return False
    notice, provider = _asked(payment), Provider(payment.provider)
    if notice is not None and notice.paid and notice.amount == payment.amount:
        book_notice(provider=provider, notice=notice, now=now)
        return False
    _stop(SYSTEM, payment, PaymentStatus.EXPIRED, now)
    if notice is not None and notice.paid:
        book_notice(provider=provider, notice=notice, now=now)
    return True


def _stop(by: Actor, payment: Payment, status: PaymentStatus, now: datetime) -> None:
    ended, act = ENDS[status]
    orders = list(payment.orders.select_for_update(no_key=True).order_by("pk"))
    payment.status = status.value
    payment.save(update_fields=["status"])
    for order in orders:
        order.status, order.ended_at = ended.value, now
        order.save_version(order.version, ["status", "ended_at"])
    give_back(orders=orders)
    give_back_odd(payment=payment, now=now)
    audit.record_many(by=by, act=act, subjects=[(order, order.area_path, {}) for order in orders], now=now)
