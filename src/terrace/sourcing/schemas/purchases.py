"""Purchases as JSON."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, QuantityValue, Text
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing import queries
from terrace.sourcing.domain import PaidState, PayRule
from terrace.sourcing.models import Purchase
from terrace.sourcing.services import LONGEST_REASON, PurchaseGiven
from terrace.traceability import queries as lots
from terrace.traceability.domain import LossReason


class PurchaseIn(Schema):
    """What was weighed of a product, from which producer, for which buyer, at which unit: by their numbers and codes.

    Goods by the kilogram have `gross` and `tare`, others a `count`. `moisture` is in thousandths of the weight, for
    products that it matters for. `price` is for one unit of trade. `notice` is the supply that it comes from;
    `ends_notice` ends it. A very large weight or heavy crates are refused as `unlikely` until sent with `sure`, a price
    far from the reference price or below it as `unlikely_price` until sent with `sure_of_price`.
    """

    producer: Text = Field(max_length=20)
    buyer: Text = Field(max_length=20)
    unit: Text = Field(max_length=20)
    product: Text = Field(max_length=40)
    variety: Text = Field("", max_length=40)
    gross: QuantityValue | None = None
    tare: QuantityValue | None = None
    count: QuantityValue | None = None
    moisture: int | None = Field(None, gt=0, lt=1000)
    price: MoneyValue
    pay_rule: PayRule
    notice: Text = Field("", max_length=20)
    ends_notice: bool = False
    harvested_on: date | None = None
    grade: Text = Field("", max_length=10)
    sure: bool = False
    sure_of_price: bool = False

    def given(self) -> PurchaseGiven:
        """Return it as the service takes it."""
        plain = dict(self)
        for name in ("gross", "tare", "count"):
            plain[name] = plain[name].quantity if plain[name] else None
        return PurchaseGiven(**{**plain, "price": self.price.money})


class VoidIn(Schema):
    """Why a purchase is taken back; its producer and buyer read it."""

    reason: Text = Field(min_length=1, max_length=LONGEST_REASON)


class PurchaseFilters(Schema):
    """What narrows a list of purchases: a number or a name, a product, where the payment stands, area, unit, days."""

    text: Text = Field("", max_length=80)
    product: Text = Field("", max_length=40)
    state: PaidState | None = None
    area: Text = Field("", max_length=32)
    unit: Text = Field("", max_length=20)
    first: date | None = None
    last: date | None = None


class LossOut(Schema):
    """Goods that were lost before they were sold; `borne_at` is when the buyer paid what they would have brought."""

    id: int
    at: datetime
    quantity: QuantityValue
    reason: LossReason
    amount: MoneyValue | None
    borne_at: datetime | None


class PurchaseOut(Schema):
    """A purchase. Parties, unit and lot by number; `premium` is what of `amount` is above the reference price.

    `payable` is what is paid of the net weight, `moisture` and `standard_moisture` are in thousandths of the weight.
    `lost` is what the `losses` came to that the producer bears.
    """

    number: str
    state: PaidState
    producer: str
    buyer: str
    unit: str
    lot: str
    notice: str
    product: str
    variety: str
    gross: QuantityValue | None
    tare: QuantityValue | None
    net: QuantityValue
    moisture: int | None
    standard_moisture: int | None
    payable: QuantityValue
    price: MoneyValue | None
    reference: MoneyValue | None
    amount: MoneyValue | None
    premium: MoneyValue | None
    paid: MoneyValue | None
    lost: MoneyValue | None
    owed: MoneyValue | None
    losses: list[LossOut]
    pay_rule: PayRule
    purchased_at: datetime
    voided_at: datetime | None
    void_reason: str
    area: str


def purchases_out(purchases: Sequence[Purchase]) -> list[PurchaseOut]:
    """Return the purchases as JSON, with one look-up for each kind of number and code."""
    parties = registry.parties_by_id({pk for one in purchases for pk in (one.producer_id, one.buyer_id)})
    units = network.units_by_id({one.unit_id for one in purchases})
    named = lots.lots_by_id({one.lot_id for one in purchases})
    notices = queries.numbers_of_notices({one.notice_id for one in purchases if one.notice_id})
    losses = _losses(purchases)
    return [
        PurchaseOut(
            number=one.number,
            state=one.state,
            producer=parties[one.producer_id].number,
            buyer=parties[one.buyer_id].number,
            unit=units[one.unit_id].number,
            lot=named[one.lot_id].number,
            notice=notices.get(one.notice_id or 0, ""),
            product=goods.product.code,
            variety=goods.variety_code,
            **_weights(one),
            **_money(one),
            losses=losses.get(one.pk, []),
            pay_rule=PayRule(one.pay_rule),
            purchased_at=one.purchased_at,
            voided_at=one.voided_at,
            void_reason=one.void_reason,
            area=one.area_id,
        )
        for one, goods in zip(purchases, queries.goods_of(purchases), strict=True)
    ]


def _losses(purchases: Sequence[Purchase]) -> dict[int, list[LossOut]]:
    found: dict[int, list[LossOut]] = {}
    for loss in queries.losses_of_purchases([one.pk for one in purchases]):
        told = LossOut(
            id=loss.pk,
            at=loss.lost_at,
            quantity=QuantityValue.of(loss.quantity),
            reason=LossReason(loss.reason),
            amount=MoneyValue.of(loss.amount),
            borne_at=loss.borne_at,
        )
        found.setdefault(loss.purchase_id, []).append(told)
    return found


def _weights(one: Purchase) -> dict[str, Any]:
    weighing = one.weighing
    return {
        "gross": QuantityValue.of(weighing.gross) if weighing.gross else None,
        "tare": QuantityValue.of(weighing.tare) if weighing.tare is not None else None,
        "net": QuantityValue.of(one.net),
        "moisture": one.moisture_permille,
        "standard_moisture": one.standard_permille,
        "payable": QuantityValue.of(one.payable),
    }


def _money(one: Purchase) -> dict[str, Any]:
    return {
        "price": MoneyValue.of(one.price),
        "reference": MoneyValue.of(one.reference_price),
        "amount": MoneyValue.of(one.amount),
        "premium": MoneyValue.of(one.premium),
        "paid": MoneyValue.of(one.paid),
        "lost": MoneyValue.of(one.lost),
        "owed": MoneyValue.of(one.owed),
    }
