"""`terrace verify` names what is wrong with goods that came back, and who waits for a sale that never comes."""

from collections.abc import Callable
from datetime import timedelta

import pgtrigger
import pytest
from django.utils import timezone

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.logistics.services import carrier_says
from terrace.market import services
from terrace.market.domain import ReturnState
from terrace.market.models import Dispute, Order, OrderParcel
from terrace.sourcing.models import Purchase, PurchaseDebt
from terrace.traceability import services as traceability
from terrace.traceability.domain import LossReason
from tests.conftest import Cast
from tests.journeys.harvest import Season, begin, pack, pack_and_ship, parcels_of
from tests.market.orders import paid_order
from tests.market.returned import half_lost_half_sent_back
from tests.market.settling import deliver, disputed
from tests.planted import found, plants, plants_each

pytestmark = pytest.mark.slow
WRITTEN_OFF = "what was put back was written off where it is noted as spoilt"
LOST = "what a carrier lost was not put back"
NOTED_TWICE = "what a buyer sent back is noted at its dispute and its parcels"
BY_SOMEBODY = "what came back was brought by its carrier or sent by its buyer"
ALL_GONE = "nobody waits for the sale of goods that are all gone"


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season with goods at the centre."""
    return begin(cast)


def _put_away(season: Season, state: ReturnState) -> Order:
    """Return an order that its carrier brought back, and that somebody has looked into."""
    order = pack_and_ship(season, paid_order(season.offer, 1))
    carrier_says(by=SYSTEM, parcel=parcels_of(order)[0], status=ParcelStatus.RETURNED)
    return services.put_away(by=season.cast.packer.actor, order=order, state=state)


@pytest.fixture
def order(season: Season) -> Order:
    """Return an order sent back and sound, beside ones that came back in every other way."""
    half_lost_half_sent_back(season, ReturnState.SPOILT)
    for state in (ReturnState.SOUND, ReturnState.SPOILT):
        _put_away(season, state)
    unpacked = pack(season, paid_order(season.offer, 1))
    services.unpack_order(by=season.cast.packer.actor, order=unpacked, version=unpacked.version)
    order = half_lost_half_sent_back(season, ReturnState.SOUND)
    assert found() == {}
    return order


def _row(order: Order, returned: str) -> OrderParcel:
    return OrderParcel.objects.get(order=order, returned=returned)


def _in_lot(row: OrderParcel) -> str:
    """Return how the checks name what a parcel held."""
    return f"parcel/{_number(row)} lot {row.contents.get().lot_id}"


def _number(row: OrderParcel) -> str:
    return Parcel.objects.get(pk=row.parcel_id).number


def _dispute(order: Order, **values: object) -> str:
    Dispute.objects.filter(order=order).update(**values)
    return Dispute.objects.get(order=order).number


def _sound_called_spoilt(order: Order) -> str:
    OrderParcel.objects.filter(order=order, returned="sound").update(returned="spoilt")
    return _in_lot(_row(order, "spoilt"))


def _spoilt_called_sound(order: Order) -> str:
    row = OrderParcel.objects.filter(returned="spoilt").exclude(order=order).order_by("pk")[0]
    OrderParcel.objects.filter(pk=row.pk).update(returned="sound")
    return _in_lot(row)


def _lost_again_in_its_lot(order: Order) -> str:
    row = _row(order, "")
    later = timezone.now() + timedelta(hours=1)
    traceability.unpack(by=SYSTEM, reference=f"parcel/{_number(row)}", now=later)
    OrderParcel.objects.filter(pk=row.pk).update(returned="sound")
    return _in_lot(row)


def _lost_and_written_off(order: Order) -> str:
    row = _row(order, "")
    later = timezone.now() + timedelta(hours=1)
    traceability.unpack(by=SYSTEM, reference=f"parcel/{_number(row)}", lost=LossReason.ROTTEN, now=later)
    OrderParcel.objects.filter(pk=row.pk).update(returned="spoilt")
    return _in_lot(row)


def _parcel_says_nothing(order: Order) -> str:
    OrderParcel.objects.filter(order=order, returned="sound").update(returned="")
    return _dispute(order)


def _without_its_moment(order: Order) -> str:
    return _dispute(order, returned_at=None)


def _moment_of_nothing(order: Order) -> str:
    return _dispute(order, return_state="")


def _dispute_says_nothing(order: Order) -> str:
    _dispute(order, return_state="", returned_at=None)
    return _number(_row(order, "sound"))


def _dispute_says_lost(order: Order) -> str:
    _dispute(order, return_state="lost")
    return _number(_row(order, "sound"))


def _unpacked_and_returned(order: Order) -> str:
    row = OrderParcel.objects.filter(undone_at__isnull=False).order_by("pk")[0]
    OrderParcel.objects.filter(pk=row.pk).update(returned="sound")
    return _number(row)


PLANTS: dict[Callable[[Order], str], str] = {
    _sound_called_spoilt: WRITTEN_OFF,
    _spoilt_called_sound: WRITTEN_OFF,
    _lost_again_in_its_lot: LOST,
    _lost_and_written_off: LOST,
    _parcel_says_nothing: NOTED_TWICE,
    _without_its_moment: NOTED_TWICE,
    _moment_of_nothing: NOTED_TWICE,
    _dispute_says_nothing: BY_SOMEBODY,
    _dispute_says_lost: BY_SOMEBODY,
    _unpacked_and_returned: BY_SOMEBODY,
}


@plants_each(PLANTS.values())
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__.strip("_"))
def test_what_came_back_otherwise_than_noted_is_named(order: Order, plant: Callable[[Order], str]) -> None:
    with pgtrigger.ignore():
        reference = plant(order)
    assert found()[PLANTS[plant]] == [reference]


def _given_back(season: Season) -> Purchase:
    """Sell all goods that are paid at their sale in one order whose buyer gets the money back and keeps the goods."""
    order = deliver(pack_and_ship(season, paid_order(season.offer, 8)))
    services.pass_on_dispute(by=SYSTEM, dispute=disputed(order, order.escrow.minor))
    dispute = Dispute.objects.get(order=order)
    services.decide_dispute(
        by=season.cast.clerk.actor,
        dispute=dispute,
        version=dispute.version,
        amount=order.escrow,
        words_to_buyer="It comes back",
        words_to_seller="It goes back",
    )
    return Purchase.objects.get(pk=season.at_sale.pk)


def _end(days: int) -> None:
    ended = clock.now() - timedelta(days=days)
    Order.objects.filter(ended_at__isnull=False).update(ended_at=ended)
    Order.objects.filter(completed_at__isnull=False).update(completed_at=ended)


@plants(ALL_GONE)
def test_a_grower_who_waits_for_a_sale_that_never_comes_is_named(season: Season) -> None:
    purchase = _given_back(season)
    _end(days=14)
    assert found() == {}
    _end(days=16)
    assert found() == {ALL_GONE: [purchase.number]}


def test_a_grower_to_whom_the_seller_owes_it_does_not_wait_for_a_sale(season: Season) -> None:
    purchase = _given_back(season)
    assert services.make_good() == 0
    assert PurchaseDebt.objects.get().purchase_id == purchase.pk
    _end(days=16)
    assert found() == {}


@plants(ALL_GONE)
def test_a_grower_whose_debt_was_forgotten_is_named(season: Season) -> None:
    purchase = _given_back(season)
    services.make_good()
    PurchaseDebt.objects.all().delete()
    Purchase.objects.filter(pk=purchase.pk).update(due_at=None)
    _end(days=16)
    assert found() == {ALL_GONE: [purchase.number]}


@pytest.mark.parametrize("is_over", [True, False])
def test_a_grower_whose_goods_are_left_or_on_their_way_waits_rightly(season: Season, is_over: bool) -> None:
    order = deliver(pack_and_ship(season, paid_order(season.offer, 7 if is_over else 8)))
    if is_over:
        services.complete_order(by=SYSTEM, order=order)
    _end(days=16)
    assert Purchase.objects.get(pk=season.at_sale.pk).owed
    assert ALL_GONE not in found()
