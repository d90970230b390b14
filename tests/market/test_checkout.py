"""From a basket to orders: one payment, an order for each seller, all or nothing."""

import pytest

from terrace.audit.models import Act
from terrace.kernel.money import Money
from terrace.market.models import Offer, Payment
from tests import factories
from tests.conftest import Cast
from tests.market.orders import make_offer, place


@pytest.fixture
def offer(cast: Cast) -> Offer:
    assert cast.buyer.party
    return make_offer(cast.buyer.party)


def test_two_sellers_in_one_basket_are_two_orders_and_one_payment(cast: Cast, offer: Offer) -> None:
    other = make_offer(factories.PartyFactory(), price=1_000)

    placed = place({offer: 2, other: 1})

    payment = Payment.objects.get()
    assert payment.amount == Money(2 * 4_800 + 800 + 1_000 + 600, "CNY")
    assert [(order.goods_minor, order.freight_minor) for order in payment.orders.order_by("-goods_minor")] == [
        (9_600, 800),
        (1_000, 600),
    ]
    assert {order.pk for order in placed.orders} == set(payment.orders.values_list("pk", flat=True))
    assert Offer.objects.get(pk=offer.pk).available == 8
    assert Offer.objects.get(pk=other.pk).available == 9
    assert Act.objects.filter(act="market.place_order").count() == 2


def test_a_paid_order(cast, offer) -> None:
    from tests.market.orders import paid_order

    assert paid_order(offer).status == "paid"
