"""A tour that breaks down: what it was still to fetch goes to others, what is on board to who relieves it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from django.test import Client

from terrace.http.overtaken import UNSEEN
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.logistics import services
from terrace.logistics.domain import LoadState
from terrace.logistics.domain.routing import FaultKind, Plan
from terrace.logistics.models import Consignment, Load, Parcel, Tour
from terrace.logistics.services import NotUnderWay, Replanned, TourGiven
from terrace.logistics.services.rest_of_day import rest_of_day
from terrace.messaging import queries as messages
from terrace.network.models import ServiceUnit
from tests.conftest import Cast, Member
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import YARD_AT, Day, begin, laden, refused
from tests.logistics.planned import put_on_the_map, stand_at
from tests.planted import found
from tests.unchanged import nothing_changes


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour by the station to the point, where 500 kg of apples wait for it; it has left."""
    put_on_the_map(places.centre, places.station, places.point)
    day = begin(cast, places, down)
    goods(day)
    laden(day)
    return day


def goods(day: Day) -> Consignment:
    """Put the apples at the point on the tour."""
    made = day.goods(day.places.centre)
    day.put_on(made.number)
    return made


def another(day: Day, starts_at: time = YARD_AT, **vehicle: Any) -> Tour:
    """Return a tour of today of another vehicle to the station, which has not left."""
    made = day.another_vehicle(**vehicle)
    given = TourGiven(made.pk, day.another_driver().person.pk, NOON.date(), starts_at)
    tour = services.plan_tour(by=day.cast.clerk.actor, unit_id=day.places.centre.pk, given=given, now=NOON)
    services.add_stop(by=day.cast.clerk.actor, tour=tour, version=1, unit_id=day.places.station.pk)
    return Tour.objects.get(pk=tour.pk)


def replanned(day: Day, **other: Any) -> Replanned:
    tour = Tour.objects.get(pk=day.tour.pk)
    return services.replan(by=day.cast.clerk.actor, tour=tour, **{"now": later(10), **other})


def carried_out(day: Day, shown: Replanned, **other: Any) -> list[Tour]:
    told = {"by": day.cast.clerk.actor, "tour": day.tour, "token": shown.token, "now": later(11), **other}
    return services.carry_out(**told)


def test_what_was_to_be_fetched_goes_to_another_tour_and_its_driver_is_told(day: Day) -> None:
    other = another(day)
    shown = replanned(day)
    assert shown.not_taken == ()
    assert shown.on_board == 1
    [changed] = [one for one in shown.changed if one.tour.pk == other.pk]
    assert [(then.stop.unit_id, then.is_new) for then in changed.stops] == [
        (day.places.station.pk, False),
        (day.places.point.pk, True),
    ]
    assert changed.extra_m > 0
    assert replanned(day).changed == shown.changed, "the same day gives the same"

    carried_out(day, shown)
    load = Load.objects.get(consignment__isnull=False)
    assert (load.tour_id, load.take_at.unit_id, load.state) == (other.pk, day.places.point.pk, LoadState.PLANNED)
    assert [stop.unit_id for stop in other.stops.order_by("place")] == [day.places.station.pk, day.places.point.pk]
    assert day.tour.stops.count() == 2, "the parcel on board is still for the point"
    assert messages.count_unread(other.driver_id) == 2
    assert found() == {}


def test_a_tour_that_ends_at_a_warehouse_fetches_nothing_for_the_yard(day: Day) -> None:
    put_on_the_map(day.places.centre, day.places.station, day.places.point, day.neighbours)
    van = day.another_vehicle()
    stand_at(day.cast, van, ends_at_id=day.neighbours.pk)
    given = TourGiven(van.pk, day.another_driver().person.pk, NOON.date(), YARD_AT)
    services.plan_tour(by=day.cast.clerk.actor, unit_id=day.places.centre.pk, given=given, now=NOON)
    assert [one.stop.unit_id for one in replanned(day).not_taken] == [day.places.point.pk]


