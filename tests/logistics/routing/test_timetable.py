"""When a vehicle is where: no waiting that could be done at home, loads when they are there, a break on the way."""

from terrace.logistics.domain.routing import Depot, Plan, Rest, Window, check, timetable
from tests.logistics.routing.days import KM, day, job, route, van


def test_a_vehicle_leaves_as_late_as_it_can_without_ending_later() -> None:
    times = timetable(day(job(2, windows=(Window(600, 900),), service_s=30)), route([0]))
    assert (times.starts, times.ends, times.duration, times.distance) == (480, 750, 270, 4 * KM)


def test_a_trip_waits_for_what_is_to_be_loaded() -> None:
    times = timetable(day(job(1), job(2, released_at=1_000), depots=[Depot(0, load_s=100)]), route([0, 1]))
    assert [visit.begins for visit in times.visits] == [1_000, 1_160, 1_220, 1_340]


def test_a_second_trip_loads_again() -> None:
    problem = day(
        job(1), job(2, released_at=1_000), depots=[Depot(0, load_s=100)], fleet=[van(reloads=1, reload_at=(0,))]
    )
    times = timetable(problem, route([0], [1]))
    assert [visit.begins for visit in times.visits] == [780, 940, 1_000, 1_220, 1_340]
    assert times.duration == 560


def test_the_first_window_that_can_be_reached_counts() -> None:
    problem = day(job(1, windows=(Window(0, 30), Window(500, 600))))
    assert timetable(problem, route([0])).visits[1].begins == 500
    assert check(problem, Plan((route([0]),))) == []


def test_who_drives_when_the_break_begins_rests_on_the_way_unpaid() -> None:
    problem = day(job(5), fleet=[van(shift=Window(0))], rest=Rest(200, 1_000))
    times = timetable(problem, route([0]))
    assert [visit.arrives for visit in times.visits] == [0, 1_300, 1_600]
    assert times.duration == 600


def test_who_works_when_the_break_begins_ends_the_work_first() -> None:
    problem = day(job(1, windows=(Window(150, 150),), service_s=100), rest=Rest(200, 1_000))
    times = timetable(problem, route([0]))
    assert [(visit.begins, visit.ends) for visit in times.visits] == [(90, 90), (150, 250), (1_310, 1_310)]
    assert times.duration == 220


def test_who_waits_anyway_rests_meanwhile() -> None:
    first, second = job(1, windows=(Window(100, 100),)), job(2, windows=(Window(1_500, 1_600),))
    times = timetable(day(first, second, rest=Rest(200, 1_000)), route([0, 1]))
    assert [visit.begins for visit in times.visits] == [40, 100, 1_500, 1_620]
    assert times.duration == 580


def test_nobody_begins_in_the_break() -> None:
    problem = day(job(1), fleet=[van(shift=Window(500))], rest=Rest(200, 1_000))
    assert timetable(problem, route([0])).starts == 1_200


def test_a_window_within_the_break_is_missed() -> None:
    problem = day(job(1, windows=(Window(300, 400),)), rest=Rest(200, 1_000))
    assert [visit.late for visit in timetable(problem, route([0])).visits] == [0, 800, 0]
