"""What everybody is due of an order: by the tariffs of the day it was paid on."""

from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.ledger.domain import Part
from terrace.logistics import services as logistics
from terrace.logistics.domain import TariffKind
from terrace.logistics.services import TariffGiven
from terrace.market.models import Order
from terrace.market.queries.dues import dues_of
from tests.amounts import fen
from tests.conftest import VILLAGE, Cast
from tests.journeys.harvest import Season, begin, pack_and_ship
from tests.market.orders import paid_order


@pytest.fixture
def season(cast: Cast) -> Season:
    return begin(cast)


def due(order: Order, part: Part) -> list[int]:
    return [one.amount.minor for one in dues_of(order) if one.part is part]


def test_tariffs_of_the_day_of_payment_count(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2))
    before = due(order, Part.OUTLET)
    tomorrow = clock.today() + timedelta(days=1)
    dearer = TariffGiven(TariffKind.OUTLET, VILLAGE[:6], tomorrow, fen(0), fen(1_000))
    logistics.set_tariff(by=season.cast.centre.actor, given=dearer)

    assert due(order, Part.OUTLET) == before
    order.paid_at = clock.begin_of(tomorrow)
    assert due(order, Part.OUTLET) == [100 * amount for amount in before]
