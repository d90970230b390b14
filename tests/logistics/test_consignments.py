"""Consignments: made up of lots at the point, fetched, counted in at the centre."""

from datetime import time

import pytest

from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, LoadState, ScanKind
from terrace.logistics.models import Consignment, Load
from terrace.logistics.services import Short, TourGiven, VehicleGiven
from terrace.traceability import services as tracing
from terrace.traceability.domain import EventKind, LossReason, NewLot
from terrace.traceability.models import Lot, LotEvent
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.logistics.conftest import NOON, Places, later


def kg(number: int) -> Quantity:
    """Return so many kilograms."""
    return Quantity(number * 1000, Unit.KILOGRAM)


@pytest.fixture
def lot(cast: Cast, places: Places) -> Lot:
    """Return 800 kg of apples that lie at the point."""
    assert cast.farmer.party
    product = factories.ProductFactory()
    new = NewLot(product.pk, None, kg(800), cast.farmer.party.pk, VILLAGE, places.point.pk, None)
    return tracing.create_lot(by=cast.keeper.actor, new=new, now=NOON)


@pytest.fixture
def goods(cast: Cast, places: Places, lot: Lot) -> Consignment:
    """Return 500 kg of the lot, waiting at the point."""
    return services.create_consignment(
        by=cast.keeper.actor,
        from_unit=places.point,
        to_unit=places.centre,
        lots=[(lot.pk, kg(500))],
        crates=25,
        now=later(1),
    )


def ride(cast: Cast, places: Places, goods: Consignment) -> None:
    """Fetch the goods by a tour, which ends at the centre."""
    clerk, driver = cast.clerk.actor, cast.driver.actor
    vehicle = services.add_vehicle(by=clerk, unit_id=places.centre.pk, given=VehicleGiven("甘K 12345", 800_000))
    given = TourGiven(vehicle.pk, cast.driver.person.pk, NOON.date(), time(8))
    tour = services.plan_tour(by=clerk, unit_id=places.centre.pk, given=given, now=NOON)
    services.add_stop(by=clerk, tour=tour, version=1, unit_id=places.point.pk)
    services.assign(by=clerk, tour=tour, version=2, codes=[goods.number])
    services.start_tour(by=driver, tour=tour, now=later(2))
    services.scan(by=driver, code=goods.number.lower(), kind=ScanKind.LOADED, tour=tour, now=later(30))
    services.finish_tour(by=driver, tour=tour, now=later(60))


def test_a_part_of_a_lot_goes_as_a_lot_of_its_own(goods: Consignment, lot: Lot) -> None:
    line = goods.lines.get()
    assert line.lot_id != lot.pk
    assert line.sent == kg(500)
    assert goods.grams == 500_000
    lot.refresh_from_db()
    assert lot.steps == 300_000


def test_goods_are_fetched_and_counted_and_their_lots_tell_so(cast: Cast, places: Places, goods: Consignment) -> None:
    ride(cast, places, goods)
    goods.refresh_from_db()
    assert goods.status == ConsignmentStatus.TO_COUNT
    assert Load.objects.get().state == LoadState.DROPPED
    services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={}, now=later(70))
    goods.refresh_from_db()
    line = goods.lines.get()
    assert (goods.status, line.arrived) == (ConsignmentStatus.ARRIVED, kg(500))
    assert (line.lot.unit_at_id, line.lot.steps) == (places.centre.pk, 500_000)
    kinds = LotEvent.objects.filter(reference=f"consignment/{goods.number}").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [EventKind.SENT, EventKind.ARRIVED]


def test_less_than_was_sent_needs_a_reason_and_is_lost(cast: Cast, places: Places, goods: Consignment) -> None:
    ride(cast, places, goods)
    lot_id = goods.lines.get().lot_id
    packer = cast.packer.actor
    with pytest.raises(Invalid, match="Say why"):
        services.receive_consignment(by=packer, consignment=goods, arrived={lot_id: kg(480)}, now=later(70))
    goods.refresh_from_db()
    assert (goods.status, goods.lines.get().arrived) == (ConsignmentStatus.TO_COUNT, None)
    short = Short(LossReason.BRUISED, "a crate fell")
    services.receive_consignment(by=packer, consignment=goods, arrived={lot_id: kg(480)}, short=short, now=later(71))
    assert Lot.objects.get(pk=lot_id).steps == 480_000


def test_more_than_was_sent_does_not_arrive(cast: Cast, places: Places, goods: Consignment) -> None:
    ride(cast, places, goods)
    lot_id = goods.lines.get().lot_id
    with pytest.raises(Invalid, match="No more can arrive"):
        services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={lot_id: kg(501)})
    goods.refresh_from_db()
    assert goods.status == ConsignmentStatus.TO_COUNT


def test_it_is_counted_once(cast: Cast, places: Places, goods: Consignment) -> None:
    ride(cast, places, goods)
    services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={})
    with pytest.raises(services.NotToCount):
        services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={})
    assert LotEvent.objects.filter(kind=EventKind.ARRIVED).count() == 1


def test_a_neighbour_sends_nothing_from_here(cast: Cast, places: Places, lot: Lot) -> None:
    with pytest.raises(Forbidden):
        services.create_consignment(
            by=cast.neighbour.actor, from_unit=places.point, to_unit=places.centre, lots=[(lot.pk, kg(1))]
        )
    lot.refresh_from_db()
    assert (Consignment.objects.count(), lot.steps) == (0, 800_000)


def test_a_lot_waits_in_one_consignment(cast: Cast, places: Places, goods: Consignment) -> None:
    lot_id = goods.lines.get().lot_id
    with pytest.raises(Invalid, match="waits in consignment"):
        services.create_consignment(
            by=cast.keeper.actor, from_unit=places.point, to_unit=places.centre, lots=[(lot_id, kg(500))]
        )
    assert Consignment.objects.count() == 1


def test_a_waiting_consignment_is_cancelled_and_its_lot_is_free(cast: Cast, places: Places, goods: Consignment) -> None:
    services.cancel_consignment(by=cast.keeper.actor, consignment=goods)
    again = services.create_consignment(
        by=cast.keeper.actor,
        from_unit=places.point,
        to_unit=places.centre,
        lots=[(goods.lines.get().lot_id, kg(500))],
    )
    assert again.status == ConsignmentStatus.WAITING
    with pytest.raises(services.NotWaiting):
        services.cancel_consignment(by=cast.keeper.actor, consignment=goods)


def test_lost_goods_are_written_off_their_lots(cast: Cast, goods: Consignment, places: Places) -> None:
    services.scan(by=cast.keeper.actor, code=goods.number, kind=ScanKind.LOST, unit=places.point, note="landslide")
    goods.refresh_from_db()
    assert goods.status == ConsignmentStatus.LOST
    assert goods.lines.get().lot.steps == 0
