"""A statement's rows as its page and its sheet of paper write them, and the whole of it for paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from terrace.catalog.models import Product
from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.ledger.domain import Reason
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.statistics.domain.statements import Flow
from terrace.statistics.queries import Crop, HouseholdStatement, MoneyLine
from terrace.statistics.views import telling
from terrace.traceability.domain import LossReason


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase as the household reads it; `why` says what its money waits for, "" when it is paid."""

    number: str
    at: datetime
    goods: str
    quantity: Quantity
    price: Money
    unit: Text
    reference: Money | None
    premium: Money | None
    amount: Money
    paid: Money
    owed: Money
    why: Text

    @classmethod
    def of(cls, purchase: Purchase, products: Mapping[int, Product]) -> "Bought":
        """Return the purchase with the name of its goods."""
        product = products[purchase.product_id]
        return cls(
            number=purchase.number,
            at=purchase.purchased_at,
            goods=in_language(product.names),
            quantity=purchase.payable,
            price=purchase.price,
            unit=Unit(product.unit).one,
            reference=purchase.reference_price,
            premium=purchase.premium,
            amount=purchase.amount,
            paid=purchase.paid,
            owed=purchase.owed,
            why=purchase.state.label if purchase.owed.minor else "",
        )


@dataclass(frozen=True, slots=True)
class Lost:
    """Goods that were lost before they were sold, as the household reads it: why, and who bears it."""

    at: datetime
    goods: str
    quantity: Quantity
    why: Text
    who: Text
    amount: Money

    @classmethod
    def of(cls, loss: PurchaseLoss, products: Mapping[int, Product]) -> "Lost":
        """Return the loss with the name of its goods."""
        goods = in_language(products[loss.purchase.product_id].names)
        who = _("The buyer has paid it") if loss.borne_at else _("Borne by the household")
        return cls(loss.lost_at, goods, loss.quantity, LossReason(loss.reason).label, who, loss.amount)


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry of the account as the household reads it."""

    at: datetime
    what: Text
    about: str
    amount: Money
    balance: Money

    @classmethod
    def of(cls, line: MoneyLine) -> "Booked":
        """Return the entry in words: why the money moved, and about what."""
        transfer = line.entry.transfer
        what, number = Reason(transfer.reason).label, transfer.reference.rpartition("/")[2]
        return cls(line.entry.at, what, transfer.memo or number, line.entry.amount, line.balance)


@dataclass(frozen=True, slots=True)
class Season:
    """One season of one product."""

    crop: Crop
    name: str

    @classmethod
    def of(cls, crop: Crop) -> "Season":
        """Return the season with its name."""
        return cls(crop, telling.name_of(crop.period))


def sold(statement: HouseholdStatement) -> Money:
    """Return what was booked for goods in the statement's period."""
    return statement.flows.get(Flow.SALES, Money(0, current().currency))


def of_statement(statement: HouseholdStatement) -> dict[str, Any]:
    """Return a statement as its sheet takes it: every word and amount written out in the reader's language."""
    return {
        "title": _("Household statement"),
        "foot": f"{statement.party.name} · {statement.party.number}",
        "facts": [
            [_("Household"), statement.party.name],
            [_("Number"), statement.party.number],
            [_("Period"), telling.name_of(statement.period)],
            [_("Printed"), written.localdate(clock.today())],
            [_("Above the reference price"), written.money(statement.premium)],
            [_("Still owed"), written.money(statement.owed_amount)],
        ],
        "balance": {
            "title": _("The account"),
            "rows": [
                [_("At the beginning"), written.money(statement.opening)],
                *([flow.label, written.money(amount)] for flow, amount in statement.flows.items()),
            ],
            "total": [_("At the end"), written.money(statement.closing)],
        },
        "tables": [table for table in _tables(statement) if table["rows"]],
        "note": _("What was sold, paid and owed stands in the ledger; ask at your service point about any line."),
    }


def _tables(statement: HouseholdStatement) -> tuple[dict[str, Any], ...]:
    return _goods(statement), _owed(statement), _lost(statement), _entries(statement)


def _goods(statement: HouseholdStatement) -> dict[str, Any]:
    found = [Bought.of(purchase, statement.products) for purchase in statement.purchases]
    heads = [_("Day"), _("Goods"), _("Quantity"), _("Price"), _("Reference"), _("Above it"), _("Amount"), _("Paid")]
    rows = [
        [
            _day(one.at),
            one.goods,
            written.quantity(one.quantity),
            written.price(one.price, one.unit),
            written.money(one.reference) or written.NOTHING,
            written.money(one.premium) or written.NOTHING,
            written.money(one.amount),
            written.money(one.paid),
        ]
        for one in found
    ]
    return {
        "title": _("Bought from the household"),
        "heads": heads,
        "right": [2, 3, 4, 5, 6, 7],
        "wide": 1,
        "rows": rows,
    }


def _owed(statement: HouseholdStatement) -> dict[str, Any]:
    found = [Bought.of(purchase, statement.products) for purchase in statement.owed]
    rows = [[_day(one.at), one.goods, one.number, one.why, written.money(one.owed)] for one in found]
    heads = [_("Day"), _("Goods"), _("Purchase"), _("Why it waits"), _("Still owed")]
    return {"title": _("Still owed"), "heads": heads, "right": [4], "wide": 3, "rows": rows}


def _lost(statement: HouseholdStatement) -> dict[str, Any]:
    found = [Lost.of(loss, statement.products) for loss in statement.losses]
    rows = [
        [_day(one.at), one.goods, written.quantity(one.quantity), one.why, one.who, written.money(one.amount)]
        for one in found
    ]
    heads = [_("Day"), _("Goods"), _("Quantity"), _("Why"), _("Who bears it"), _("Amount")]
    return {"title": _("Lost before it was sold"), "heads": heads, "right": [2, 5], "wide": 3, "rows": rows}


def _entries(statement: HouseholdStatement) -> dict[str, Any]:
    found = [Booked.of(line) for line in statement.lines]
    rows = [[_day(one.at), one.what, one.about, written.money(one.amount), written.money(one.balance)] for one in found]
    heads = [_("Day"), _("What"), _("About"), _("Amount"), _("On the account")]
    return {"title": _("Line by line"), "heads": heads, "right": [3, 4], "wide": 2, "rows": rows}


def _day(at: datetime) -> str:
    on: date = clock.today(at)
    return written.localdate(on)
