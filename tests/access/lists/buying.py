"""Lists of what buyers ordered, and of the transfers that clerks look for."""

from terrace.market.domain import Provider
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


PAGES = {
    "market:orders_mine": Case(_bought, reader="farmer"),
    "market:payments": Case(_transfer, reader="clerk"),
}
REST = {"/market/my-orders": Case(_bought, reader="farmer")}
