"""Many buyers at the same moment, each on its own connection: exactly the stock is sold, and nobody waits for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Sum

from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError
from terrace.market import services
from terrace.market.domain import PaymentStatus
from terrace.market.models import Offer, Order, OrderLine, Payment
from terrace.market.queries.baskets import SoldOut
from tests import factories
from tests.market.orders import checkout, make_offer, pay
from tests.meanwhile import meanwhile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CONNECTIONS = threading.BoundedSemaphore(60)
"""The tests' server has 200 for all workers together."""
SECONDS = 120


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """Do every act in a thread and on a connection of its own, all released together; count what became of them."""
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        start.wait(timeout=SECONDS)
        with CONNECTIONS:
            try:
                act()
            except DomainError as refused:
                return type(refused).__name__
            finally:
                connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(done.result(timeout=SECONDS) for done in [pool.submit(one, act) for act in acts])


def buying(wanted: dict[Offer, int], **changes: object) -> Callable[[], object]:
    """Return one buyer's checkout, made ready before the rush."""
    given = checkout(wanted, **changes)
    return lambda: services.place_orders(by=SYSTEM, checkout=given)


def held(offer: Offer) -> int:
    """Return how many of an offer stand in orders that hold stock."""
    lines = OrderLine.objects.filter(offer=offer).exclude(order__status__in=["cancelled", "expired"])
    return lines.aggregate(all=Sum("quantity"))["all"] or 0


def test_two_buyers_want_the_last_box_and_one_gets_it() -> None:
    offer = make_offer(factories.PartyFactory(), stock=1)
    first, second = buying({offer: 1}), buying({offer: 1})

    said = meanwhile(first, second)

    assert isinstance(said, SoldOut)
    assert Order.objects.count() == Payment.objects.count() == 1
    assert Offer.objects.get().available == 0


def test_of_fifty_boxes_two_hundred_buyers_get_fifty() -> None:
    offer = make_offer(factories.PartyFactory(), stock=50)

    became = at_once([buying({offer: 1}) for _buyer in range(200)])

    assert became == {"done": 50, "SoldOut": 150}
    assert (Offer.objects.get().available, held(offer), Payment.objects.count()) == (0, 50, 50)


def test_baskets_with_the_same_goods_in_any_order_neither_lock_up_nor_oversell() -> None:
    offers = [make_offer(factories.PartyFactory(), stock=20) for _offer in range(4)]
    turns = [offers[turn % 4 :] + offers[: turn % 4] for turn in range(60)]

    became = at_once([buying(dict.fromkeys(turn[:3], 1)) for turn in turns])

    assert set(became) <= {"done", "SoldOut"}
    assert all(offer.stocked - offer.available == held(offer) for offer in Offer.objects.all())
    assert Order.objects.count() == 3 * became["done"]
    assert not Offer.objects.filter(available__gt=F("stocked")).exists()


def test_the_same_checkout_sent_twice_at_once_is_one_order() -> None:
    offer = make_offer(factories.PartyFactory(), stock=10)
    act = buying({offer: 1})

    became = at_once([act] * 8)

    assert became == {"done": 8}
    assert (Payment.objects.count(), Offer.objects.get().available) == (1, 9)


def test_money_and_the_end_of_time_at_once_leave_the_order_paid_or_the_goods_in_stock() -> None:
    offer = make_offer(factories.PartyFactory(), stock=30)
    for _buyer in range(15):
        buying({offer: 2})()
    waiting = list(Payment.objects.order_by("pk"))
    late = max(payment.pay_by for payment in waiting) + timedelta(minutes=1)
    pays: list[Callable[[], object]] = [lambda payment=payment: pay(payment) for payment in waiting]

    at_once([*pays, *[lambda: services.expire_payments(now=late)] * 3])

    ended = Payment.objects.filter(status__in=[PaymentStatus.EXPIRED, PaymentStatus.GIVEN_BACK]).count()
    assert Payment.objects.filter(status=PaymentStatus.PAID).count() + ended == 15
    assert Offer.objects.get().available == 2 * ended
    assert held(offer) == 2 * (15 - ended)
