"""The one statement of the hot path and its plain twin agree on every basket."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from terrace.market.models import Offer, Order, OrderLine, Payment
from terrace.market.services import placing
from tests import factories
from tests.market import plain_twin
from tests.market.orders import make_offer

TODAY = date(2026, 10, 10)
PAY_BY = datetime(2026, 10, 10, tzinfo=UTC)
NEW_EACH_TIME = ("id", "order_id", "payment_id", "created_at")
Write = Callable[..., bool]
shapes = st.fixed_dictionaries(
    {
        "stock": st.integers(0, 5),
        "status": st.sampled_from(["on_sale", "on_sale", "on_sale", "paused"]),
        "opens": st.sampled_from([-3, -3, 0, 1]),
        "closes": st.sampled_from([9, 9, 0, -1]),
        "quantity": st.integers(1, 6),
        "dearer": st.sampled_from([0, 0, 0, 1]),
        "fuller": st.sampled_from([0, 0, 0, 1]),
        "seller": st.integers(0, 1),
    }
)


class Twins(TestCase):
    """Baskets of every kind, each written by both."""

    @settings(max_examples=60)
    @given(st.lists(shapes, min_size=1, max_size=4), st.booleans())
    def test_both_write_the_same_or_refuse_alike(self, baskets: list[dict[str, Any]], used: bool) -> None:
        """Write the basket by one and undo it, write it by the other, and compare what is in the tables."""
        sellers = [factories.PartyFactory(), factories.PartyFactory()]
        offers = [_offer(shape, sellers[shape["seller"]]) for shape in baskets]
        if used:
            _payment("used").save()
        key = "used" if used else "new"
        assert _told(placing.take_and_write, baskets, offers, key) == _told(
            plain_twin.take_and_write, baskets, offers, key
        )


def _offer(shape: dict[str, Any], seller: Any) -> Offer:
    opens = TODAY + timedelta(days=min(shape["opens"], shape["closes"]))
    closes = TODAY + timedelta(days=shape["closes"])
    return make_offer(seller, stock=shape["stock"], status=shape["status"], opens_on=opens, closes_on=closes)


def _told(write: Write, shapes: Sequence[dict[str, Any]], offers: Sequence[Offer], key: str) -> list[Any]:
    """Return what the writer said and left in the tables, and undo it."""
    with transaction.atomic():
        before = transaction.savepoint()
        payment, parts = _payment(key), _parts(shapes, offers)
        done = write(payment=payment, lines=parts, today=TODAY)
        left: list[Any] = [done]
        if done:
            for order, _lines in parts:
                assert order.pk == Order.objects.get(number=order.number).pk
            left += [_rows(model) for model in (Offer, Payment, Order, OrderLine)]
        transaction.savepoint_rollback(before)
    return left


def _rows(model: Any) -> list[dict[str, Any]]:
    """Return a table's rows without what is new each time."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in NEW_EACH_TIME]
    rows = model.objects.values(*names)
    return sorted(rows, key=str)


def _payment(key: str) -> Payment:
    return Payment(
        number=f"Z-{key}",
        key=key,
        provider="bank",
        amount_minor=1,
        currency="CNY",
        pay_by=PAY_BY,
    )


def _parts(shapes: Sequence[dict[str, Any]], offers: Sequence[Offer]) -> list[tuple[Order, list[OrderLine]]]:
    parts: dict[int, tuple[Order, list[OrderLine]]] = {}
    for shape, offer in zip(shapes, offers, strict=True):
        order, lines = parts.setdefault(offer.seller_id, (_order(offer), []))
        lines.append(_line(shape, offer))
        order.goods_minor += lines[-1].amount_minor
        order.total_minor = order.goods_minor
    return list(parts.values())


def _order(offer: Offer) -> Order:
    return Order(
        number=f"O-{offer.seller_id}",
        seller_id=offer.seller_id,
        recipient="Lin Yue",
        phone="+8613800138000",
        region="Gansu",
        address='1 Hill Road; it\'s "new" %s',
        language="en",
        goods_minor=0,
        freight_minor=0,
        total_minor=0,
        currency="CNY",
        area_path=offer.seller_path,
        county_code=offer.county_code,
    )


def _line(shape: dict[str, Any], offer: Offer) -> OrderLine:
    price = offer.price_minor + shape["dearer"]
    return OrderLine(
        offer_id=offer.pk,
        product_id=offer.product_id,
        variety_id=offer.variety_id,
        titles=offer.titles,
        quantity=shape["quantity"],
        price_minor=price,
        amount_minor=price * shape["quantity"],
        freight_minor=0,
        content_steps=offer.content_steps + shape["fuller"],
        unit=offer.unit,
        area_path=offer.area_path,
        county_code=offer.county_code,
    )