def test_a_stop_at_a_unit_that_is_closed_that_day_is_one_all_the_same(day: Day) -> None:
    other_days = sorted({1, 2, 3, 4, 5, 6, 7} - {NOON.isoweekday()})
    hours = [{"days": other_days, "opens": "08:00", "closes": "18:00"}]
    ServiceUnit.objects.filter(pk=day.places.point.pk).update(hours=hours)
    other = another(day)
    assert [one.tour.pk for one in replanned(day).changed if any(then.is_new for then in one.stops)] == [other.pk]


def test_who_leaves_later_comes_later(day: Day) -> None:
    another(day, starts_at=time(17))
    [changed] = replanned(day).changed
    assert all(then.at > time(17) for then in changed.stops)


def test_a_vehicle_of_the_yard_goes_on_with_what_is_on_board_and_fetches_the_rest(day: Day) -> None:
    relief, driver = day.another_vehicle(is_cold=True), day.another_driver()
    shown = replanned(day, vehicle_id=relief.pk)
    assert (shown.on_board, shown.not_taken) == (0, ())
    [changed] = shown.changed
    assert [then.is_new for then in changed.stops] == [False, False]
    carried_out(day, shown, driver_id=driver.person.pk)
    tour = Tour.objects.get(pk=day.tour.pk)
    assert (tour.vehicle_id, tour.driver_id) == (relief.pk, driver.person.pk)
    assert tour.loads.count() == 2
    assert found() == {}


def test_what_no_vehicle_has_room_for_is_named_with_the_reason(day: Day) -> None:
    another(day, capacity_grams=300_000)
    shown = replanned(day)
    assert [(one.stop.unit_id, one.things, one.why) for one in shown.not_taken] == [
        (day.places.point.pk, 1, FaultKind.OVERLOADED.label)
    ]
    assert shown.changed == ()


def test_without_another_tour_nobody_takes_it(day: Day) -> None:
    [left] = replanned(day).not_taken
    assert left.why == "No other tour is on the road today"


def test_who_goes_on_itself_keeps_what_is_the_least_way_for_it(day: Day) -> None:
    another(day)
    shown = replanned(day, goes_on=True)
    assert (shown.changed, shown.not_taken, shown.on_board) == ((), (), 0)


def a_stop_is_reached(day: Day, _other: Tour) -> None:
    services.arrive(by=day.cast.driver.actor, tour=day.tour, stop_id=day.point.pk, now=later(12))


def a_thing_is_loaded(day: Day, _other: Tour) -> None:
    Load.objects.filter(consignment__isnull=False).update(state=LoadState.LOADED)


def the_other_sets_out(_day: Day, other: Tour) -> None:
    services.start_tour(by=Member(other.driver).actor, tour=other, now=later(12))


@pytest.mark.parametrize("goes_on", [a_stop_is_reached, a_thing_is_loaded, the_other_sets_out])
def test_what_went_on_meanwhile_is_not_carried_out(day: Day, goes_on: Callable[[Day, Tour], None]) -> None:
    other = another(day)
    shown = replanned(day)
    goes_on(day, other)
    refused(lambda: carried_out(day, shown), Stale)


def test_only_who_plans_tours_there_and_only_what_was_shown(day: Day) -> None:
    shown, tour, unlike = replanned(day), Tour.objects.get(pk=day.tour.pk), day.another_tour()
    refused(lambda: services.replan(by=day.cast.driver.actor, tour=tour), Forbidden)
    refused(lambda: carried_out(day, shown, by=day.cast.stranger.actor), Forbidden)
    refused(lambda: carried_out(day, shown, token=shown.token + "x"), Stale)
    refused(lambda: carried_out(day, shown, tour=unlike), Stale)
    refused(lambda: replanned(day, vehicle_id=day.tour.vehicle_id), Invalid)


def test_a_tour_that_has_not_left_is_changed_otherwise(day: Day) -> None:
    other = another(day)
    refused(lambda: services.replan(by=day.cast.clerk.actor, tour=other), NotUnderWay)


