"""Lists of offers: of who sells them, and over REST the market and its reviews."""

from terrace.kernel.actors import ANONYMOUS, SYSTEM
from terrace.market import services as market
from terrace.market.models import Offer
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.market.orders import make_offer
from tests.market.selling import a_line, a_photo


def _offer(cast: Cast, number: int) -> None:
    """Offer something with a photo, by a seller of its own."""
    seller = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]))
    market.add_photo(by=cast.centre.actor, offer=make_offer(seller), photo=a_photo(size=(30, 20)))


def _review(cast: Cast, number: int) -> None:
    """Let somebody buy of the world's first offer and say what it was like."""
    offer = Offer.objects.order_by("id")[0]
    market.restock(by=SYSTEM, offer=offer, quantity=1)
    market.review(by=ANONYMOUS, line=a_line(offer), given=market.ReviewGiven(5, "Crisp"), has_order=True)


PAGES = {"market:offers": Case(_offer)}
REST = {"/market/offers": Case(_offer), "/market/goods": Case(_offer), "/market/goods/{offer}/reviews": Case(_review)}
