"""The basket of a visitor's browser: offers and quantities in the session, prices never."""

from collections.abc import Mapping

from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.market.domain.buying import MOST_LINES
from terrace.market.domain.offers import MOST_PER_ORDER
from terrace.market.queries.baskets import Basket, Wanted, priced

BASKET = "basket"


def held_in(request: Request) -> dict[str, int]:
    """Return the quantities in the visitor's basket, by the number of the offer."""
    found = request.session.get(BASKET, {})
    return dict(found) if isinstance(found, dict) else {}


def hold(request: Request, quantities: Mapping[str, int]) -> None:
    """Keep these quantities; none of an offer takes it out."""
    kept = {number: min(quantity, MOST_PER_ORDER) for number, quantity in quantities.items() if quantity > 0}
    request.session[BASKET] = dict(list(kept.items())[:MOST_LINES])


def wanted_in(request: Request) -> list[Wanted]:
    """Return what the visitor wants, as the checkout takes it."""
    return [Wanted(number, quantity) for number, quantity in held_in(request).items()]


def basket_of(request: Request) -> Basket:
    """Return the visitor's basket at today's prices; an offer that is gone for good falls out of it."""
    wanted = wanted_in(request)
    while wanted:
        try:
            return priced(wanted, clock.today())
        except NotFound as gone:
            wanted = [one for one in wanted if one.offer != gone.details.get("offer")]
            hold(request, {one.offer: one.quantity for one in wanted})
    return Basket([])
