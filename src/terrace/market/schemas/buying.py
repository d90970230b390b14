"""What the REST interface of buying takes and gives."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.market.domain import OrderStatus, PaymentStatus, Provider
from terrace.market.domain.buying import MOST_LINES
from terrace.market.domain.offers import MOST_PER_ORDER
from terrace.market.models import Order
from terrace.market.queries.baskets import Wanted
from terrace.market.queries.buying import bought
from terrace.market.services import Checkout, Delivery, Placed
from terrace.market.services.delivery import LONGEST
from terrace.market.services.links import order_url, payment_url
from terrace.registry import queries as registry


class WantedIn(Schema):
    """So many of the offer with that number."""

    offer: Text = Field(max_length=20)
    quantity: int = Field(ge=1, le=MOST_PER_ORDER)


class CheckoutIn(Schema):
    """What is ordered, where it goes and how it is paid.

    `total` is what the buyer saw, goods and freight: another one is refused as `price_changed`, with the new one in
    the problem's `amounts`.
    `buyer` is the number of the party that buys, which the caller speaks for; "" for a person.
    """

    wanted: list[WantedIn] = Field(min_length=1, max_length=MOST_LINES)
    recipient: Text = Field(max_length=LONGEST["recipient"])
    phone: Text = Field(max_length=30)
    region: Text = Field(max_length=LONGEST["region"])
    address: Text = Field(max_length=LONGEST["address"])
    note: Text = Field("", max_length=LONGEST["note"])
    provider: Provider
    total: MoneyValue
    buyer: Text = Field("", max_length=20)

    def checkout(self, key: str) -> Checkout:
        """Return the checkout as the service takes it, under a key of nobody else."""
        return Checkout(
            wanted=[Wanted(one.offer, one.quantity) for one in self.wanted],
            delivery=Delivery(self.recipient, self.phone, self.region, self.address, self.note),
            provider=self.provider,
            total=self.total.money,
            key=key,
            buyer=self.buyer,
        )


class PlacedOrderOut(Schema):
    """An order that was placed. `url` is its page, for whoever has the address."""

    number: str
    goods: MoneyValue
    freight: MoneyValue
    total: MoneyValue
    url: str


class PlacedOut(Schema):
    """A payment with its orders, one for each seller. `url` is where the buyer pays, `pay_by` until when."""

    payment: str
    status: PaymentStatus
    amount: MoneyValue
    pay_by: datetime
    url: str
    orders: list[PlacedOrderOut]

    @classmethod
    def of(cls, placed: Placed) -> "PlacedOut":
        """Return what was placed."""
        payment = placed.payment
        return cls(
            payment=payment.number,
            status=PaymentStatus(payment.status),
            amount=MoneyValue(minor=payment.amount_minor, currency=payment.currency),
            pay_by=payment.pay_by,
            url=payment_url(payment),
            orders=[_placed(order) for order in placed.orders],
        )


class BoughtLineOut(Schema):
    """A line of an order as it was when it was bought; `price` is of one."""

    offer: str
    titles: dict[str, str]
    quantity: int
    price: MoneyValue
    amount: MoneyValue
    freight: MoneyValue


class BoughtOut(Schema):
    """An order of a buyer that the caller speaks for; recipient and address are empty some time after its end."""

    number: str
    version: int
    status: OrderStatus
    seller: str
    payment: str
    recipient: str
    phone: str
    region: str
    address: str
    note: str
    goods: MoneyValue
    freight: MoneyValue
    total: MoneyValue
    refunded: MoneyValue
    placed_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    lines: list[BoughtLineOut]


def _placed(order: Order) -> PlacedOrderOut:
    return PlacedOrderOut(
        number=order.number,
        goods=_money(order.goods_minor, order),
        freight=_money(order.freight_minor, order),
        total=_money(order.total_minor, order),
        url=order_url(order),
    )


def bought_out(orders: Sequence[Order]) -> list[BoughtOut]:
    """Return orders, loaded with their payments, as their buyer sees them: two statements however many they are."""
    sellers = registry.parties_by_id({order.seller_id for order in orders})
    return [
        BoughtOut(
            seller=sellers[one.order.seller_id].number,
            payment=one.order.payment.number,
            goods=_money(one.order.goods_minor, one.order),
            freight=_money(one.order.freight_minor, one.order),
            total=_money(one.order.total_minor, one.order),
            refunded=_money(one.order.refunded_minor, one.order),
            placed_at=one.order.created_at,
            status=OrderStatus(one.order.status),
            lines=[
                BoughtLineOut(
                    offer=line.offer.number,
                    titles=line.titles,
                    quantity=line.quantity,
                    price=_money(line.price_minor, one.order),
                    amount=_money(line.amount_minor, one.order),
                    freight=_money(line.freight_minor, one.order),
                )
                for line in one.lines
            ],
            **{name: getattr(one.order, name) for name in AS_KEPT},
        )
        for one in bought(orders)
    ]


AS_KEPT = (
    *("number", "version", "recipient", "phone", "region", "address", "note"),
    *("paid_at", "shipped_at", "delivered_at", "completed_at"),
)


def _money(minor: int, order: Order) -> MoneyValue:
    return MoneyValue(minor=minor, currency=order.currency)
