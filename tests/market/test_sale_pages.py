"""Orders as their sellers see them: who sees which, what waits, filters."""

from tests.conftest import Cast
from tests.market.orders import make_offer, paid_order


def test_a_seller_opens_on_what_buyers_wait_for(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    page = cast.buyer.client.get("/market/sell/").content.decode()
    assert order.number in page


def test_an_order_is_seen_by_its_seller_and_its_county_and_by_nobody_else(cast: Cast) -> None:
    assert cast.buyer.party
    order = paid_order(make_offer(cast.buyer.party))
    url = f"/market/sell/orders/{order.number}/"
    seen = {
        name: getattr(cast, name).client.get(url).status_code
        for name in ("buyer", "clerk", "packer", "centre", "bureau", "farmer", "neighbour", "stranger")
    }
    assert seen == {
        "buyer": 200,
        "clerk": 200,
        "packer": 200,
        "centre": 200,
        "bureau": 200,
        "farmer": 404,
        "neighbour": 404,
        "stranger": 404,
    }
