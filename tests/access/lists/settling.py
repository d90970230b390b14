"""Lists of orders that were sold, of disputes about them, and of agreements."""

from datetime import timedelta

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.market import services as market
from terrace.market.domain import DisputeKind
from terrace.market.models import Order, PackedLot
from terrace.traceability import services as traceability
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer, paid_order
from tests.market.settling import pack, ship
from tests.traceability.conftest import taken_in


def _sale(cast: Cast, number: int) -> Order:
    """Let somebody buy of a seller of its own."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    return paid_order(make_offer(seller))


def _late(cast: Cast, number: int) -> None:
    """Let an order wait for a week."""
    order = _sale(cast, number)
    Order.objects.filter(pk=order.pk).update(paid_at=clock.now() - timedelta(days=7))


def _recalled(cast: Cast, number: int) -> None:
    """Let a lot be recalled after some of it was packed into an order."""
    order = pack(_sale(cast, number), by=SYSTEM)
    producer = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    row, lot = order.parcels.get(), taken_in(cast, producer_id=producer.pk)
    PackedLot.objects.filter(parcel=row).update(lot=lot)
    traceability.recall(by=SYSTEM, lot=lot, reason="Bring it back")


def _dispute(cast: Cast, number: int) -> None:
    """Let a buyer say that something is wrong."""
    order = ship(pack(_sale(cast, number), by=SYSTEM))
    given = market.DisputeGiven(DisputeKind.SPOILT, "Two are rotten", Money(500, "CNY"))
    market.open_dispute(by=SYSTEM, order=order, given=given)


def _agreement(cast: Cast, number: int) -> None:
    """Make an agreement with a seller of its own."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    given = market.AgreementGiven(VILLAGE[:6], clock.today(), 20, Money(150, "CNY"), 7, seller=seller.number)
    market.make_agreement(by=cast.centre.actor, given=given)


PAGES = {
    "market:sell": Case(_sale, reader="packer"),
    "market:pack_list": Case(_sale, reader="packer"),
    "market:sales": Case(_sale),
    "market:recalled": Case(_recalled, reader="clerk"),
    "market:desk": Case(_late, reader="clerk"),
    "market:disputes": Case(_dispute),
    "market:agreements": Case(_agreement),
}
REST = {
    "/market/sales": Case(_sale),
    "/market/disputes": Case(_dispute),
    "/market/agreements": Case(_agreement),
}