def test_what_a_tour_takes_on_its_way_it_takes_before_it_puts_it_down(day: Day) -> None:
    riding = Load.objects.get(parcel=day.riding)
    Load.objects.filter(pk=riding.pk).update(take_at=day.station, state=LoadState.PLANNED)
    rest = rest_of_day(Tour.objects.get(pk=day.tour.pk), None, goes_on=True, now=later(10))
    plan = rest.going.kept
    assert rest.keeps_order(plan)
    [route] = plan.routes
    [trip] = route.trips
    backwards = replace(trip, jobs=trip.jobs[::-1])
    assert not rest.keeps_order(Plan((replace(route, trips=(backwards,)),)))


@pytest.fixture
def page(day: Day, time_machine: Any) -> str:
    """Return the address of the page for a tour with which nobody goes on; another tour could take its goods."""
    time_machine.move_to(later(10), tick=False)
    another(day)
    return f"/logistics/tours/{day.tour.number}/replan/?who=nobody"


@pytest.fixture
def dispatcher(day: Day) -> Client:
    """Return the browser of who plans the centre's tours."""
    return day.cast.clerk.client


def version(shown: Any) -> dict[str, str]:
    """Return what the page is sent back with."""
    return {"version": shown.context["form"]["version"].value()}


def test_the_page_shows_it_and_has_it_done(dispatcher: Client, page: str) -> None:
    shown = dispatcher.get(page)
    text = shown.content.decode()
    assert "甘K 54321" in text
    assert "1 piece on the vehicle" in text
    done = dispatcher.post(page, version(shown))
    assert (done.status_code, done["Location"]) == (302, "/logistics/live/")
    assert Load.objects.get(consignment__isnull=False).tour.vehicle.plate == "甘K 54321"


def test_the_page_shows_anew_what_went_on_meanwhile_and_does_that(day: Day, dispatcher: Client, page: str) -> None:
    shown = dispatcher.get(page)
    other = Tour.objects.exclude(pk=day.tour.pk).get()
    services.start_tour(by=Member(other.driver).actor, tour=other, now=later(10))
    with nothing_changes("logistics"):
        again = dispatcher.post(page, version(shown))
    assert (again.status_code, str(UNSEEN) in again.content.decode()) == (422, True)
    assert dispatcher.post(page, version(again)).status_code == 302
    assert Load.objects.get(consignment__isnull=False).tour_id == other.pk


def test_the_page_says_so_where_meanwhile_nothing_is_left_to_share_out(day: Day, dispatcher: Client, page: str) -> None:
    shown = dispatcher.get(page)
    services.arrive(by=day.cast.driver.actor, tour=day.tour, stop_id=day.point.pk, now=later(10))
    again = dispatcher.post(page, version(shown))
    assert (again.status_code, again.context["form"]) == (422, None)
    assert str(UNSEEN) in again.content.decode()


def test_the_page_says_why_it_is_not_done_where_the_tour_has_ended(day: Day, dispatcher: Client, page: str) -> None:
    shown = dispatcher.get(page)
    services.finish_tour(by=day.cast.driver.actor, tour=day.tour, now=later(10))
    with nothing_changes("logistics"):
        refused = dispatcher.post(page, version(shown))
    assert refused["Location"] == f"/logistics/tours/{day.tour.number}/"
    assert str(NotUnderWay.message) in dispatcher.get(refused["Location"]).content.decode()


def test_the_page_says_why_it_is_not_done_where_the_vehicle_set_out(day: Day, dispatcher: Client, page: str) -> None:
    other = Tour.objects.exclude(pk=day.tour.pk).get()
    page = page.replace("nobody", str(other.vehicle_id))
    told = version(dispatcher.get(page)) | {"driver": str(other.driver_id)}
    services.start_tour(by=Member(other.driver).actor, tour=other, now=later(10))
    with nothing_changes("logistics"):
        refused = dispatcher.post(page, told)
    assert refused["Location"] == f"/logistics/tours/{day.tour.number}/"
    assert "or is on a tour" in dispatcher.get(refused["Location"]).content.decode()
