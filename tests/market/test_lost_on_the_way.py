"""Parcels that are lost before their order has left, or while others are under way: who grew the goods is paid."""

from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import OrderStatus, ReturnState
from terrace.market.models import Order
from terrace.sourcing.models import Purchase
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import give_back
from tests.planted import found


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season with goods at the centre."""
    return begin(cast)


def _given_back(season: Season, order: Order) -> Order:
    """Let the first parcel be lost and the centre give all of the money back."""
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.LOST)
    give_back(season, order)
    assert order.status == OrderStatus.REFUNDED
    return order


def _purchase(season: Season) -> Purchase:
    return Purchase.objects.get(pk=season.at_sale.pk)


def _worth(season: Season, steps: int) -> Money:
    """Return what so many grams of the purchase that is paid at its sale came to."""
    purchase = _purchase(season)
    return Money(purchase.amount_minor * steps // purchase.payable_steps, purchase.currency)


def test_the_grower_of_goods_that_were_lost_before_they_left_is_paid(season: Season) -> None:
    order = _given_back(season, pack(season, paid_order(season.offer, 1)))
    assert order.shipped_at is None

    assert services.make_good() == 1

    assert _purchase(season).paid == _worth(season, 5_000)
    assert services.make_good() == 0
    assert found() == {}


@pytest.mark.parametrize("leaves", [True, False])
def test_goods_that_are_under_way_may_come_back_before_they_count_as_gone(season: Season, leaves: bool) -> None:
    order = paid_order(season.offer, 2)
    order = pack_and_ship(season, order, parcels=2) if leaves else pack(season, order, parcels=2)
    _given_back(season, order)
    assert services.make_good() == 0
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[1], status=ParcelStatus.RETURNED)
    assert services.make_good() == 0
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)

    assert services.make_good() == 1

    assert _purchase(season).paid == _worth(season, 5_000)
    assert found() == {}


def test_goods_that_nobody_hears_of_count_as_gone_after_two_weeks(season: Season) -> None:
    _given_back(season, pack_and_ship(season, paid_order(season.offer, 2), parcels=2))
    assert services.make_good(now=clock.now() + timedelta(days=13)) == 0
    assert services.make_good(now=clock.now() + timedelta(days=15)) == 1
