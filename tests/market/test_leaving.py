"""An order whose parcels leave by another door than its own page: a counter, the carrier's program."""

from collections.abc import Callable

import pytest

from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Stale
from terrace.logistics.domain import ParcelStatus
from terrace.logistics.models import Parcel
from terrace.logistics.services import carrier_says, hand_to_carrier
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.models import Order
from terrace.market.services.locking import lock_order
from terrace.messaging.models import OutgoingMessage
from terrace.traceability.domain import EventKind
from terrace.traceability.models import LotEvent
from tests.conftest import Cast
from tests.journeys.harvest import begin
from tests.journeys.harvest import pack as pack_from_lots
from tests.market.orders import make_offer, paid_order
from tests.market.settling import pack, ship
from tests.market.test_arriving import packed_in_two
from tests.meanwhile import meanwhile


def unpack(order: Order) -> Order:
    return services.unpack_order(by=SYSTEM, order=order, version=order.version)


def cancel(order: Order) -> Order:
    return services.cancel_order(by=SYSTEM, order=order, version=order.version, note="")


def parcels(order: Order) -> list[Parcel]:
    return list(Parcel.objects.filter(reference=order.reference, ended_at=None).order_by("pk"))


def status(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def told() -> int:
    return OutgoingMessage.objects.filter(text__contains="is on its way").count()


def test_the_last_parcel_that_is_handed_over_makes_the_order_shipped(cast: Cast) -> None:
    order = packed_in_two(cast)
    first, second = parcels(order)
    hand_to_carrier(by=cast.packer.actor, parcel=first, waybill="SV-1")
    assert (status(order), told()) == (OrderStatus.PACKED, 0)
    hand_to_carrier(by=cast.packer.actor, parcel=second, waybill="SV-2")
    assert (status(order), told()) == (OrderStatus.SHIPPED, 1)
    assert order.shipped_at is not None
    assert Act.objects.filter(act="market.ship_order").count() == 1


def test_the_lots_tell_that_it_left(cast: Cast) -> None:
    season = begin(cast)
    order = pack_from_lots(season, paid_order(season.offer, 2))
    (parcel,) = parcels(order)
    hand_to_carrier(by=cast.packer.actor, parcel=parcel, waybill="SV-1")
    assert status(order) == OrderStatus.SHIPPED
    assert LotEvent.objects.filter(kind=EventKind.SHIPPED, reference=f"parcel/{parcel.number}").count() == 1


def test_shipping_on_the_orders_own_page_is_told_once(cast: Cast) -> None:
    assert cast.buyer.party
    order = ship(pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor), by=cast.buyer.actor)
    assert (status(order), told()) == (OrderStatus.SHIPPED, 1)
    act = Act.objects.get(act="market.ship_order")
    assert act.person_id == cast.buyer.person.pk


def test_an_order_of_which_one_parcel_left_is_shipped_with_the_waybill_of_the_other(cast: Cast) -> None:
    order = packed_in_two(cast)
    first, second = parcels(order)
    hand_to_carrier(by=cast.packer.actor, parcel=first, waybill="SV-1")
    order.refresh_from_db()
    services.ship_order(by=SYSTEM, order=order, version=order.version, waybills={second.number: "SV-2"})
    assert (status(order), told()) == (OrderStatus.SHIPPED, 1)
    assert [parcel.waybill for parcel in parcels(order)] == ["SV-1", "SV-2"]


def test_a_parcel_that_the_carrier_delivers_unasked_makes_the_order_delivered(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    carrier_says(by=SYSTEM, parcel=parcels(order)[0], status=ParcelStatus.DELIVERED)
    assert status(order) == OrderStatus.DELIVERED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [ship, unpack, cancel])
def test_who_acts_on_an_order_and_its_parcels_waits_for_news_of_a_parcel(
    cast: Cast, act: Callable[[Order], object]
) -> None:
    """News holds the parcel and then takes the order; who took them the other way round would be met half-way."""
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    (parcel,) = parcels(order)
    said = meanwhile(
        lambda: Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk),
        lambda: act(order),
        then=lambda: services.parcel_delivered(parcel_id=parcel.pk, at=clock.now()),
    )
    assert isinstance(said, Stale)
    assert status(order) == OrderStatus.DELIVERED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_news_of_a_parcel_waits_for_who_has_the_order_in_hand(cast: Cast) -> None:
    assert cast.buyer.party
    order = pack(paid_order(make_offer(cast.buyer.party)), by=cast.buyer.actor)
    (parcel,) = parcels(order)
    meanwhile(lambda: lock_order(order.pk), lambda: hand_to_carrier(by=SYSTEM, parcel=parcel, waybill="SV-1"))
    assert status(order) == OrderStatus.SHIPPED
