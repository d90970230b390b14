"""Steps that nobody scanned, or that were told from elsewhere: the tour's list and what rides on it stay one."""

from datetime import time

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, LoadState, ParcelStatus, ScanKind, TourStatus
from terrace.logistics.models import Consignment, Load, Parcel, Tour
from terrace.logistics.queries import CHECKS
from terrace.logistics.services import TourGiven, VehicleGiven
from terrace.messaging.models import Notice
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import goods, lot  # noqa: F401
from tests.logistics.test_tours import TODAY, put_on, tour, vehicle  # noqa: F401


def problems() -> list[str]:
    """Return what logistics' checks find."""
    return [problem for check in CHECKS for problem in check.find()]


def test_a_parcel_that_its_carrier_took_on_the_road_is_off_the_tours_list(
    cast: Cast,
    places: Places,
    up: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    driver = cast.driver.actor
    services.scan(by=cast.keeper.actor, code=up.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(0))
    put_on(cast, tour, up)
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.take_all(by=driver, tour=tour, stop_id=tour.stops.get(place=2).pk, now=later(20))
    services.carrier_says(by=SYSTEM, parcel=up, status=ParcelStatus.IN_TRANSIT, now=later(25))
    assert not problems()

    assert services.finish_tour(by=driver, tour=tour, now=later(60)).status == TourStatus.FINISHED
    up.refresh_from_db()
    assert up.status == ParcelStatus.IN_TRANSIT


def test_what_was_loaded_onto_a_tour_that_is_cancelled_lies_in_the_yard(
    cast: Cast,
    places: Places,
    down: Parcel,
    goods: Consignment,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    services.take_all(by=cast.driver.actor, tour=tour, now=later(1))
    services.scan(by=cast.driver.actor, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(2))
    tour.refresh_from_db()
    services.cancel_tour(by=cast.clerk.actor, tour=tour, version=tour.version, now=later(5))
    down.refresh_from_db()
    goods.refresh_from_db()
    assert (down.status, down.unit_at, down.tour_at) == (ParcelStatus.AT_HUB, places.centre, None)
    assert goods.status == ConsignmentStatus.TO_COUNT
    assert not problems()


def test_a_parcel_that_nobody_scanned_onto_the_vehicle_stays_where_it_was_unloaded(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    [load] = put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(30))
    load.refresh_from_db()
    assert load.state == LoadState.DROPPED

    assert services.take_all(by=cast.driver.actor, tour=tour, now=later(50)) == 0
    down.refresh_from_db()
    assert (down.status, down.unit_at) == (ParcelStatus.AT_POINT, places.point)
    assert down.code


@pytest.mark.parametrize(
    ("kind", "where", "left"),
    [
        (ScanKind.ARRIVED, "station", ParcelStatus.AT_STATION),
        (ScanKind.MISSING, "centre", ParcelStatus.MISSING),
    ],
    ids=["lies elsewhere", "is missing"],
)
def test_loading_all_takes_only_what_lies_there(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
    kind: ScanKind,
    where: str,
    left: ParcelStatus,
) -> None:
    put_on(cast, tour, down)
    services.scan(by=SYSTEM, code=down.number, kind=kind, unit=getattr(places, where), now=later(1))
    assert services.take_all(by=cast.driver.actor, tour=tour, now=later(5)) == 0
    down.refresh_from_db()
    assert down.status == left


def test_damage_that_another_tours_driver_tells_takes_it_off_the_first_ones_list(
    cast: Cast,
    places: Places,
    down: Parcel,
    tour: Tour,  # noqa: F811
) -> None:
    put_on(cast, tour, down)
    services.take_all(by=cast.driver.actor, tour=tour, now=later(1))
    other_one = services.add_vehicle(by=SYSTEM, unit_id=places.centre.pk, given=VehicleGiven("甘K 54321", 800_000))
    given = TourGiven(other_one.pk, cast.driver.person.pk, TODAY, time(9))
    other = services.plan_tour(by=SYSTEM, unit_id=places.centre.pk, given=given, now=later(0))
    services.scan(by=cast.driver.actor, code=down.number, kind=ScanKind.DAMAGED, tour=other, now=later(9))
    assert Load.objects.get().state == LoadState.DROPPED
    assert not problems()


@pytest.mark.parametrize("kind", [ScanKind.MISSING, ScanKind.DAMAGED, ScanKind.LOST])
def test_who_plans_the_tours_hears_once_that_goods_are_in_trouble(
    cast: Cast,
    places: Places,
    goods: Consignment,  # noqa: F811
    kind: ScanKind,
) -> None:
    for minute in (5, 6):
        services.scan(by=cast.keeper.actor, code=goods.number, kind=kind, unit=places.point, now=later(minute))
    told = Notice.objects.filter(title__contains=goods.number).order_by("person_id")
    assert cast.clerk.person.pk in {notice.person_id for notice in told}
    assert cast.keeper.person.pk not in {notice.person_id for notice in told}
    assert len({notice.person_id for notice in told}) == len(told)
