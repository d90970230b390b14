"""What the tests of offers share: one offer as most of them have it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from terrace.http.photos import clean_photo
from terrace.kernel.money import Money
from terrace.market import services
from terrace.market.domain import FreightRule, OrderStatus, SaleUnit
from terrace.market.models import Offer, Order, OrderLine, Payment
from terrace.market.services import OfferTerms
from tests import factories
from tests.conftest import Cast

NOW = datetime(2026, 10, 10, 2, tzinfo=UTC)
TODAY = date(2026, 10, 10)
FREIGHT = FreightRule(Money(800, "CNY"), Money(300, "CNY"), Money(20_000, "CNY"))


def terms(**changes: Any) -> OfferTerms:
    """Return boxes of 5 kg of Fuji apples for two months at 49.00, with `changes`."""
    usual: dict[str, Any] = {
        "product": "apple",
        "variety": "fuji",
        "sold_as": SaleUnit.PACK,
        "pack": "box-5kg",
        "titles": {"en": "Fuji apples from the terraces", "zh-hans": "梯田红富士"},
        "price": Money(4900, "CNY"),
        "opens_on": date(2026, 10, 1),
        "closes_on": date(2026, 11, 30),
        "freight": FREIGHT,
    }
    return OfferTerms(**{**usual, **changes})


def goods() -> None:
    """Put apples, Fuji and the box of 5 kg into the catalogue, once."""
    fuji = factories.VarietyFactory()
    if not fuji.product.packs.exists():
        factories.PackFactory(product=fuji.product)


def an_offer(cast: Cast, *, stock: int = 20, on_sale: bool = True, **changes: Any) -> Offer:
    """Return an offer of the shop, `Cloud Ridge Shop`, on sale since today."""
    goods()
    seller = changes.pop("seller", cast.buyer)
    more = {name: changes.pop(name) for name in ("notice", "photos") if name in changes}
    given = terms(**changes)
    made = services.create_offer(by=seller.actor, seller=seller.party.number, terms=given, stock=stock, now=NOW, **more)
    return services.put_on_sale(by=seller.actor, offer=made, version=made.version, now=NOW) if on_sale else made


def a_line(offer: Offer, *, quantity: int = 1, status: OrderStatus = OrderStatus.DELIVERED, **order: Any) -> OrderLine:
    """Return a line of an order of the offer, as it stands in the books: for what comes after buying."""
    number = Order.objects.count() + 1
    amount = offer.price_minor * quantity
    payment = Payment.objects.create(
        number=f"Y-TEST{number:04}",
        key=f"key-{number}",
        provider="sandbox",
        amount_minor=amount,
        currency="CNY",
        status="paid",
        pay_by=NOW,
        paid_at=NOW,
    )
    given = {"recipient": "Lin Xiaomei", "phone": "+8613800138000", "region": "Gansu", "address": "1 River Street"}
    made = Order.objects.create(
        number=f"O-TEST{number:04}",
        payment=payment,
        seller_id=offer.seller_id,
        goods_minor=amount,
        freight_minor=0,
        total_minor=amount,
        currency="CNY",
        language="en",
        status=status,
        area_path=offer.seller_path,
        county_code=offer.county_code,
        **{**given, **order},
    )
    Offer.objects.filter(pk=offer.pk).update(available=offer.available - quantity)
    offer.refresh_from_db(fields=["available"])
    return OrderLine.objects.create(
        order=made,
        offer=offer,
        product_id=offer.product_id,
        variety_id=offer.variety_id,
        titles=offer.titles,
        quantity=quantity,
        price_minor=offer.price_minor,
        amount_minor=amount,
        freight_minor=0,
        content_steps=offer.content_steps,
        unit=offer.unit,
        area_path=offer.area_path,
        county_code=offer.county_code,
    )


def a_photo(colour: str = "darkred", size: tuple[int, int] = (900, 600)) -> ContentFile[bytes]:
    """Return a cleaned photo of one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return clean_photo(file)
