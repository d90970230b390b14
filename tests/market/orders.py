"""Orders for tests: offers, checkouts and payments, through the real services."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.market.domain import Answer, Notice, Provider
from terrace.market.models import Offer, Order, Payment
from terrace.market.queries.baskets import Wanted, priced
from terrace.market.services.checkout import Checkout, Placed, place_orders
from terrace.market.services.delivery import Delivery
from terrace.market.services.paying import book_notice
from terrace.registry.models import Party
from tests import factories

_numbers = count(1)
DELIVERY = Delivery(
    recipient="Lin Yue",
    phone="+8613800138000",
    region="Shaanxi, Xi'an, Beilin",
    address="12 Willow Lane, flat 301",
)


def make_offer(seller: Party, *, stock: int = 10, price: int = 4_800, **changes: Any) -> Offer:
    """Return an offer of 5 kg boxes of apples on sale now: 48.00 each, freight 6.00, and 2.00 for each further one."""
    variety = factories.VarietyFactory()
    number = f"T-OFFER{next(_numbers):05}"
    usual: dict[str, Any] = {
        "number": number,
        "seller": seller,
        "seller_path": seller.area_path,
        "product": variety.product,
        "variety": variety,
        "sale_unit": "pack",
        "content_steps": 5_000,
        "unit": "KGM",
        "titles": {"en": "Fuji apples, 5 kg", "zh-hans": "富士苹果5公斤"},
        "search": "fuji apples",
        "price_minor": price,
        "currency": "CNY",
        "freight_first_minor": 600,
        "freight_more_minor": 200,
        "stocked": stock,
        "available": stock,
        "opens_on": date(2020, 1, 1),
        "closes_on": date(2099, 12, 31),
        "status": "on_sale",
        "area": seller.area,
        "area_path": seller.area_path,
        "county_code": seller.county_code,
    }
    return Offer.objects.create(**{**usual, **changes})


def checkout(wanted: Mapping[Offer, int], **changes: Any) -> Checkout:
    """Return a checkout of so many of each offer at today's prices, to `DELIVERY`, with a key of its own."""
    lines = [Wanted(offer.number, quantity) for offer, quantity in wanted.items()]
    usual: dict[str, Any] = {
        "wanted": lines,
        "delivery": DELIVERY,
        "provider": Provider.SANDBOX,
        "total": changes["total"] if "total" in changes else priced(lines, clock.today()).total,
        "key": f"key-{next(_numbers)}",
    }
    return Checkout(**{**usual, **changes})


def place(wanted: Mapping[Offer, int], *, by: Actor = ANONYMOUS, **changes: Any) -> Placed:
    """Place orders of so many of each offer."""
    return place_orders(by=by, checkout=checkout(wanted, **changes))


def notice_of(payment: Payment, **changes: Any) -> Notice:
    """Return what the provider says of a payment that was made."""
    usual = {"number": payment.number, "amount": payment.amount, "reference": "SBX-TEST", "paid": True}
    return Notice(**{**usual, **changes})


def paid_order(offer: Offer, quantity: int = 1, **changes: Any) -> Order:
    """Return an order of one offer that was placed and paid for."""
    placed = place({offer: quantity}, **changes)
    pay(placed.payment)
    return Order.objects.get(pk=placed.orders[0].pk)


def pay(payment: Payment, **changes: Any) -> Answer:
    """Let the provider say that a payment was made, and return what was done about it."""
    notice = notice_of(payment, **changes)
    return Answer(book_notice(provider=Provider(payment.provider), notice=notice, now=clock.now()).answer)
