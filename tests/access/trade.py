"""What one side of the world trades: a purchase with its lot, an offer, an order that was paid for."""

from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.market.services import links
from terrace.registry.models import Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.traceability import queries as traceability
from tests.conftest import Member
from tests.market.orders import make_offer, paid_order

Values = dict[str, str | int]


def trade_of(keeper: Member, unit: str, household: Party, shop: Party) -> Values:
    """Let a point buy of a household for a shop, and the shop sell; return what addresses name of it."""
    amount = Money(1_000_000, "CNY")
    ledger.deposit(by=SYSTEM, party=shop, amount=amount, bank_reference=f"bank of {shop.number}")
    purchase = _purchase(keeper, unit, household, shop)
    lot = traceability.lots_by_id([purchase.lot_id])[purchase.lot_id]
    offer = make_offer(shop)
    order = paid_order(offer, 2)
    return {
        "purchase": purchase.number,
        "lot": lot.number,
        "offer": offer.number,
        "order": order.number,
        "order_signs": links.signature(order.reference),
        "payment": order.payment.number,
        "payment_signs": links.signature(f"payment/{order.payment.number}"),
        "line_id": order.lines.get().pk,
    }


def _purchase(keeper: Member, unit: str, household: Party, shop: Party) -> Purchase:
    given = sourcing.PurchaseGiven(
        producer=household.number,
        buyer=shop.number,
        unit=unit,
        product="apple",
        variety="fuji",
        gross=Quantity(98_500, Unit.KILOGRAM),
        tare=Quantity(6_500, Unit.KILOGRAM),
        price=Money(540, "CNY"),
        pay_rule=PayRule.NOW,
    )
    return sourcing.record_purchase(by=keeper.actor, given=given)
