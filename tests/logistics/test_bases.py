"""Tours by hand of vehicles whose day begins or ends elsewhere than in the yard: at a station, or at a warehouse."""

import pytest

from terrace.kernel.errors import Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import ConsignmentStatus, LoadState, ParcelStatus, ScanKind
from terrace.logistics.domain.day import DayRules
from terrace.logistics.models import Load, Parcel, Tour, Vehicle
from terrace.logistics.queries.live import live_tours
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin, refused
from tests.logistics.planned import put_on_the_map, stand_at
from tests.planted import found, plants


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour of the yard that stops at the station alone; a van stands there."""
    put_on_the_map(places.centre, places.station, places.point)
    day = begin(cast, places, down)
    services.remove_stop(by=cast.clerk.actor, tour=day.tour, version=day.version, stop_id=day.point.pk)
    stand_at(cast, day.another_vehicle(), begins_at_id=places.station.pk)
    return day


def rounds(day: Day) -> Tour:
    """Return a tour of the station's van by the point, driven by somebody else."""
    van = Vehicle.objects.get(begins_at=day.places.station)
    given = day.given(vehicle_id=van.pk, driver_id=day.another_driver().person.pk)
    tour = services.plan_tour(by=day.cast.clerk.actor, unit_id=day.places.centre.pk, given=given, now=NOON)
    services.add_stop(by=day.cast.clerk.actor, tour=tour, version=1, unit_id=day.places.point.pk)
    return Tour.objects.get(pk=tour.pk)


def at(tour: Tour) -> list[int]:
    return [stop.unit_id for stop in queries.stops_of(tour)]


def put_on(day: Day, tour: Tour, *codes: str) -> list[Load]:
    version = Tour.objects.get(pk=tour.pk).version
    return services.assign(by=day.cast.clerk.actor, tour=tour, version=version, codes=codes)


def waits_for(tour: Tour) -> set[str]:
    waiting = queries.waiting_for(tour)
    return {row.number for row in (*waiting.parcels, *waiting.consignments)}


def lies_at(day: Day, row: Parcel, unit: ServiceUnit) -> None:
    services.scan(by=day.cast.clerk.actor, code=row.number, kind=ScanKind.ARRIVED, unit=unit, now=later(1))


def test_a_tour_of_a_van_at_a_station_begins_and_ends_there(day: Day) -> None:
    tour = rounds(day)
    station, point = day.places.station.pk, day.places.point.pk
    assert (at(tour), tour.is_round) == ([station, point, station], True)
    clerk = day.cast.clerk.actor
    for stop in (queries.stops_of(tour)[0], queries.stops_of(tour)[2]):
        known = {"by": clerk, "tour": tour, "version": tour.version, "stop_id": stop.pk}
        refused(lambda told=known: services.remove_stop(**told), Invalid, "begins or ends here")
        refused(lambda told=known: services.move_stop(**told, places=1), Invalid, "begins or ends here")
    services.move_stop(by=clerk, tour=tour, version=tour.version, stop_id=queries.stops_of(tour)[1].pk, places=5)
    assert at(tour) == [station, point, station]


def test_another_vehicle_brings_its_own_ends(day: Day) -> None:
    tour, clerk = rounds(day), day.cast.clerk.actor
    yards = day.given(driver_id=tour.driver_id)
    services.change_tour(by=clerk, tour=tour, version=tour.version, given=yards, now=NOON)
    tour.refresh_from_db()
    assert (at(tour), tour.begins_at, tour.ends_at) == ([day.places.point.pk], None, None)
    put_on(day, tour, day.riding.number)
    van = day.given(driver_id=tour.driver_id, vehicle_id=Vehicle.objects.get(begins_at=day.places.station).pk)
    version = Tour.objects.get(pk=tour.pk).version
    refused(
        lambda: services.change_tour(by=clerk, tour=tour, version=version, given=van, now=NOON), Invalid, "elsewhere"
    )


def test_what_is_for_a_village_rides_to_its_station_and_on_with_the_round(day: Day) -> None:
    down, goods = day.riding, day.goods(day.places.centre)
    assert down.number in waits_for(day.tour)
    [load] = put_on(day, day.tour, down.number)
    assert load.drop_at == day.station

    tour = rounds(day)
    assert waits_for(tour) == {goods.number}
    lies_at(day, down, day.places.station)
    assert waits_for(tour) == {down.number, goods.number}
    loads = {str(load.parcel or load.consignment): load for load in put_on(day, tour, down.number, goods.number)}
    first, village, last = queries.stops_of(tour)
    assert (loads[down.number].take_at, loads[down.number].drop_at) == (first, village)
    assert (loads[goods.number].take_at, loads[goods.number].drop_at) == (village, last)


def test_what_nobody_unloaded_lies_where_the_round_ends(day: Day) -> None:
    goods, tour = day.goods(day.places.centre), rounds(day)
    put_on(day, tour, goods.number)
    driver = day.cast.clerk.actor
    services.start_tour(by=driver, tour=tour, now=later(10))
    village = queries.stops_of(tour)[1]
    services.take_all(by=driver, tour=tour, stop_id=village.pk, now=later(20))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    goods.refresh_from_db()
    assert (goods.status, goods.unit_at) == (ConsignmentStatus.ON_THE_WAY, day.places.station)
    assert waits_for(day.tour) >= {goods.number}, "the next tour of the yard takes it on"
    assert found() == {}


def test_what_a_phone_tells_late_of_a_round_lies_where_it_ended(day: Day) -> None:
    lies_at(day, day.waiting, day.places.point)
    tour, driver = rounds(day), day.cast.clerk.actor
    services.start_tour(by=driver, tour=tour, now=later(10))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    told = {"code": day.waiting.number, "kind": ScanKind.LOADED, "at": later(20), "now": later(70)}
    services.scan(by=driver, tour=Tour.objects.get(pk=tour.pk), **told)
    day.waiting.refresh_from_db()
    assert (day.waiting.status, day.waiting.unit_at) == (ParcelStatus.AT_STATION, day.places.station)
    assert found() == {}


