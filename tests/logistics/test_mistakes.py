"""What people do wrong or late on the way: nothing is lost by it, and a refusal changes nothing."""

import pytest
from django.core.files.base import ContentFile

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError, Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import (
    ConsignmentStatus,
    Direction,
    Effect,
    Impossible,
    LoadState,
    ParcelStatus,
    ScanKind,
    TariffKind,
)
from terrace.logistics.models import Consignment, Load, Parcel, ParcelFee, Scan, Tour
from terrace.logistics.services import NewParcel, Short
from terrace.network.models import ServiceUnit
from terrace.traceability import services as tracing
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, kg, lot  # noqa: F401 - fixtures
from tests.logistics.test_fees import agree
from tests.logistics.test_tours import put_on, tour, vehicle  # noqa: F401 - fixtures
from tests.meanwhile import meanwhile


def problems() -> list[str]:
    """Return what the checks of logistics find wrong."""
    return [found for check in queries.CHECKS for found in check.find()]


def drive_home(cast: Cast, tour: Tour) -> None:  # noqa: F811
    """Drive the tour without a stop."""
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60))


def test_a_parcel_loaded_before_the_tour_came_home_lies_in_the_yard_though_the_phone_tells_it_late(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    drive_home(cast, tour)
    told = {"by": cast.driver.actor, "code": down.number, "kind": ScanKind.LOADED, "tour": tour, "at": later(30)}
    _row, effect = services.scan(**told, now=later(70))
    down.refresh_from_db()
    assert (effect, down.status, down.unit_at_id) == (Effect.MOVE, ParcelStatus.AT_HUB, tour.unit_id)
    assert Load.objects.get().state == LoadState.DROPPED
    assert services.scan(**told, now=later(80))[1] is Effect.REPEAT
    assert not problems()


def test_goods_loaded_before_the_tour_came_home_are_counted_there(
    cast: Cast,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    drive_home(cast, tour)
    services.scan(by=cast.driver.actor, code=goods.number, kind=ScanKind.LOADED, tour=tour, at=later(30), now=later(70))
    goods.refresh_from_db()
    assert goods.status == ConsignmentStatus.TO_COUNT
    assert not problems()


@pytest.mark.parametrize("how", ["cancelled", "came home before"])
def test_nothing_is_loaded_onto_a_tour_that_has_ended(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
    how: str,
) -> None:
    if how == "cancelled":
        services.cancel_tour(by=cast.clerk.actor, tour=tour, version=tour.version)
    else:
        drive_home(cast, tour)
    with pytest.raises(Impossible, match="has ended"):
        services.scan(by=cast.driver.actor, code=down.number, kind=ScanKind.LOADED, tour=tour, now=later(70))
    down.refresh_from_db()
    assert down.status == ParcelStatus.REGISTERED
    assert (Scan.objects.count(), Load.objects.count()) == (1, 0)


def test_nobody_of_another_county_loads_onto_this_countys_tour(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    elsewhere = ServiceUnit.objects.get(area_id=OTHER_COUNTY_VILLAGE[:6])
    for unit in (elsewhere, None):
        with pytest.raises(Forbidden):
            services.scan(by=cast.stranger.actor, code=down.number, kind=ScanKind.LOADED, unit=unit, tour=tour)
    assert Scan.objects.count() == 1


def test_a_driver_unloads_only_where_the_tour_stops(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    elsewhere = ServiceUnit.objects.get(area_id=OTHER_COUNTY_VILLAGE[:6])
    with pytest.raises(Forbidden):
        services.scan(by=cast.driver.actor, code=down.number, kind=ScanKind.ARRIVED, unit=elsewhere, tour=tour)
    assert Scan.objects.count() == 1


def test_a_clerk_counts_short_and_the_lot_loses_what_lacks(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    clerk, part = cast.clerk.actor, Lot.objects.get(pk=goods.lines.get().lot_id)
    services.scan(by=clerk, code=goods.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(10))
    short = Short(LossReason.BRUISED, "two crates")
    services.receive_consignment(by=clerk, consignment=goods, arrived={part.pk: kg(490)}, short=short, now=later(20))
    part.refresh_from_db()
    assert part.left == kg(490)
    assert not problems()


def test_a_clerk_writes_a_lost_consignment_off(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
) -> None:
    part = Lot.objects.get(pk=goods.lines.get().lot_id)
    services.scan(by=cast.clerk.actor, code=goods.number, kind=ScanKind.LOST, unit=places.centre, now=later(10))
    part.refresh_from_db()
    assert not part.left


def test_a_recalled_lot_goes_nowhere(cast: Cast, places: Places, lot: Lot) -> None:  # noqa: F811
    tracing.recall(by=SYSTEM, lot=lot, reason="residues", now=later(1))
    with pytest.raises(tracing.Recalled):
        services.create_consignment(
            by=cast.keeper.actor, from_unit=places.point, to_unit=places.centre, lots=[(lot.pk, kg(800))], now=later(2)
        )
    assert not Consignment.objects.exists()


def test_a_mistyped_waybill_is_corrected_on_the_record_until_the_carrier_tells_of_it(cast: Cast, up: Parcel) -> None:
    packer = cast.packer.actor
    services.hand_to_carrier(by=packer, parcel=up, waybill="SC77", now=later(5))
    services.hand_to_carrier(by=packer, parcel=up, waybill="SC78", now=later(6))
    services.hand_to_carrier(by=packer, parcel=up, waybill="SC78", now=later(7))
    corrected = Act.objects.filter(act="logistics.correct_waybill")
    assert [act.details for act in corrected] == [{"before": "SC77", "waybill": "SC78"}]
    services.carrier_says(by=packer, parcel=up, status=ParcelStatus.IN_TRANSIT, now=later(60))
    with pytest.raises(Invalid, match="SC78"):
        services.hand_to_carrier(by=packer, parcel=up, waybill="SC79", now=later(61))
    up.refresh_from_db()
    assert up.waybill == "SC78"


def test_what_the_recipient_refused_is_handed_to_nobody_not_even_for_a_photo(
    cast: Cast, places: Places, down: Parcel
) -> None:
    keeper = cast.keeper.actor
    services.scan(by=keeper, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.refuse(by=keeper, parcel=down, now=later(10))
    services.scan(by=keeper, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(11))
    with pytest.raises(Impossible, match="goes back"):
        services.hand_over(by=keeper, parcel=down, photo=ContentFile(b"...", name="photo.jpg"), now=later(12))
    down.refresh_from_db()
    assert down.ended_at is None
    assert not ParcelFee.objects.exists()


def test_a_damaged_parcel_stays_damaged_when_the_tour_comes_home(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    driver = cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.take_all(by=driver, tour=tour, now=later(2))
    services.scan(by=driver, code=down.number, kind=ScanKind.DAMAGED, tour=tour, note="wet", now=later(20))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    down.refresh_from_db()
    assert (down.status, down.unit_at_id) == (ParcelStatus.DAMAGED, tour.unit_id)
    assert not problems()
    services.scan(by=cast.packer.actor, code=down.number, kind=ScanKind.ARRIVED, unit=tour.unit, now=later(70))
    down.refresh_from_db()
    assert down.status == ParcelStatus.AT_HUB


@pytest.mark.parametrize("act", ["split", "pack", "lose"])
def test_a_lot_that_waits_in_a_consignment_is_left_alone_until_that_is_cancelled(
    cast: Cast,
    places: Places,
    lot: Lot,  # noqa: F811
    act: str,
) -> None:
    keeper = cast.keeper.actor
    made = services.create_consignment(
        by=keeper, from_unit=places.point, to_unit=places.centre, lots=[(lot.pk, kg(800))], now=later(1)
    )
    acts = {
        "split": lambda: tracing.split_lot(by=keeper, lot=lot, parts=[kg(100)], now=later(2)),
        "pack": lambda: tracing.pack(by=keeper, lot_id=lot.pk, quantity=kg(100), reference="parcel/W-1", now=later(2)),
        "lose": lambda: tracing.lose(by=keeper, lot=lot, quantity=kg(100), reason=LossReason.BRUISED, now=later(2)),
    }
    with pytest.raises(tracing.SetAside):
        acts[act]()
    lot.refresh_from_db()
    assert lot.left == kg(800)
    services.cancel_consignment(by=keeper, consignment=made, now=later(3))
    lot.refresh_from_db()
    acts[act]()
    assert not problems()


def test_of_two_who_make_up_the_same_lot_at_once_one_is_refused(cast: Cast, places: Places, lot: Lot) -> None:  # noqa: F811
    wanted = {"by": cast.keeper.actor, "from_unit": places.point, "to_unit": places.centre, "lots": [(lot.pk, kg(800))]}
    services.create_consignment(**wanted, now=later(1))
    with pytest.raises(Invalid, match="waits in consignment"):
        services.create_consignment(**wanted, now=later(1))
    assert Consignment.objects.count() == 1


def test_a_label_of_our_own_is_no_waybill_and_wins_over_any(cast: Cast, down: Parcel, up: Parcel) -> None:
    with pytest.raises(Invalid, match="our own label"):
        services.hand_to_carrier(by=cast.packer.actor, parcel=up, waybill=down.number.lower(), now=later(5))
    Parcel.objects.filter(pk=up.pk).update(waybill=down.number)
    assert queries.find_parcel_by_code(down.number) == down


def test_a_waybill_that_two_carriers_use_asks_for_the_number(cast: Cast, places: Places, down: Parcel) -> None:
    other = factories.PartyFactory(area=factories.AreaFactory(code=VILLAGE[:6]), kind="enterprise", name="Far Crane")
    services.add_carrier(by=cast.clerk.actor, unit_id=places.centre.pk, party=other.number)
    new = NewParcel(
        Direction.DOWN,
        "Li Hua",
        "13993901235",
        places.centre.pk,
        900,
        to_unit_id=places.point.pk,
        carrier_id=other.pk,
        waybill=down.waybill,
    )
    services.register_parcel(by=cast.clerk.actor, new=new, now=later(1))
    with pytest.raises(Invalid, match="Two carriers"):
        services.scan(by=cast.keeper.actor, code=down.waybill, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    services.scan(by=cast.clerk.actor, code=down.number, kind=ScanKind.LOST, unit=places.centre, now=later(10))
    row, _effect = services.scan(
        by=cast.keeper.actor, code=down.waybill, kind=ScanKind.ARRIVED, unit=places.point, now=later(11)
    )
    assert row != down


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_a_lot_at_once_one_is_refused(cast: Cast, places: Places, lot: Lot) -> None:  # noqa: F811
    def make_up() -> Consignment:
        lots = [(lot.pk, kg(800))]
        return services.create_consignment(
            by=cast.keeper.actor, from_unit=places.point, to_unit=places.centre, lots=lots, now=later(1)
        )

    assert isinstance(meanwhile(make_up, make_up), DomainError)
    assert Consignment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_scan_that_meets_the_end_of_the_tour_leaves_nothing_on_the_vehicle(
    cast: Cast,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    meanwhile(
        lambda: services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60)),
        lambda: services.scan(
            by=cast.driver.actor, code=down.number, kind=ScanKind.LOADED, tour=tour, at=later(59), now=later(61)
        ),
    )
    down.refresh_from_db()
    assert (down.status, down.unit_at_id) == (ParcelStatus.AT_HUB, tour.unit_id)
    assert not problems()


def test_goods_that_came_back_lie_where_they_began_and_are_sent_anew(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    driver, part = cast.driver.actor, Lot.objects.get(pk=goods.lines.get().lot_id)
    services.start_tour(by=driver, tour=tour, now=later(2))
    services.scan(by=driver, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(3))
    services.scan(by=cast.keeper.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    part.refresh_from_db()
    assert part.unit_at_id == places.point.pk
    with pytest.raises(tracing.SetAside):
        tracing.split_lot(by=cast.keeper.actor, lot=part, parts=[kg(100)], now=later(10))
    services.scan(by=driver, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(20))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    services.receive_consignment(by=cast.packer.actor, consignment=goods, arrived={}, now=later(70))
    part.refresh_from_db()
    assert (part.unit_at_id, part.left) == (places.centre.pk, kg(500))
    assert not problems()


def test_cold_goods_ride_only_on_a_vehicle_that_cools(
    cast: Cast,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    Consignment.objects.filter(pk=goods.pk).update(is_cold=True)
    tour.refresh_from_db()
    with pytest.raises(Invalid, match="vehicle that cools"):
        services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[goods.number])
    assert not Load.objects.exists()


def test_a_stop_is_not_moved_before_what_is_loaded_for_it(
    cast: Cast,
    places: Places,
    lot: Lot,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    made = services.create_consignment(
        by=cast.keeper.actor, from_unit=places.point, to_unit=places.station, lots=[(lot.pk, kg(10))], now=later(1)
    )
    tour.refresh_from_db()
    point = tour.stops.get(unit_id=places.point.pk)
    services.move_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=point.pk, places=-1)
    tour.refresh_from_db()
    services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[made.number])
    tour.refresh_from_db()
    with pytest.raises(Invalid, match="before it is loaded"):
        services.move_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=point.pk, places=1)
    point.refresh_from_db()
    assert point.place == 1


def test_nothing_is_due_to_the_fleet_for_what_was_fetched_at_the_centre(
    cast: Cast, places: Places, down: Parcel
) -> None:
    for kind in (TariffKind.FLEET, TariffKind.OUTLET):
        agree(cast, kind, 60, 0)
    services.scan(by=cast.clerk.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    services.hand_over(by=cast.clerk.actor, parcel=down, photo=ContentFile(b"...", name="photo.jpg"), now=later(10))
    assert [(fee.kind, fee.unit_id) for fee in ParcelFee.objects.all()] == [("outlet", places.centre.pk)]
