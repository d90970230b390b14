"""What the tests of the market share."""

from typing import Any

import pytest

from terrace.market.models import Offer, Payment
from tests.conftest import Cast
from tests.market.orders import make_offer, place
from tests.market.selling import NOW


@pytest.fixture
def autumn(time_machine: Any) -> None:
    """Let it be the day on which apples are sold."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def offer(cast: Cast) -> Offer:
    """Return an offer of the shop, on sale now."""
    assert cast.buyer.party
    return make_offer(cast.buyer.party)


@pytest.fixture
def payment(offer: Offer) -> Payment:
    """Return what is to be paid for two boxes of it."""
    return place({offer: 2}).payment
