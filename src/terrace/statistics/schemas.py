"""What the REST interface of statistics gives."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, QuantityValue
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger.domain import Part, Reason
from terrace.market.queries import Earned
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.statistics.domain import CostKind, Days, FigureKind, Span, Tally
from terrace.statistics.domain.outlets import LONGEST_NOTE
from terrace.statistics.domain.statements import Flow, SoldBy
from terrace.statistics.models import OutletCost
from terrace.statistics.queries import Crop, HouseholdStatement, OutletMonth, Ranked
from terrace.traceability.domain import LossReason


class DaysOut(Schema):
    """From a day to a day, both inclusive."""

    first: date
    last: date


class FigureOut(Schema):
    """One figure: `money` for amounts, `count` for what is counted; the other one is null."""

    figure: FigureKind
    money: MoneyValue | None = None
    count: int | None = None


class AreaFiguresOut(Schema):
    """The figures of an area."""

    area: str
    figures: list[FigureOut]


class FiguresOut(Schema):
    """An area's figures of the days of a period that have come, of as many days before, and of the areas below."""

    area: str
    span: Span
    days: DaysOut
    figures: list[FigureOut]
    before: list[FigureOut]
    year_before: list[FigureOut]
    below: list[AreaFiguresOut]


class FlowOut(Schema):
    """What a kind of money came to; out of the account is below zero."""

    flow: Flow
    amount: MoneyValue


class StatementLineOut(Schema):
    """One entry of the account, with the balance after it. `reference` names what it is about."""

    at: datetime
    reason: Reason
    reference: str
    amount: MoneyValue
    balance: MoneyValue


class StatementPurchaseOut(Schema):
    """A purchase; `owed` is what is still to be paid, `state` where it stands."""

    number: str
    at: datetime
    product: str
    quantity: QuantityValue
    price: MoneyValue
    reference_price: MoneyValue | None
    premium: MoneyValue | None
    amount: MoneyValue
    paid: MoneyValue
    owed: MoneyValue
    state: str


class StatementLossOut(Schema):
    """Goods that were lost before they were sold: what they would have brought, and since when the buyer bears it."""

    purchase: str
    at: datetime
    quantity: QuantityValue
    reason: LossReason
    amount: MoneyValue
    borne_at: datetime | None


class FeeTakenOut(Schema):
    """What somebody of the chain got of the household's own orders."""

    part: Part
    amount: MoneyValue


class EarnedOut(Schema):
    """An order of the household's own whose money was shared: `gross` less the fees was `booked`."""

    order: str
    at: datetime
    gross: MoneyValue
    fees: list[FeeTakenOut]
    booked: MoneyValue


class SeasonOut(Schema):
    """What a household sold of a product in a season by one way: `amount` less `fees`, `lost` is `paid` and `owed`."""

    product: str
    days: DaysOut
    way: SoldBy
    quantity: QuantityValue
    amount: MoneyValue
    premium: MoneyValue
    fees: MoneyValue
    lost: MoneyValue
    paid: MoneyValue
    owed: MoneyValue


class YearOut(Schema):
    """What came and went in a year, the premium of its purchases, and what lay on the account when it was over."""

    year: int
    flows: list[FlowOut]
    premium: MoneyValue
    closing: MoneyValue


class HouseholdStatementOut(Schema):
    """A household's statement: `opening` and the flows come to `closing`.

    `sales` are its own orders of the period; `seasons` and `years` are everything there ever was.
    """

    household: str
    days: DaysOut
    opening: MoneyValue
    closing: MoneyValue
    flows: list[FlowOut]
    lines: list[StatementLineOut]
    purchases: list[StatementPurchaseOut]
    sales: list[EarnedOut]
    owed: list[StatementPurchaseOut]
    losses: list[StatementLossOut]
    seasons: list[SeasonOut]
    years: list[YearOut]


class ServiceOut(Schema):
    """What a unit earned by one of its services."""

    part: Part
    amount: MoneyValue


class CostOut(Schema):
    """What a unit paid for one kind of thing; `version` is named when it is corrected."""

    kind: CostKind
    amount: MoneyValue
    note: str
    version: int


class CostIn(Schema):
    """What a unit paid in a month; of `version`, 0 for what nobody entered yet."""

    amount: MoneyValue
    note: str = Field("", max_length=LONGEST_NOTE)
    version: int = Field(0, ge=0)


class OutletMonthOut(Schema):
    """One month of a unit: `earned` less `spent` is its `profit`; without costs entered that means little."""

    month: date
    services: list[ServiceOut]
    costs: list[CostOut]
    earned: MoneyValue
    spent: MoneyValue
    profit: MoneyValue


class OutletOut(Schema):
    """What a unit earned by fees, spent on itself and had left in a month."""

    unit: str
    month: date
    earned: MoneyValue
    spent: MoneyValue
    profit: MoneyValue
    has_costs: bool


