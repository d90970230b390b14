"""Letting go of what is personal in orders: some time after their end, or when a buyer is erased."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.market.domain import OrderStatus
from terrace.market.models import Address, Dispute, Order, Review

BATCH = 1_000
OVER = (OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.REFUNDED, OrderStatus.EXPIRED)
NOTHING = {"recipient": "", "phone": "", "address": "", "note": ""}
UNSAID = dict.fromkeys(("text", "answer", "words_to_buyer", "words_to_seller", "return_waybill", "photo"), "")
"""Of a dispute: kind, amounts and days stay."""


def empty_old_orders(*, now: datetime | None = None) -> int:
    """Empty name, phone, address and note of orders that ended long enough ago, and what was said in their disputes.

    Returns how many. Run each night.

    TERRACE_KEEP_RECIPIENTS_DAYS says how long that is. The region stays: it
    says where goods go, and nobody lives in it alone.
    """
    moment = now or clock.now()
    before = moment - timedelta(days=settings.ENV.keep_recipients_days)
    old = Order.objects.filter(Q(completed_at__lt=before) | Q(ended_at__lt=before), status__in=OVER)
    free = old.filter(emptied_at=None).select_for_update(skip_locked=True, no_key=True).order_by("pk")
    return _empty(free[:BATCH], by=SYSTEM, now=moment)


def forget_buyer(*, by: Actor, party_id: int, now: datetime | None = None) -> int:
    """Empty the orders of a buyer that was erased; return how many. What was bought and paid stays in the books."""
    own = Order.objects.filter(buyer_id=party_id, emptied_at=None).select_for_update(no_key=True).order_by("pk")
    return _empty(own, by=by, now=now or clock.now())


@transaction.atomic
def forget_person(*, by: Actor, person_id: int, now: datetime | None = None) -> int:
    """Drop the addresses of somebody whose account was erased; empty their orders that are over, and return how many.

    Those that are under way keep where they go, as of anybody who buys without
    an account; all of them are nobody's from here on. Of their reviews the rating
    stays, without text or name.
    """
    Address.objects.filter(person_id=person_id).delete()
    own = Order.objects.filter(person_id=person_id).select_for_update(no_key=True).order_by("pk")
    pks = [order.pk for order in own]
    Review.objects.filter(line__order__in=pks).update(text="", signed="")
    over = Order.objects.filter(pk__in=pks, emptied_at=None, status__in=OVER).order_by("pk")
    emptied = _empty(over, by=by, now=now or clock.now())
    Order.objects.filter(pk__in=pks).update(person=None)
    return emptied


@transaction.atomic
def _empty(orders: QuerySet[Order], *, by: Actor, now: datetime) -> int:
    found = list(orders)
    _empty_disputes(Dispute.objects.filter(order__in=[order.pk for order in found], ended_at__isnull=False))
    Order.objects.filter(pk__in=[order.pk for order in found]).update(emptied_at=now, **NOTHING)
    audit.record_many(
        by=by, act="market.empty_order", subjects=[(order, order.area_path, {}) for order in found], now=now
    )
    return len(found)


def _empty_disputes(disputes: QuerySet[Dispute]) -> None:
    """Let go of words and photos; the files follow when the transaction has held."""
    for dispute in disputes.exclude(photo="").order_by("pk"):
        transaction.on_commit(partial(dispute.photo.storage.delete, str(dispute.photo.name)))
    disputes.update(**UNSAID)
