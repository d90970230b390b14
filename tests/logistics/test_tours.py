"""Tours by hand: planned, loaded within what the vehicle carries, driven, finished."""

from datetime import time

import pytest

from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.logistics import queries, services
from terrace.logistics.domain import Effect, LoadState, ParcelStatus, ScanKind, TourStatus
from terrace.logistics.models import Load, Parcel, Stop, Tour, Vehicle
from terrace.logistics.services import TourGiven, VehicleGiven
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later

TODAY = NOON.date()


@pytest.fixture
def vehicle(cast: Cast, places: Places) -> Vehicle:
    """Return a small lorry of the centre."""
    given = VehicleGiven("甘K 12345", 800_000)
    return services.add_vehicle(by=cast.clerk.actor, unit_id=places.centre.pk, given=given)


@pytest.fixture
def tour(cast: Cast, places: Places, vehicle: Vehicle) -> Tour:
    """Return a tour of today by the station to the point."""
    given = TourGiven(vehicle.pk, cast.driver.person.pk, TODAY, time(8))
    made = services.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)
    services.add_stop(by=cast.clerk.actor, tour=made, version=1, unit_id=places.station.pk)
    services.add_stop(by=cast.clerk.actor, tour=made, version=2, unit_id=places.point.pk, planned_at=time(10))
    made.refresh_from_db()
    return made


def put_on(cast: Cast, tour: Tour, *rows: Parcel) -> list[Load]:
    """Put parcels on the tour."""
    tour.refresh_from_db()
    codes = [row.number for row in rows]
    return services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=codes)


def test_a_parcel_rides_to_its_point_and_its_recipient_is_told(cast: Cast, tour: Tour, down: Parcel) -> None:
    [load] = put_on(cast, tour, down)
    driver = cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.scan(by=driver, code=down.number, kind=ScanKind.LOADED, tour=tour, now=later(2))
    stop = tour.stops.get(place=2)
    services.arrive(by=driver, tour=tour, stop_id=stop.pk, now=later(30))
    assert services.drop_all(by=driver, tour=tour, stop_id=stop.pk, now=later(31)) == 1
    services.leave(by=driver, tour=tour, stop_id=stop.pk, now=later(35))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    down.refresh_from_db()
    load.refresh_from_db()
    assert (down.status, load.state) == (ParcelStatus.AT_POINT, LoadState.DROPPED)
    assert OutgoingMessage.objects.count() == 1
    assert Tour.objects.get().status == TourStatus.FINISHED


def test_the_keeper_scans_what_the_driver_has_scanned_and_nothing_is_told_twice(
    cast: Cast, places: Places, tour: Tour, down: Parcel
) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    services.drop_all(by=cast.driver.actor, tour=tour, stop_id=tour.stops.get(place=2).pk, now=later(31))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(40))
    assert OutgoingMessage.objects.count() == 1


def test_what_was_not_unloaded_is_back_at_the_centre_and_waits_again(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.take_all(by=cast.driver.actor, tour=tour, now=later(2))
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60))
    down.refresh_from_db()
    assert (down.status, down.unit_at_id) == (ParcelStatus.AT_HUB, tour.unit_id)
    given = TourGiven(tour.vehicle_id, tour.driver_id, TODAY, time(14))
    again = services.plan_tour(by=cast.clerk.actor, unit_id=tour.unit_id, given=given, now=later(61))
    services.add_stop(by=cast.clerk.actor, tour=again, version=1, unit_id=down.to_unit_id)
    assert queries.waiting_for(again).parcels == [down]


def test_what_was_never_loaded_waits_again(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    services.finish_tour(by=cast.driver.actor, tour=tour, now=later(60))
    down.refresh_from_db()
    assert down.status == ParcelStatus.REGISTERED
    assert Load.objects.get().state == LoadState.LEFT


def test_more_than_the_vehicle_carries_is_refused(cast: Cast, tour: Tour, down: Parcel) -> None:
    Vehicle.objects.update(capacity_grams=2_000)
    with pytest.raises(services.Overloaded, match="3 kg"):
        put_on(cast, tour, down)
    assert not Load.objects.exists()


def test_the_same_parcel_rides_on_one_tour(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    with pytest.raises(Invalid, match="rides on a tour already"):
        put_on(cast, tour, down)
    assert Load.objects.count() == 1


def test_a_stop_is_moved_up_and_somebody_else_is_told_of_it(cast: Cast, tour: Tour) -> None:
    second = tour.stops.get(place=2)
    services.move_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=second.pk, places=-1)
    assert queries.stops_of(tour)[0].pk == second.pk
    with pytest.raises(Stale):
        services.move_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=second.pk, places=1)


