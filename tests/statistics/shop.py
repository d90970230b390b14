"""A farmer who sells on the market, under an agreement with odd fees: orders from the basket to the shared money."""

from terrace.kernel.actors import SYSTEM
from terrace.logistics import services as logistics
from terrace.logistics.domain import TariffKind
from terrace.market import services as market
from terrace.market.models import Offer, Order
from terrace.market.services.links import signature
from terrace.registry.models import Party
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer, pay, place
from tests.market.settling import pack, ship
from tests.sourcing.conftest import NOW


def farmer_of(cast: Cast) -> Party:
    """Return the farmer's household."""
    assert cast.farmer.party is not None
    return cast.farmer.party


def open_shop(cast: Cast) -> Offer:
    """Let the farmer offer apples, 3.3 % for the platform and a carrier's tariff in force."""
    county, today = VILLAGE[:6], NOW.date()
    market.make_agreement(by=SYSTEM, given=market.AgreementGiven(county, today, 33, fen(151), 7))
    tariff = logistics.TariffGiven(TariffKind.CARRIER, county, today, fen(307), fen(101))
    logistics.set_tariff(by=SYSTEM, given=tariff)
    return make_offer(farmer_of(cast))


def send(wanted: dict[Offer, int]) -> Order:
    """Sell, pack and hand to the carrier."""
    placed = place(wanted)
    pay(placed.payment)
    return ship(pack(Order.objects.get(pk=placed.orders[0].pk), by=SYSTEM))


def settle(order: Order) -> Order:
    """Let the buyer say that it arrived."""
    market.confirm_receipt(by=SYSTEM, order=order, proof=signature(order.reference))
    order.refresh_from_db()
    return order
