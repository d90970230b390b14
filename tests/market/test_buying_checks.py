"""`terrace verify` names what is wrong with stock, orders and payments by their numbers."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.market import services
from terrace.market.domain import Provider
from terrace.market.models import Offer, Order, OrderLine, Payment, Repayment
from terrace.market.queries.checks.buying import BUYING_CHECKS
from tests.conftest import Cast
from tests.market.orders import make_offer, paid_order, pay, place

FOUND = {check.name: check.find for check in BUYING_CHECKS}


@pytest.fixture
def offer(cast: Cast) -> Offer:
    assert cast.buyer.party
    return make_offer(cast.buyer.party)


def problems() -> dict[str, list[str]]:
    return {name: found for name, find in FOUND.items() if (found := list(find()))}


def test_all_is_well_after_every_way_an_order_can_go(cast: Cast, offer: Offer) -> None:
    paid_order(offer)
    place({offer: 1})
    late = place({offer: 2}).payment
    Payment.objects.filter(pk=late.pk).update(pay_by=clock.now() - timedelta(minutes=1))
    services.expire_payments()
    pay(late)
    transfer = place({offer: 1}, provider=Provider.BANK).payment
    services.confirm_transfer(by=cast.clerk.actor, payment=transfer, amount=transfer.amount, on=clock.today())

    assert problems() == {}


def _repaid_twice(order: Order) -> None:
    for key in ("one", "two"):
        Repayment.objects.create(
            payment=order.payment, key=key, amount_minor=order.total_minor, currency="CNY", due_at=clock.now()
        )


@pytest.mark.parametrize(
    ("corrupt", "name", "told"),
    [
        (
            lambda order: Offer.objects.update(available=0),
            "what is gone from an offer's stock is what orders hold",
            lambda order: order.lines.get().offer.number,
        ),
        (
            lambda order: Payment.objects.update(amount_minor=1),
            "a payment is for what its orders cost",
            lambda order: order.payment.number,
        ),
        (
            lambda order: OrderLine.objects.update(freight_minor=1),
            "an order costs what its lines cost",
            lambda order: order.number,
        ),
        (
            lambda order: Order.objects.update(status="placed"),
            "an order is paid when its payment is",
            lambda order: order.number,
        ),
        (
            lambda order: Payment.objects.update(status="expired"),
            "what came for a payment is booked for its orders",
            lambda order: f"{order.payment.number} {order.number}",
        ),
        (_repaid_twice, "no more goes back to a buyer than was paid", lambda order: order.payment.number),
        (
            lambda order: Payment.objects.update(status="waiting", pay_by=clock.now() - timedelta(hours=2)),
            "goods that nobody paid for went back in time",
            lambda order: order.payment.number,
        ),
    ],
)
def test_names_what_was_corrupted(
    offer: Offer, corrupt: Callable[[Order], object], name: str, told: Callable[[Order], str]
) -> None:
    order = paid_order(offer)

    corrupt(order)

    assert problems()[name] == [told(order)]