def test_what_was_loaded_for_a_round_that_is_given_up_lies_where_it_was_to_begin(day: Day) -> None:
    lies_at(day, day.riding, day.places.station)
    tour, clerk = rounds(day), day.cast.clerk.actor
    put_on(day, tour, day.riding.number)
    first = queries.stops_of(tour)[0]
    services.scan(by=clerk, code=day.riding.number, kind=ScanKind.LOADED, tour=tour, now=later(5))
    assert Load.objects.get(parcel=day.riding).take_at == first
    version = Tour.objects.get(pk=tour.pk).version
    services.cancel_tour(by=clerk, tour=tour, version=version, now=later(6))
    day.riding.refresh_from_db()
    assert day.riding.unit_at == day.places.station
    assert found() == {}


def test_what_goes_home_rides_on_no_tour_that_ends_at_a_warehouse(day: Day) -> None:
    put_on_the_map(day.places.centre, day.places.station, day.places.point, day.neighbours)
    goods, clerk = day.goods(day.places.centre), day.cast.clerk.actor
    van = Vehicle.objects.get(begins_at=day.places.station)
    stand_at(day.cast, van, ends_at_id=day.neighbours.pk)
    tour = services.plan_tour(
        by=clerk, unit_id=day.places.centre.pk, given=day.given(vehicle_id=van.pk, on=NOON.date()), now=NOON
    )
    services.add_stop(by=clerk, tour=tour, version=1, unit_id=day.places.point.pk)
    assert at(tour) == [day.places.point.pk, day.neighbours.pk]
    assert goods.number not in waits_for(tour)
    refused(lambda: put_on(day, tour, goods.number), Invalid, "does not go by")
    [pick_up] = queries.pick_ups(live_tours(clerk, NOON))
    assert {offer.tour.number for offer in pick_up.offers} == {day.tour.number}
    for_there = day.goods(day.neighbours)
    assert waits_for(tour) >= {for_there.number}
    assert put_on(day, tour, for_there.number)[0].drop_at == queries.stops_of(tour)[1]


def test_what_a_tour_no_longer_takes_goes_on_with_the_one_that_waits_for_it(day: Day) -> None:
    lies_at(day, day.riding, day.places.station)
    tour, other = rounds(day), rounds(day)
    put_on(day, tour, day.riding.number)
    first = queries.stops_of(other)[0]
    waits = Load.objects.create(
        tour=other, parcel=day.riding, take_at=first, drop_at=queries.stops_of(other)[1], grams=1, state="awaited"
    )
    version = Tour.objects.get(pk=tour.pk).version
    services.unassign(by=day.cast.clerk.actor, tour=tour, version=version, load_id=tour.loads.get().pk)
    waits.refresh_from_db()
    assert waits.state == LoadState.PLANNED


@plants("what lies where a tour takes it is not said to come first")
def test_a_load_that_is_waited_for_though_it_lies_there_is_named(day: Day) -> None:
    lies_at(day, day.riding, day.places.station)
    put_on(day, rounds(day), day.riding.number)
    Load.objects.update(state=LoadState.AWAITED)
    assert found() == {"what lies where a tour takes it is not said to come first": [day.riding.number]}


@plants("a tour's first and last stop are where it begins and ends")
def test_a_tour_that_ends_elsewhere_than_at_its_last_stop_is_named(day: Day) -> None:
    tour = rounds(day)
    tour.stops.filter(place=3).delete()
    assert found() == {"a tour's first and last stop are where it begins and ends": [tour.number]}


def test_the_drivers_page_of_a_round_says_where_it_begins_and_that_it_ends_there(day: Day) -> None:
    lies_at(day, day.riding, day.places.station)
    tour, client = rounds(day), day.cast.clerk.client
    put_on(day, tour, day.riding.number)
    Load.objects.update(state=LoadState.AWAITED)
    page = f"/logistics/drive/{tour.number}/"
    before = client.get(page).content.decode()
    assert "The tour begins here" in before
    assert "In the yard" not in before

    services.start_tour(by=day.cast.clerk.actor, tour=tour, now=later(10))
    assert "if you drive on, it stays behind" in client.get(page).content.decode()
    for stop in queries.stops_of(tour)[:2]:
        services.leave(by=day.cast.clerk.actor, tour=tour, stop_id=stop.pk, now=later(20))
    last = queries.stops_of(tour)[2]
    services.arrive(by=day.cast.clerk.actor, tour=tour, stop_id=last.pk, now=later(30))
    at_the_end = client.get(page).content.decode()
    assert "I am home" in at_the_end
    assert "Drive on" not in at_the_end
    shown = client.get(f"/logistics/tours/{tour.number}/").content.decode()
    assert "<h2>1. " in shown
    assert '<span class="quiet">Yard</span>' not in shown


def test_goods_for_a_unit_below_that_lie_in_the_yard_ride_on_from_there(day: Day) -> None:
    goods = day.goods(day.places.station)
    services.scan(
        by=day.cast.clerk.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=day.places.centre, now=later(5)
    )
    [haul] = [one for one in queries.hauls_of(day.places.centre, NOON.date(), DayRules()) if one.number == goods.number]
    assert (haul.unit_id, haul.goes_up, haul.other_id) == (day.places.station.pk, False, None)
    assert goods.number in waits_for(day.tour)
    [load] = put_on(day, day.tour, goods.number)
    assert (load.take_at, load.drop_at) == (None, day.station)
