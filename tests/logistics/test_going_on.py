"""A tour of today that goes on otherwise than planned: another vehicle takes over, more is fetched on the way."""

from typing import Any

import pytest
from django.urls import reverse

from terrace.kernel.errors import Forbidden, Invalid, NotFound, Stale
from terrace.logistics import queries, services
from terrace.logistics.domain import LoadState, ScanKind
from terrace.logistics.models import Load, Parcel, Tour
from terrace.logistics.services import NotUnderWay, OtherTour, Overloaded, TourEnded
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin, laden, on_its_way, refused
from tests.logistics.planned import put_on_the_map


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour of today by the station to the point."""
    put_on_the_map(places.centre, places.station, places.point)
    return begin(cast, places, down)


def relief(day: Day, **other: Any) -> dict[str, Any]:
    """Return what lets a second vehicle with a second driver go on."""
    given = {"vehicle_id": other.pop("vehicle_id", None) or day.another_vehicle(is_cold=True).pk}
    given["driver_id"] = other.pop("driver_id", None) or day.another_driver().person.pk
    return {"by": day.cast.clerk.actor, "tour": day.tour, "version": day.version, "now": later(20), **given, **other}


def test_another_vehicle_goes_on_with_all_that_is_on_board(day: Day) -> None:
    laden(day)
    given = relief(day)
    services.relieve(**given)
    tour = Tour.objects.get(pk=day.tour.pk)
    assert (tour.vehicle_id, tour.driver_id) == (given["vehicle_id"], given["driver_id"])
    assert (tour.relieved_id, tour.relieved_at) == (day.cast.driver.person.pk, later(20))
    assert Load.objects.get(tour=tour).state == LoadState.LOADED
    services.arrive(by=day.cast.clerk.actor, tour=tour, stop_id=day.station.pk, now=later(30))
    services.leave(by=day.cast.clerk.actor, tour=tour, stop_id=day.station.pk, now=later(31))
    services.arrive(by=day.cast.clerk.actor, tour=tour, stop_id=day.point.pk, now=later(40))
    assert services.drop_all(by=day.cast.clerk.actor, tour=tour, stop_id=day.point.pk, now=later(41)) == 1


def test_who_drove_before_may_tell_late_what_was_done(day: Day) -> None:
    on_its_way(day)
    services.relieve(**relief(day))
    tour = Tour.objects.get(pk=day.tour.pk)
    services.arrive(by=day.cast.driver.actor, tour=tour, stop_id=day.station.pk, at=later(10), now=later(50))
    day.station.refresh_from_db()
    assert day.station.arrived_at == later(10)


def test_the_first_vehicle_is_free_for_another_tour_then(day: Day) -> None:
    on_its_way(day)
    services.relieve(**relief(day))
    other = day.another_tour()
    assert services.start_tour(by=day.cast.driver.actor, tour=other, now=later(60)).status == "under_way"


def test_a_relief_that_may_not_be_changes_nothing(day: Day) -> None:
    given = relief(day)
    theirs = day.another_vehicle(day.elsewhere, plate="甘K 777").pk
    small = day.another_vehicle(plate="甘K 1", capacity_grams=100).pk

    def try_it(**other: Any) -> object:
        return services.relieve(**{**given, "version": day.version, **other})

    refused(try_it, NotUnderWay)
    laden(day)
    same = {"vehicle_id": day.tour.vehicle_id, "driver_id": day.tour.driver_id}
    refused(lambda: try_it(by=day.cast.driver.actor), Forbidden)
    refused(lambda: try_it(by=day.cast.stranger.actor), Forbidden)
    refused(lambda: try_it(version=day.version - 1), Stale)
    refused(lambda: try_it(**same), Invalid, "another")
    refused(lambda: try_it(vehicle_id=theirs), Invalid, "not this centre's")
    refused(lambda: try_it(driver_id=day.cast.keeper.person.pk), Invalid, "driver's post")
    refused(lambda: try_it(vehicle_id=small), Overloaded)


def test_nobody_goes_on_with_two_tours(day: Day) -> None:
    on_its_way(day)
    busy = relief(day)
    driver = day.another_driver()
    given = day.given(vehicle_id=busy["vehicle_id"], driver_id=driver.person.pk)
    other = services.plan_tour(by=day.cast.clerk.actor, unit_id=day.places.centre.pk, given=given, now=NOON)
    services.start_tour(by=driver.actor, tour=other, now=later(5))
    refused(lambda: services.relieve(**busy), OtherTour)


def test_what_became_ready_is_fetched_where_the_tour_comes_by_anyway(day: Day) -> None:
    on_its_way(day)
    goods = day.goods(day.places.centre)
    [pick_up] = queries.pick_ups(queries.live_tours(day.cast.clerk.actor, later(5)))
    [offer] = pick_up.offers
    assert (pick_up.codes, pick_up.grams, offer.place.stop) == ((goods.number,), goods.grams, day.point)
    here, codes = pick_up.unit_id, pick_up.codes
    version = offer.tour.version
    [load] = services.insert_pick_up(by=day.cast.clerk.actor, tour=day.tour, version=version, unit_id=here, codes=codes)
    assert (load.take_at, load.drop_at) == (day.point, None)
    assert queries.pick_ups(queries.live_tours(day.cast.clerk.actor, later(5))) == []


def test_a_stop_is_added_where_it_costs_the_least_way(day: Day) -> None:
    clerk, station = day.cast.clerk.actor, day.station
    services.remove_stop(by=clerk, tour=day.tour, version=day.version, stop_id=station.pk)
    back = Parcel.objects.get(pk=day.waiting.pk)
    services.scan(by=clerk, code=back.number, kind=ScanKind.ARRIVED, unit=day.places.station, now=later(1))
    services.refuse(by=day.cast.station.actor, parcel=back, now=later(2))
    [pick_up] = queries.pick_ups(queries.live_tours(clerk, later(5)))
    [offer] = pick_up.offers
    assert (offer.place.stop, offer.place.at, offer.place.extra_m) == (None, 1, 0)
    version = day.version
    services.insert_pick_up(by=clerk, tour=day.tour, version=version, unit_id=pick_up.unit_id, codes=pick_up.codes)
    assert [stop.unit_id for stop in queries.stops_of(day.tour)] == [day.places.station.pk, day.places.point.pk]


def test_what_is_too_heavy_or_cold_is_offered_to_no_tour(day: Day) -> None:
    small = day.another_vehicle(plate="甘K 2", capacity_grams=400_000)
    clerk = day.cast.clerk.actor
    given = day.given(vehicle_id=small.pk, starts_at=day.tour.starts_at)
    services.change_tour(by=clerk, tour=day.tour, version=day.version, given=given, now=NOON)
    day.goods(day.places.centre)
    [pick_up] = queries.pick_ups(queries.live_tours(clerk, later(5)))
    assert pick_up.offers == ()


def test_a_pick_up_that_may_not_be_changes_nothing(day: Day) -> None:
    goods = day.goods(day.places.centre)
    clerk, codes = day.cast.clerk.actor, [goods.number]
    given = {"tour": day.tour, "version": day.version, "unit_id": day.places.point.pk, "codes": codes}

    def put(**other: Any) -> object:
        return services.insert_pick_up(**{"by": clerk, **given, **other})

    refused(lambda: put(by=day.cast.driver.actor), Forbidden)
    refused(lambda: put(version=day.version - 1), Stale)
    refused(lambda: put(unit_id=day.elsewhere.pk), Invalid)
    refused(lambda: put(unit_id=0), Invalid)
    refused(lambda: put(codes=["W-NOTKNOWN"]), NotFound)
    refused(lambda: put(unit_id=day.neighbours.pk), Invalid, "does not lie there")
    services.cancel_tour(by=clerk, tour=day.tour, version=day.version)
    refused(lambda: put(version=day.version), TourEnded)


def test_the_pages_let_the_dispatcher_do_both(day: Day) -> None:
    on_its_way(day)
    goods, clerk = day.goods(day.places.centre), day.cast.clerk.client
    point = {"version": day.version, "unit": day.places.point.number, "codes": goods.number}
    shown = clerk.get(reverse("logistics:live")).content.decode()
    assert f'data-waits="{day.places.point.number}"' in shown
    assert f'name="codes" value="{goods.number}"' in shown
    assert clerk.post(reverse("logistics:tour_pick_up", args=[day.tour.number]), point).status_code == 302
    assert Load.objects.filter(consignment=goods, tour=day.tour).exists()
    other = day.another_vehicle(is_cold=True)
    url = reverse("logistics:tour_relieve", args=[day.tour.number])
    assert other.plate in clerk.get(url).content.decode()
    sent = {"version": day.version, "vehicle": other.pk, "driver": day.tour.driver_id}
    assert clerk.post(url, sent).status_code == 302
    day.tour.refresh_from_db()
    assert day.tour.vehicle == other
