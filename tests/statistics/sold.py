"""Paid orders for the figures: rows as the market's checkout leaves them, without its way there."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Draft, Leg, Part, Reason
from terrace.ledger.models import Transfer
from terrace.market.models import Offer, Order, OrderLine, Payment
from terrace.registry.models import Party
from tests import factories

_numbers = count(1)
NOON = 4
"""Twelve o'clock in Longnan, in UTC."""


def noon(year: int, month: int, day: int) -> datetime:
    """Return noon of a day in Longnan."""
    return datetime(year, month, day, NOON, tzinfo=UTC)


def sell(
    seller: Party, paid_at: datetime | None, *, boxes: int = 2, price: int = 5_000, area: str = "", **changes: Any
) -> OrderLine:
    """Let somebody buy so many boxes of 5 kg at `price` fen, from the area with the code `area`, the seller's own."""
    place = factories.AreaFactory(code=area or seller.area_id)
    product = changes.pop("product", None) or factories.ProductFactory()
    offer = _offer(seller, product, place.code, price)
    goods = boxes * price
    number = f"O-TEST{next(_numbers):05}"
    payment = Payment.objects.create(
        number=f"N{number}", key=number, provider="sandbox", amount_minor=goods, currency="CNY", pay_by=noon(2026, 1, 1)
    )
    usual: dict[str, Any] = {
        "number": number,
        "payment": payment,
        "seller": seller,
        "recipient": "Lin Yue",
        "phone": "+8613800138000",
        "region": "Xi'an",
        "address": "12 Willow Lane",
        "language": "en",
        "goods_minor": goods,
        "freight_minor": 0,
        "total_minor": goods,
        "currency": "CNY",
        "status": "paid" if paid_at else "placed",
        "paid_at": paid_at,
        "area_path": seller.area_path,
        "county_code": seller.county_code,
    }
    order = Order.objects.create(**{**usual, **changes})
    return add_line(order, offer, boxes)


def give_back(line: OrderLine, minor: int) -> None:
    """Give so many fen of an order of one line back."""
    Order.objects.filter(pk=line.order_id).update(refunded_minor=minor)
    OrderLine.objects.filter(pk=line.pk).update(refunded_minor=minor)


def pay(party_id: int, minor: int, at: datetime, part: Part = Part.GROWER) -> Transfer:
    """Book so many fen from the bank to a party's account, for its goods."""
    bank, account = ledger.house_account(AccountKind.BANK), ledger.account_of_party(party_id)
    legs = (Leg(bank.pk, Money(-minor, "CNY"), Part.BANK), Leg(account.pk, Money(minor, "CNY"), part))
    number = next(_numbers)
    return ledger.post(by=SYSTEM, draft=Draft(Reason.RELEASE, f"order/O-{number}", legs, f"t/{number}"), now=at)


def add_line(order: Order, offer: Offer, boxes: int) -> OrderLine:
    """Put so many boxes of an offer into an order."""
    return OrderLine.objects.create(
        order=order,
        offer=offer,
        product=offer.product,
        titles=offer.titles,
        quantity=boxes,
        price_minor=offer.price_minor,
        amount_minor=offer.price_minor * boxes,
        freight_minor=0,
        content_steps=offer.content_steps,
        unit=offer.unit,
        area_path=offer.area_path,
        county_code=offer.county_code,
    )


def _offer(seller: Party, product: Any, area: str, price: int) -> Offer:
    place = factories.AreaFactory(code=area)
    return Offer.objects.create(
        number=f"T-TEST{next(_numbers):05}",
        seller=seller,
        seller_path=seller.area_path,
        product=product,
        sale_unit="pack",
        content_steps=5_000,
        unit=product.unit,
        titles={"en": "Fuji apples, 5 kg", "zh-hans": "富士苹果5公斤"},
        search="fuji",
        price_minor=price,
        currency="CNY",
        stocked=100,
        available=100,
        opens_on=noon(2020, 1, 1).date(),
        closes_on=noon(2099, 1, 1).date(),
        status="on_sale",
        area=place,
        area_path=place.path,
        county_code=place.county_code,
    )
