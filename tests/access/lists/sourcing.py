"""Lists of purchases, and of those from whom goods are weighed."""

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import services as ledger
from terrace.network import queries as network
from terrace.registry.models import Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.domain import PayRule
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast


def _purchase(cast: Cast, number: int) -> None:
    """Buy of a household of its own, for a buyer of its own, who is given money before."""
    household = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    buyer: Party = factories.PartyFactory(kind="enterprise", area=factories.AreaFactory(code=VILLAGE[:6]))
    ledger.deposit(by=cast.clerk.actor, party=buyer, amount=Money(100_000, "CNY"), bank_reference=f"bank {number}")
    (unit,) = network.units_by_id(cast.keeper.actor.units).values()
    given = sourcing.PurchaseGiven(
        producer=household.number,
        buyer=buyer.number,
        unit=unit.number,
        product="apple",
        variety="fuji",
        gross=Quantity(20_000, Unit.KILOGRAM),
        tare=Quantity(1_000, Unit.KILOGRAM),
        price=Money(540, "CNY"),
        pay_rule=PayRule.NOW,
    )
    sourcing.record_purchase(by=cast.keeper.actor, given=given)


def _producer(cast: Cast, number: int) -> None:
    """Register a household that may have goods to weigh."""
    factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))


def _mandate(cast: Cast, number: int) -> None:
    """Let a firm of its own say that every point may buy for it."""
    buyer: Party = factories.PartyFactory(kind="enterprise", area=factories.AreaFactory(code=VILLAGE[:6]))
    given = sourcing.MandateGiven(buyer.number, clock.today(), a_day=Money(100_000, "CNY"))
    sourcing.give_mandate(by=SYSTEM, given=given)


PAGES = {
    "sourcing:purchases": Case(_purchase),
    "sourcing:purchase_new": Case(_producer),
    "sourcing:mandates": Case(_mandate),
}
REST = {"/purchases": Case(_purchase), "/mandates": Case(_mandate)}
