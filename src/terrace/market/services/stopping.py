"""Payments that end without money: not paid in time, or cancelled by the buyer. The goods go back into stock."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

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
ASK_AGAIN_AFTER = (timedelta(hours=1), timedelta(days=1))
ASKED_FOR = timedelta(hours=2)
"""So long after its time an ended payment is asked about, and for so long: a job of each hour meets it then."""
BATCH = 200
SECONDS = 50.0
"""So long a job goes on, batch after batch: the next one begins with the next minute, and takes what is left."""
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
    return one_by_one(_ask, _oldest_first(waiting.exclude(provider=Provider.BANK)), moment, seconds=SECONDS)


def ask_about_ended(*, now: datetime | None = None) -> int:
    """Ask the providers once more about payments that are over; return of how many money had come that nobody told of.

    Who cancelled may have paid before, and who paid by a second try may have paid some by the first. It goes back.
    Run each hour, safe to repeat.
    """
    moment = now or clock.now()
    over = Payment.objects.exclude(status=PaymentStatus.WAITING).exclude(provider=Provider.BANK)
    soon, later = (Q(pay_by__range=(moment - after - ASKED_FOR, moment - after)) for after in ASK_AGAIN_AFTER)
    sent_there = over.exclude(charge_reference="").filter(soon | later)
    return one_by_one(_ask_again, _oldest_first(sent_there), moment, seconds=SECONDS)


def expire_payments(*, now: datetime | None = None) -> int:
    """End the payments that were not made in time and put the goods back; return how many. Run each minute.

    Each in its own transaction, those that somebody works on passed by. The
    provider is asked once more first: a payment whose notice was lost is booked. However many there are, it goes
    on until none is left or its time is over: the goods of a rush are for others again within the minute.
    """
    moment = now or clock.now()
    passed = Payment.objects.filter(status=PaymentStatus.WAITING, pay_by__lt=moment)
    return one_by_one(_expire, _oldest_first(passed), moment, seconds=SECONDS)


@transaction.atomic
def stop_payment(*, by: Actor, payment_id: int, status: PaymentStatus, now: datetime) -> Payment:
    """End a payment that still waits, with all its orders, and put their goods back into stock.

    Then the provider is asked: what was paid meanwhile, and not told yet, goes back.
    `status` is EXPIRED or CANCELLED. The caller has authorised. All orders of a
    payment end together, because they are paid together. Raises `NotWaiting`.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment.status != PaymentStatus.WAITING:
        raise NotWaiting
    _stop(by, payment, status, now)
    transaction.on_commit(partial(_ask_again, payment.pk, now), robust=True)
    return payment


def _oldest_first(payments: QuerySet[Payment]) -> Iterator[int]:
    """Yield the ids of payments, the longest due first; each batch is read when the one before is done.

    It goes by where it has come to, so one that stays as it is (somebody works on it, it failed) is not met again.
    """
    left = payments
    while batch := list(left.order_by("pay_by", "pk").values_list("pay_by", "pk")[:BATCH]):
        yield from (pk for _pay_by, pk in batch)
        pay_by, last = batch[-1]
        left = payments.filter(Q(pay_by__gt=pay_by) | Q(pay_by=pay_by, pk__gt=last))


def _ask(payment_id: int, now: datetime) -> bool:
    """Book what the provider says of one payment, also that it was refused; say whether it had been paid."""
    payment = Payment.objects.get(pk=payment_id)
    return Answer.BOOKED in _book(payment, _asked(payment), now)


def _ask_again(payment_id: int, now: datetime) -> bool:
    """Book what the provider says was paid of an ended payment beside what is known; say whether there was any."""
    payment = Payment.objects.get(pk=payment_id)
    paid = [one for one in _asked(payment) if one.paid and one.reference != payment.provider_reference]
    return bool(_book(payment, paid, now))


def _asked(payment: Payment) -> Sequence[Notice]:
    gateway = gateways.gateway_for(Provider(payment.provider))
    return gateway.find(payment) if gateway else ()


def _book(payment: Payment, said: Sequence[Notice], now: datetime) -> list[str]:
    """Book what a provider says of each try, and return what was done about it."""
    provider = Provider(payment.provider)
    return [book_notice(provider=provider, notice=notice, now=now).answer for notice in said]


@transaction.atomic
def _expire(payment_id: int, now: datetime) -> bool:
    """End one payment, unless somebody works on it right now or the provider has the money after all.

    Another amount than was to be paid pays nothing: the goods go back into stock, and the money to who paid it.
    """
    waiting = Payment.objects.filter(pk=payment_id, status=PaymentStatus.WAITING)
    payment = waiting.select_for_update(skip_locked=True, no_key=True).first()
    if payment is None:
        return False
    said = _asked(payment)
    is_paid = any(notice.paid and notice.amount == payment.amount for notice in said)
    if not is_paid:
        _stop(SYSTEM, payment, PaymentStatus.EXPIRED, now)
    _book(payment, said, now)
    return not is_paid


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
