"""Goods that came back beside their money or after it: what is lost of them, who owes, and who looks into them."""

from datetime import timedelta

import pytest

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.services import carrier_says
from terrace.market import queries, services
from terrace.market.domain import ReturnState
from terrace.sourcing.models import Purchase
from terrace.traceability import services as traceability
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import give_back, paid_though_sent_back, sent_back
from tests.market.settling import deliver, disputed
from tests.planted import found


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season with goods at the centre."""
    return begin(cast)


def _purchase(season: Season) -> Purchase:
    return Purchase.objects.get(pk=season.at_sale.pk)


def _left(season: Season) -> int:
    return Lot.objects.get(pk=season.at_sale.lot_id).steps


def _rot(season: Season, grams: int) -> None:
    lot, quantity = Lot.objects.get(pk=season.at_sale.lot_id), Quantity(grams, Unit.KILOGRAM)
    traceability.lose(by=SYSTEM, lot=lot, quantity=quantity, reason=LossReason.ROTTEN)


@pytest.mark.parametrize("state", [ReturnState.SOUND, ReturnState.SPOILT])
def test_what_rots_of_goods_that_were_paid_for_is_no_loss_of_their_grower(season: Season, state: ReturnState) -> None:
    sold = paid_though_sent_back(season, 4)
    other = pack_and_ship(season, paid_order(season.offer, 4))
    services.put_away(by=season.cast.packer.actor, order=sold, state=state)
    if state is ReturnState.SOUND:
        _rot(season, 20_000)

    services.complete_order(by=SYSTEM, order=deliver(other))

    assert (_purchase(season).paid, _purchase(season).lost) == (_purchase(season).amount, Money(0, "CNY"))
    assert found() == {}


def test_of_goods_that_were_paid_for_and_others_the_paid_ones_are_lost_first(season: Season) -> None:
    sold = paid_though_sent_back(season, 2)
    services.put_away(by=season.cast.packer.actor, order=sold, state=ReturnState.SOUND)

    _rot(season, 15_000)

    purchase = _purchase(season)
    assert purchase.lost.minor == purchase.amount_minor * 5_000 // purchase.net_steps
    assert [loss.own_steps for loss in purchase.losses.all()] == [10_000]
    assert found() == {}


def test_debts_and_sales_together_never_come_to_more_than_the_price(season: Season) -> None:
    first = pack_and_ship(season, paid_order(season.offer, 3), parcels=3)
    services.pass_on_dispute(by=SYSTEM, dispute=disputed(first, first.escrow.minor))
    give_back(season, first)
    second = deliver(pack_and_ship(season, paid_order(season.offer, 1)))
    services.pass_on_dispute(by=SYSTEM, dispute=disputed(second, second.escrow.minor))
    give_back(season, second)
    services.make_good()
    for parcel in parcels_of(first)[:2]:
        carrier_says(by=SYSTEM, parcel=parcel, status=ParcelStatus.RETURNED)
    services.put_away(by=season.cast.packer.actor, order=first, state=ReturnState.SOUND)

    services.complete_order(by=SYSTEM, order=deliver(pack_and_ship(season, paid_order(season.offer, 6))))
    services.make_good(now=clock.now() + timedelta(days=15))

    assert _purchase(season).owed.minor == sum(debt.amount_minor for debt in _purchase(season).debts.all())
    assert found() == {}


def test_nobody_waits_for_goods_that_were_lost_before_the_centre_decided(season: Season) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 2)))
    dispute = sent_back(season, order)
    services.return_lost(reference=f"return/{dispute.number}", at=clock.now())

    give_back(season, order)

    dispute.refresh_from_db()
    assert dispute.return_state == ReturnState.LOST
    assert queries.parcels_to_put_away(order) == []
    assert found() == {}


def test_what_a_buyer_sent_by_a_carrier_of_the_own_choice_may_be_said_to_be_lost(season: Season) -> None:
    sold, before = paid_though_sent_back(season, 2), _left(season)

    services.put_away(by=season.cast.packer.actor, order=sold, state=ReturnState.LOST)

    assert _left(season) == before
    assert queries.parcels_to_put_away(sold) == []
    assert found() == {}


def test_what_a_carrier_brought_is_not_judged_by_what_the_buyer_sent(season: Season) -> None:
    order = pack_and_ship(season, paid_order(season.offer, 2), parcels=2)
    first, second = parcels_of(order)
    carrier_says(by=SYSTEM, parcel=first, status=ParcelStatus.DELIVERED)
    dispute = sent_back(season, order)
    carrier_says(by=SYSTEM, parcel=second, status=ParcelStatus.RETURNED)

    services.take_back_goods(by=season.cast.packer.actor, dispute=dispute, state=ReturnState.SPOILT)

    assert [row.returned for row in order.parcels.order_by("pk")] == ["spoilt", ""]
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert [row.returned for row in order.parcels.order_by("pk")] == ["spoilt", "sound"]
    assert found() == {}


def test_what_lies_packed_of_an_order_that_was_given_back_is_called_back(season: Season) -> None:
    order = pack(season, paid_order(season.offer, 2), parcels=2)
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.LOST)
    order.refresh_from_db()
    give_back(season, order)
    before = _left(season)

    services.make_good()

    assert [parcel.status for parcel in parcels_of(order)] == [ParcelStatus.LOST, ParcelStatus.RETURNED]
    assert order in queries.orders_brought_back(season.cast.packer.actor)
    services.put_away(by=season.cast.packer.actor, order=order, state=ReturnState.SOUND)
    assert _left(season) == before + 5_000
    assert found() == {}
