"""What the REST interface of sales, disputes and agreements takes and gives."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from ninja import Field, Schema

from terrace.http.rest import MoneyValue, QuantityValue, Text
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import queries
from terrace.market.domain import OrderStatus, ReceiverKind, ReturnState
from terrace.market.domain.packing import Box, Content
from terrace.market.models import Agreement, Dispute, Order, OrderLine
from terrace.network import queries as network
from terrace.registry import queries as registry


class SaleFilters(Schema):
    """Which orders: those at a state, late ones, those with goods of recalled lots, or with goods to put away."""

    status: OrderStatus | None = None
    late: bool = False
    recalled: bool = False
    brought_back: bool = False


class SoldLine(Schema):
    """A line of an order: so many of one offer."""

    id: int
    title: str
    quantity: int
    content: QuantityValue
    amount: MoneyValue


class SoldParcel(Schema):
    """A parcel of an order; of one that came back `returned` says what became of its goods: sound or spoilt."""

    number: str
    weight_grams: int
    waybill: str
    status: str
    returned: str


class SaleOut(Schema):
    """An order as its seller sees it; for whom it is stands there for who packs, sells or decides about it."""

    number: str
    version: int
    status: OrderStatus
    seller: str
    total: MoneyValue
    refunded: MoneyValue
    ordered_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    complete_by: datetime | None
    completed_at: datetime | None
    recipient: str
    phone: str
    region: str
    address: str
    lines: list[SoldLine]
    parcels: list[SoldParcel]


class PackedIn(Schema):
    """So much of a line in a parcel; `lot` is the number of the lot, left out where a seller packs his own goods."""

    line: int = Field(ge=1, le=2**63 - 1)
    steps: int = Field(ge=1, le=10**12)
    lot: Text = Field("", max_length=20)


class PackedParcelIn(Schema):
    """A parcel with what lies in it."""

    weight_grams: int = Field(ge=1, le=10**6)
    contents: list[PackedIn] = Field(max_length=200)


class PackingIn(Schema):
    """How an order was packed: at the unit with a number ("" for the seller's own place), for the carrier with one."""

    version: int = Field(ge=1, le=10**9)
    parcels: list[PackedParcelIn] = Field(max_length=50)
    unit: Text = Field("", max_length=20)
    carrier: Text = Field("", max_length=20)

    def boxes(self, lots: dict[str, int]) -> list[Box]:
        """Return the parcels as the services take them; `lots` are ids by number."""
        return [
            Box(
                tuple(Content(one.line, lots[one.lot] if one.lot else None, one.steps) for one in parcel.contents),
                parcel.weight_grams,
            )
            for parcel in self.parcels
        ]


class SaleVersionIn(Schema):
    """The version of the row that the act was made from."""

    version: int = Field(ge=1, le=10**9)


class ShipIn(SaleVersionIn):
    """The waybill of each parcel, by the parcel's number."""

    waybills: dict[str, str] = Field(max_length=50)


class EndIn(SaleVersionIn):
    """Why an order is cancelled."""

    note: Text = Field("", max_length=200)


class RefundIn(EndIn):
    """How much goes back, and why."""

    amount: MoneyValue


class DisputeOut(Schema):
    """A dispute about an order; of the centre's words each side reads its own, who is on neither side both.

    With `seller_agrees` the centre may grant what is offered by one call, which goes beyond the seller's own part.
    """

    number: str
    version: int
    order: str
    kind: str
    text: str
    status: str
    wanted: MoneyValue
    answer: str
    offered: MoneyValue | None
    seller_agrees: bool
    answer_by: datetime
    decided: MoneyValue | None
    said_at: datetime
    answered_at: datetime | None
    with_centre_at: datetime | None
    return_waybill: str
    return_state: str
    returned_at: datetime | None
    decided_at: datetime | None
    words_to_buyer: str
    words_to_seller: str
    over_at: datetime | None


class DisputeAnswerIn(SaleVersionIn):
    """What a seller answers and offers; with `goods_back` the amount goes back when the goods have come."""

    offered: MoneyValue
    words: Text = Field(max_length=1000)
    goods_back: bool = False


class AgreeIn(SaleVersionIn):
    """To how much a seller agrees that is more than his own part, and why."""

    offered: MoneyValue
    words: Text = Field(max_length=1000)


class ArrivedIn(Schema):
    """How goods are that came back."""

    state: ReturnState


class PutAwayIn(SaleVersionIn):
    """How goods are that came back. Only what a buyer sent by a carrier of the own choice may be lost."""

    state: ReturnState


class DecisionIn(SaleVersionIn):
    """What the centre decides."""

    amount: MoneyValue
    words_to_buyer: Text = Field(max_length=1000)
    words_to_seller: Text = Field(max_length=1000)


class ShareOut(Schema):
    """What one receiver got of an order's money, by which rule and from which numbers, and what was due.

    `receiver` says whether a party, a unit or the platform got it, `number` which. A grower's `numbers` name the
    purchase.
    """

    part: str
    receiver: ReceiverKind
    number: str
    due: MoneyValue
    amount: MoneyValue
    missing: MoneyValue
    rule: str
    numbers: dict[str, Any]


class SharedOut(Schema):
    """How an order's money was shared: the caller's own lines, or all where it may see them; and all by parts."""

    order: str
    at: datetime
    shared: MoneyValue
    lines: list[ShareOut]
    parts: dict[str, MoneyValue]


class AgreementOut(Schema):
    """How the money of orders is shared from a day on."""

    number: str
    area: str
    seller: str
    starts_on: date
    platform_permille: int
    packing: MoneyValue
    confirm_days: int


class AgreementIn(Schema):
    """A new agreement; `seller` is the number of a party, "" for the standard of the area."""

    area: Text = Field(max_length=32)
    seller: Text = Field("", max_length=20)
    starts_on: date
    platform_permille: int = Field(ge=0, le=1000)
    packing: MoneyValue
    confirm_days: int = Field(ge=0, le=1000)
    note: Text = Field("", max_length=200)


def sales_out(actor: Any, orders: Sequence[Order]) -> list[SaleOut]:
    """Return orders as JSON, with one look-up for lines, one for parcels and one for sellers."""
    lines = queries.lines_of(order.pk for order in orders)
    parcels = queries.parcels_of(orders)
    sellers = registry.parties_by_id({order.seller_id for order in orders})
    return [
        SaleOut(
            number=order.number,
            version=order.version,
            status=OrderStatus(order.status),
            seller=sellers[order.seller_id].number,
            total=_money(order.total),
            refunded=_money(order.refunded),
            ordered_at=order.created_at,
            **{name: getattr(order, name) for name in MOMENTS},
            **_recipient(order, queries.sees_recipient(actor, order)),
            lines=[_line(line, order.currency) for line in lines.get(order.pk, [])],
            parcels=[
                SoldParcel(
                    number=parcel.number,
                    weight_grams=row.weight_grams,
                    waybill=parcel.waybill,
                    status=parcel.status,
                    returned=row.returned,
                )
                for row, parcel in parcels[order.pk]
            ],
        )
        for order in orders
    ]


MOMENTS = ("paid_at", "shipped_at", "delivered_at", "complete_by", "completed_at")


def _recipient(order: Order, is_seen: bool) -> dict[str, Any]:
    return {name: getattr(order, name) if is_seen else "" for name in ("recipient", "phone", "region", "address")}


def _line(line: OrderLine, currency: str) -> SoldLine:
    content = Quantity(line.content.steps, Unit(line.unit))
    amount = Money(line.amount_minor, currency)
    return SoldLine(
        id=line.pk,
        title=line.title,
        quantity=line.quantity,
        content=QuantityValue.of(content),
        amount=_money(amount),
    )


def disputes_out(actor: Actor, disputes: Sequence[Dispute]) -> list[DisputeOut]:
    """Return disputes as JSON, as far as the actor reads them."""
    prefetch_related_objects(disputes, "order")
    return [
        DisputeOut(
            number=one.number,
            version=one.version,
            order=one.order.number,
            kind=one.kind,
            text=one.text,
            status=one.status,
            wanted=_money(one.wanted),
            answer=one.answer,
            offered=MoneyValue.of(one.offered),
            seller_agrees=one.seller_agrees,
            answer_by=one.answer_by,
            decided=MoneyValue.of(one.decided),
            said_at=one.created_at,
            over_at=one.ended_at,
            **{name: getattr(one, name) for name in STEPS_OF_DISPUTE},
            **_words(actor, one),
        )
        for one in disputes
    ]


STEPS_OF_DISPUTE = ("answered_at", "with_centre_at", "return_waybill", "return_state", "returned_at", "decided_at")


def _words(actor: Actor, dispute: Dispute) -> dict[str, Any]:
    reads = queries.words_read_by(actor, dispute)
    return {
        "words_to_buyer": dispute.words_to_buyer if queries.TO_BUYER in reads else "",
        "words_to_seller": dispute.words_to_seller if queries.TO_SELLER in reads else "",
    }


def shared_out(shared: queries.Shared) -> SharedOut:
    """Return how an order's money was shared as JSON, with one look-up for parties and one for units."""
    parties = registry.parties_by_id(line.party_id for line in shared.lines if line.party_id)
    units = network.units_by_id(line.unit_id for line in shared.lines if line.unit_id)
    numbers = {line.pk: parties[line.party_id].number for line in shared.lines if line.party_id}
    numbers |= {line.pk: units[line.unit_id].number for line in shared.lines if line.unit_id}
    return SharedOut(
        order=shared.order.number,
        at=shared.settlement.at,
        shared=_money(shared.order.escrow),
        lines=[
            ShareOut(
                part=line.part,
                receiver=ReceiverKind(line.receiver),
                number=numbers.get(line.pk, ""),
                due=_money(line.due),
                amount=_money(line.amount),
                missing=_money(line.missing),
                rule=line.rule,
                numbers=line.numbers,
            )
            for line in shared.lines
        ],
        parts={part.value: _money(amount) for part, amount in shared.parts},
    )


def agreements_out(agreements: Sequence[Agreement]) -> list[AgreementOut]:
    """Return agreements as JSON."""
    sellers = registry.parties_by_id({one.seller_id for one in agreements if one.seller_id})
    return [
        AgreementOut(
            number=one.number,
            area=one.area_id,
            seller=sellers[one.seller_id].number if one.seller_id else "",
            starts_on=one.starts_on,
            platform_permille=one.platform_permille,
            packing=_money(one.packing),
            confirm_days=one.confirm_days,
        )
        for one in agreements
    ]


def _money(money: Money) -> MoneyValue:
    return MoneyValue(minor=money.minor, currency=money.currency)