def figures_out(tally: Tally, kinds: Sequence[FigureKind]) -> list[FigureOut]:
    """Return figures as JSON, noughts where nothing happened."""
    return [_figure(kind, tally.get(kind, 0)) for kind in kinds]


def _figure(kind: FigureKind, found: int) -> FigureOut:
    if kind.is_money:
        return FigureOut(figure=kind, money=MoneyValue.of(Money(found, current().currency)))
    return FigureOut(figure=kind, count=found)


def days_out(days: Days) -> DaysOut:
    """Return days as JSON."""
    return DaysOut(first=days.first, last=days.last)


def statement_out(found: HouseholdStatement) -> HouseholdStatementOut:
    """Return a household's statement as JSON."""
    codes = {pk: product.code for pk, product in found.products.items()}
    return HouseholdStatementOut(
        household=found.party.number,
        days=days_out(found.period.so_far(clock.today())),
        opening=_money(found.opening),
        closing=_money(found.closing),
        flows=_flows(found.flows),
        lines=[
            StatementLineOut(
                at=line.entry.at,
                reason=Reason(line.entry.transfer.reason),
                reference=line.entry.transfer.reference,
                amount=_money(line.entry.amount),
                balance=_money(line.balance),
            )
            for line in found.lines
        ],
        purchases=[_bought(purchase, codes) for purchase in found.purchases],
        sales=[_earned(sale) for sale in found.sales],
        owed=[_bought(purchase, codes) for purchase in found.owed],
        losses=[_lost(loss) for loss in found.losses],
        seasons=[_season(crop) for crop in found.seasons],
        years=[
            YearOut(year=one.year, flows=_flows(one.flows), premium=_money(one.premium), closing=_money(one.closing))
            for one in found.years
        ],
    )


def outlets_out(found: Sequence[Ranked]) -> list[OutletOut]:
    """Return outlets with their month as JSON."""
    return [
        OutletOut(
            unit=one.unit.number,
            month=one.result.month,
            earned=_money(one.result.earned),
            spent=_money(one.result.spent),
            profit=_money(one.result.profit),
            has_costs=one.has_costs,
        )
        for one in found
    ]


def months_out(found: Sequence[OutletMonth]) -> list[OutletMonthOut]:
    """Return a unit's months as JSON."""
    return [
        OutletMonthOut(
            month=one.month,
            services=[ServiceOut(part=part, amount=_money(amount)) for part, amount in one.earned.items()],
            costs=[cost_out(cost) for cost in one.costs.values()],
            earned=_money(one.result.earned),
            spent=_money(one.result.spent),
            profit=_money(one.result.profit),
        )
        for one in found
    ]


def cost_out(cost: OutletCost) -> CostOut:
    """Return what a unit paid for one kind of thing as JSON."""
    return CostOut(kind=CostKind(cost.kind), amount=_money(cost.amount), note=cost.note, version=cost.version)


def _lost(loss: PurchaseLoss) -> StatementLossOut:
    return StatementLossOut(
        purchase=loss.purchase.number,
        at=loss.lost_at,
        quantity=QuantityValue.of(loss.quantity),
        reason=LossReason(loss.reason),
        amount=_money(loss.amount),
        borne_at=loss.borne_at,
    )


def _flows(flows: Mapping[Flow, Money]) -> list[FlowOut]:
    return [FlowOut(flow=flow, amount=_money(amount)) for flow, amount in flows.items()]


def _earned(sale: Earned) -> EarnedOut:
    return EarnedOut(
        order=sale.order.number,
        at=sale.at,
        gross=_money(sale.gross),
        fees=[FeeTakenOut(part=part, amount=_money(amount)) for part, amount in sale.fees.items()],
        booked=_money(sale.left),
    )


def _season(crop: Crop) -> SeasonOut:
    return SeasonOut(
        product=crop.product.code,
        days=days_out(crop.period.days),
        way=crop.way,
        quantity=QuantityValue.of(crop.quantity),
        amount=_money(crop.amount),
        premium=_money(crop.premium),
        fees=_money(crop.fees),
        lost=_money(crop.lost),
        paid=_money(crop.paid),
        owed=_money(crop.owed),
    )


def _bought(purchase: Purchase, codes: Mapping[int, str]) -> StatementPurchaseOut:
    return StatementPurchaseOut(
        number=purchase.number,
        at=purchase.purchased_at,
        product=codes[purchase.product_id],
        quantity=QuantityValue.of(purchase.payable),
        price=_money(purchase.price),
        reference_price=MoneyValue.of(purchase.reference_price),
        premium=MoneyValue.of(purchase.earned_premium),
        amount=_money(purchase.amount),
        paid=_money(purchase.paid),
        owed=_money(purchase.owed),
        state=purchase.state.value,
    )


def _money(amount: Money) -> MoneyValue:
    return MoneyValue(minor=amount.minor, currency=amount.currency)
