"""Lists of what buyers ordered, and of the transfers that clerks look for."""

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.market import services
from terrace.market.domain import PaymentStatus, Provider
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer, place


def _bought(cast: Cast, number: int) -> None:
    """Let the farmer order of a seller of its own."""
    assert cast.farmer.party
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    place({make_offer(seller): 1}, by=cast.farmer.actor, buyer=cast.farmer.party.number)


def _transfer(cast: Cast, number: int) -> None:
    """Let somebody order by bank transfer."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    place({make_offer(seller): 1}, provider=Provider.BANK)


def _late_transfer(cast: Cast, number: int) -> None:
    """Let money come that has to be transferred back."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    payment = place({make_offer(seller): 1}, provider=Provider.BANK).payment
    services.stop_payment(by=SYSTEM, payment_id=payment.pk, status=PaymentStatus.CANCELLED, now=clock.now())
    services.confirm_transfer(
        by=SYSTEM, payment=payment, amount=payment.amount, on=clock.today(), reference=f"B-{number}"
    )


PAGES = {
    "market:orders_mine": Case(_bought, reader="farmer"),
    "market:payments": Case(_transfer, reader="clerk"),
}
REST = {
    "/market/my-orders": Case(_bought, reader="farmer"),
    "/market/payments": Case(_transfer, reader="clerk"),
    "/market/repayments": Case(_late_transfer, reader="clerk"),
}
