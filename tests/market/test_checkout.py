"""From a basket to orders: one payment, an order for each seller, all or nothing."""

from dataclasses import replace
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.market.domain import Provider
from terrace.market.models import Offer, Payment
from terrace.market.services import checkout
from tests import factories
from tests.conftest import Cast
from tests.market.orders import DELIVERY, make_offer, place
from tests.market.orders import checkout as given_checkout


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


def test_a_price_that_changes_between_reading_and_taking_is_told_and_nothing_is_ordered(
    offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = checkout.priced

    def then_dearer(*wanted: Any) -> Any:
        basket = read(*wanted)
        Offer.objects.filter(pk=offer.pk).update(price_minor=5_000)
        return basket

    monkeypatch.setattr(checkout, "priced", then_dearer)

    with pytest.raises(checkout.PriceChanged) as refused:
        place({offer: 1})

    assert refused.value.total == Money(5_600, "CNY")
    assert not Payment.objects.exists()
    assert Offer.objects.get(pk=offer.pk).available == offer.available


@pytest.mark.parametrize("changes", [{"provider": Provider.BANK}, {"buyer": True}])
def test_the_same_key_with_another_way_to_pay_or_another_buyer_is_refused(
    cast: Cast, offer: Offer, changes: dict[str, Any]
) -> None:
    assert cast.farmer.party
    by = cast.farmer.actor
    given = changes | ({"buyer": cast.farmer.party.number} if "buyer" in changes else {})
    first = given_checkout({offer: 1}, key="once")
    checkout.place_orders(by=by, checkout=first)

    with pytest.raises(checkout.KeyUsed):
        checkout.place_orders(by=by, checkout=given_checkout({offer: 1}, key="once", **given))

    assert Payment.objects.count() == 1
    assert checkout.place_orders(by=by, checkout=first).again


@pytest.mark.parametrize("sign", ["\u202e", "\x07", "\x1b"])
@pytest.mark.parametrize("field", ["recipient", "region", "address", "note"])
def test_signs_that_nobody_sees_do_not_get_onto_labels(offer: Offer, field: str, sign: str) -> None:
    bad = replace(DELIVERY, **{field: f"Willow{sign} Lane"})

    with pytest.raises(Invalid) as refused:
        place({offer: 1}, delivery=bad)

    assert refused.value.field == field
    assert not Payment.objects.exists()
