"""Lists of offers: of who sells them, and over REST the market and its reviews."""

from terrace.market import services as market
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer
from tests.market.selling import a_photo


def _offer(cast: Cast, number: int) -> None:
    """Offer something with a photo, by a seller of its own."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    market.add_photo(by=cast.centre.actor, offer=make_offer(seller), photo=a_photo(size=(30, 20)))


PAGES = {"market:offers": Case(_offer)}
REST = {"/market/offers": Case(_offer), "/market/goods": Case(_offer)}
