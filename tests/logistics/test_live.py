"""A day as it goes: who needs eyes first, and when stops can be expected."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from terrace.logistics import queries, services
from terrace.logistics.domain import TourStatus
from terrace.logistics.domain.inserting import Insertion, cheapest
from terrace.logistics.domain.live import Course, Passed, TourStanding
from terrace.network.domain.places import Point
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import Day, begin

STOPS = (Passed(later(30)), Passed(later(60)), Passed(None))


@pytest.fixture
def day(cast: Cast, places: Places, down: object) -> Day:
    """Return a tour of today that leaves at noon and is to be at the point half an hour later."""
    made = begin(cast, places, down)
    clerk = cast.clerk.actor
    given = made.given(starts_at=time(12))
    services.change_tour(by=clerk, tour=made.tour, version=made.version, given=given, now=NOON)
    stop = made.point.pk
    services.time_stop(by=clerk, tour=made.tour, version=made.version, stop_id=stop, planned_at=time(12, 30))
    return made


def standing(course: Course, minute: int, late: int = 0) -> TourStanding:
    """Return how a tour goes at a minute after noon."""
    return course.standing(timedelta(minutes=late), later(minute))


def test_a_tour_that_should_have_left_is_not_begun_and_late_by_what_it_waits() -> None:
    course = Course(TourStatus.PLANNED, NOON, None, STOPS)
    assert standing(course, -5) is TourStanding.TO_COME
    assert standing(course, 10) is TourStanding.TO_COME
    assert standing(course, 11) is TourStanding.NOT_BEGUN
    assert course.lateness(later(25)) == timedelta(minutes=25)
    assert course.lateness(later(-25)) == timedelta()


def test_lateness_is_that_of_the_last_stop_with_a_time() -> None:
    stops = (Passed(later(30), later(45), later(50)), Passed(None, later(70)), Passed(later(90)))
    course = Course(TourStatus.UNDER_WAY, NOON, later(5), stops)
    assert course.lateness(later(71)) == timedelta(minutes=15)
    assert Course(TourStatus.UNDER_WAY, NOON, later(5), STOPS).lateness(later(71)) == timedelta(minutes=5)


def test_a_problem_stands_until_the_tour_goes_on() -> None:
    reported = Course(TourStatus.UNDER_WAY, NOON, NOON, STOPS, trouble_at=later(20))
    assert standing(reported, 25, late=90) is TourStanding.TROUBLE
    went_on = Course(TourStatus.UNDER_WAY, NOON, NOON, (Passed(later(30), later(40)),), trouble_at=later(20))
    assert standing(went_on, 45) is TourStanding.ON_TIME
    assert standing(Course(TourStatus.FINISHED, NOON, NOON, (), trouble_at=later(20)), 45) is TourStanding.HOME


def test_who_tells_nothing_for_an_hour_is_asked() -> None:
    course = Course(TourStatus.UNDER_WAY, NOON, NOON, STOPS)
    assert standing(course, 60) is TourStanding.ON_TIME
    assert standing(course, 61) is TourStanding.SILENT
    assert standing(Course(TourStatus.UNDER_WAY, NOON, NOON, STOPS, heard_at=later(30)), 61) is TourStanding.ON_TIME
    assert standing(course, 61, late=11) is TourStanding.LATE


def test_one_more_stop_is_put_where_the_way_gets_least_longer() -> None:
    yard, near, far = Point(33.0, 105.0), Point(33.1, 105.0), Point(33.3, 105.0)
    assert cheapest(yard, [near, far], yard, Point(33.2, 105.0)) == Insertion(1, 0)
    assert cheapest(yard, [near], yard, far).extra_m == pytest.approx(44_400, rel=0.01)


def test_the_dispatcher_sees_what_is_late_before_what_is_not(day: Day) -> None:
    other = day.another_tour()
    services.start_tour(by=day.cast.driver.actor, tour=day.tour, now=later(20))
    first, second = queries.live_tours(day.cast.clerk.actor, later(25))
    assert (first.tour, first.standing, second.tour) == (other, TourStanding.NOT_BEGUN, day.tour)
    assert (second.standing, second.late) == (TourStanding.LATE, timedelta(minutes=20))
    assert [(one.stop, one.expected) for one in second.ahead] == [(day.station, None), (day.point, later(50))]


def test_what_the_driver_reported_is_there_until_the_tour_goes_on(day: Day) -> None:
    driver = day.cast.driver.actor
    services.start_tour(by=driver, tour=day.tour, now=later(0))
    services.report_problem(by=driver, tour=day.tour, text="A tree lies on the road", now=later(5))
    [live] = queries.live_tours(day.cast.clerk.actor, later(6))
    assert (live.standing, live.trouble) == (TourStanding.TROUBLE, "A tree lies on the road")
    services.arrive(by=driver, tour=day.tour, stop_id=day.station.pk, now=later(9))
    [live] = queries.live_tours(day.cast.clerk.actor, later(10))
    assert (live.standing, live.trouble, live.here, live.done) == (TourStanding.ON_TIME, "", day.station, 1)


def test_only_who_plans_tours_there_sees_them(day: Day) -> None:
    for other in (day.cast.stranger, day.cast.driver, day.cast.keeper):
        assert queries.live_tours(other.actor, NOON) == []


def test_the_page_and_its_map_tell_of_today(day: Day) -> None:
    clerk = day.cast.clerk.client
    with time_machine.travel(later(40)):
        text = clerk.get(reverse("logistics:live")).content.decode()
        [line] = clerk.get(reverse("logistics:live_lines")).json()["features"]
    assert day.tour.vehicle.plate in text
    assert "40 min" in text
    assert line["properties"]["anchor"] == f"tour-{day.tour.number}"