def test_a_stop_is_removed_with_what_was_for_it(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    tour.refresh_from_db()
    stop = tour.stops.get(place=2)
    services.remove_stop(by=cast.clerk.actor, tour=tour, version=tour.version, stop_id=stop.pk)
    assert not Load.objects.exists()
    assert list(tour.stops.order_by("place").values_list("place", flat=True)) == [1]


def test_only_who_drives_for_the_centre_is_put_on_a_tour(cast: Cast, places: Places, vehicle: Vehicle) -> None:
    given = TourGiven(vehicle.pk, cast.keeper.person.pk, TODAY, time(8))
    with pytest.raises(Invalid, match="driver's post"):
        services.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)
    assert not Tour.objects.exists()


def test_a_stranger_neither_plans_nor_drives(cast: Cast, places: Places, tour: Tour) -> None:
    given = TourGiven(tour.vehicle_id, tour.driver_id, TODAY, time(9))
    for act in (
        lambda: services.plan_tour(by=cast.stranger.actor, unit_id=places.centre.pk, given=given, now=NOON),
        lambda: services.start_tour(by=cast.keeper.actor, tour=tour),
        lambda: services.add_stop(by=cast.keeper.actor, tour=tour, version=tour.version, unit_id=places.point.pk),
    ):
        with pytest.raises(Forbidden):
            act()
    tour.refresh_from_db()
    assert (Tour.objects.count(), tour.status, Stop.objects.count()) == (1, TourStatus.PLANNED, 2)
    assert not queries.tours_visible_to(cast.stranger.actor).exists()


def test_a_vehicle_is_on_one_tour_at_a_time(cast: Cast, places: Places, tour: Tour) -> None:
    given = TourGiven(tour.vehicle_id, tour.driver_id, TODAY, time(9))
    other = services.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    with pytest.raises(services.OtherTour):
        services.start_tour(by=cast.driver.actor, tour=other, now=later(2))
    other.refresh_from_db()
    assert other.status == TourStatus.PLANNED


def test_a_cancelled_tour_lets_go_of_what_was_to_ride(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    tour.refresh_from_db()
    services.cancel_tour(by=cast.clerk.actor, tour=tour, version=tour.version)
    assert Load.objects.get().state == LoadState.LEFT
    with pytest.raises(services.TourEnded):
        services.start_tour(by=cast.driver.actor, tour=tour)


def test_a_problem_on_the_way_is_told_to_the_centre(cast: Cast, tour: Tour) -> None:
    services.report_problem(by=cast.driver.actor, tour=tour, text="The road above Luohe is closed")
    told = set(Notice.objects.filter(title__contains="Luohe").values_list("person_id", flat=True))
    assert cast.clerk.person.pk in told
    assert cast.driver.person.pk not in told


def test_what_is_missing_on_the_way_is_not_found_by_coming_home(cast: Cast, tour: Tour, down: Parcel) -> None:
    put_on(cast, tour, down)
    driver = cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(1))
    services.take_all(by=driver, tour=tour, now=later(2))
    services.scan(by=driver, code=down.number, kind=ScanKind.MISSING, tour=tour, now=later(20))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    down.refresh_from_db()
    assert (down.status, Load.objects.get().state) == (ParcelStatus.MISSING, LoadState.LEFT)


def test_a_scan_from_between_two_that_say_the_same_only_completes_the_history(
    cast: Cast, places: Places, tour: Tour, down: Parcel
) -> None:
    for minute in (10, 30):
        services.scan(
            by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(minute)
        )
    _row, effect = services.scan(
        by=cast.driver.actor, code=down.number, kind=ScanKind.LOADED, tour=tour, at=later(20), now=later(40)
    )
    down.refresh_from_db()
    assert (effect, down.status) == (Effect.LATE, ParcelStatus.AT_POINT)
    assert [scan.moved for scan in queries.scans_of(down)] == [True, True, False]
