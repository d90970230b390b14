"""`terrace verify` names what is wrong with stock, orders and payments by their numbers."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.market import services
from terrace.market.domain import PaymentStatus, Provider
from terrace.market.models import Offer, Order, OrderLine, Payment, Refund, Repayment
from terrace.market.queries.checks.buying import BUYING_CHECKS
from tests.conftest import Cast
from tests.market.orders import paid_order, pay, place
from tests.market.settling import pack
from tests.planted import plants_each

FOUND = {check.name: check.find for check in BUYING_CHECKS}


def problems() -> dict[str, list[str]]:
    return {name: found for name, find in FOUND.items() if (found := list(find()))}


def test_all_is_well_after_every_way_an_order_can_go(cast: Cast, offer: Offer) -> None:
    paid_order(offer)
    place({offer: 1})
    late = place({offer: 2}).payment
    Payment.objects.filter(pk=late.pk).update(pay_by=clock.now() - timedelta(minutes=1))
    services.expire_payments()
    pay(late)
    refund_order(paid_order(offer))
    odd = place({offer: 1}).payment
    services.stop_payment(by=SYSTEM, payment_id=odd.pk, status=PaymentStatus.CANCELLED, now=clock.now())
    pay(odd, amount=Money(odd.amount_minor + 1, "CNY"))
    transfer = place({offer: 1}, provider=Provider.BANK).payment
    services.confirm_transfer(
        by=cast.clerk.actor, payment=transfer, amount=transfer.amount, on=clock.today(), reference="B-1"
    )

    assert problems() == {}


def refund_order(order: Order) -> None:
    order = pack(order, by=SYSTEM)
    services.refund_order(by=SYSTEM, order=order, version=order.version, amount=Money(300, "CNY"))


def _refunded_by_a_cent(order: Order) -> None:
    refund_order(order)
    Repayment.objects.update(amount_minor=1)


def _refunded_to_nobody(order: Order) -> None:
    _late(order)
    Repayment.objects.all().delete()


def _late(order: Order) -> Payment:
    payment = place({order.lines.get().offer: 1}).payment
    services.stop_payment(by=SYSTEM, payment_id=payment.pk, status=PaymentStatus.CANCELLED, now=clock.now())
    pay(payment)
    return payment


def _repaid_twice(order: Order) -> None:
    for key in ("one", "two"):
        Repayment.objects.create(
            payment=order.payment, key=key, amount_minor=order.total_minor, currency="CNY", due_at=clock.now()
        )


PLANTS: list[tuple[Callable[[Order], object], str, Callable[[Order], str]]] = [
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
        _refunded_by_a_cent,
        "what goes back to buyers is what was given back",
        lambda order: f"refund/{Refund.objects.get().number}",
    ),
    (
        _refunded_to_nobody,
        "what goes back to buyers is what was given back",
        lambda order: f"late/{Payment.objects.get(status='given_back').number}",
    ),
    (
        lambda order: Payment.objects.update(status="waiting", pay_by=clock.now() - timedelta(hours=2)),
        "goods that nobody paid for went back in time",
        lambda order: order.payment.number,
    ),
]


@plants_each(name for _corrupt, name, _told in PLANTS)
@pytest.mark.parametrize(("corrupt", "name", "told"), PLANTS)
def test_names_what_was_corrupted(
    offer: Offer, corrupt: Callable[[Order], object], name: str, told: Callable[[Order], str]
) -> None:
    order = paid_order(offer)

    corrupt(order)

    assert problems()[name] == [told(order)]
