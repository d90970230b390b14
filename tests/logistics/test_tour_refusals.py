"""What is refused of a tour: its error says why, and no row, no audit entry and no notice comes of it.

Each act is done once where nothing is against it, so that a refusal is for the reason that its test names.
"""

from collections.abc import Callable
from datetime import time, timedelta
from functools import partial

import pytest

from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.logistics import services
from terrace.logistics.domain import ScanKind
from terrace.logistics.domain.tours import MOST_STOPS
from terrace.logistics.models import Parcel, Stop, Vehicle
from terrace.logistics.services import NotUnderWay, OtherTour, Overloaded, TourEnded
from terrace.network.models import ServiceUnit
from tests.conftest import Cast
from tests.logistics import day as days
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import AFTER, AT_A_STOP, DRIVING, PLANNING, Day, refused
from tests.unchanged import nothing_changes, rows_of

ENDED = [days.home_again, days.given_up]
Stage = Callable[[Day], None]
Act = Callable[[], object]


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour that is planned, with a parcel for its last stop."""
    return days.begin(cast, places, down)


@pytest.mark.parametrize("act", PLANNING)
def test_who_plans_tours_does_each_of_these(day: Day, act: str) -> None:
    before = rows_of("logistics")
    PLANNING[act](day, day.cast.clerk.actor, day.version)
    assert rows_of("logistics") != before


@pytest.mark.parametrize("act", DRIVING)
def test_the_driver_does_each_of_these(day: Day, act: str) -> None:
    if act != "start":
        days.on_its_way(day)
    before = rows_of("logistics")
    DRIVING[act](day, day.cast.driver.actor)
    assert rows_of("logistics") != before


@pytest.mark.parametrize("act", AT_A_STOP)
def test_the_driver_does_each_of_these_at_a_stop(day: Day, act: str) -> None:
    days.laden(day)
    before = rows_of("logistics")
    AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk)
    assert rows_of("logistics") != before


@pytest.mark.parametrize("act", PLANNING)
def test_nobody_else_plans_it(day: Day, act: str) -> None:
    version = day.version
    for who in (day.cast.stranger, day.cast.keeper, day.cast.driver):
        refused(partial(PLANNING[act], day, who.actor, version), Forbidden)


@pytest.mark.parametrize("act", DRIVING)
def test_nobody_else_drives_it(day: Day, act: str) -> None:
    for who in (day.cast.stranger, day.cast.keeper, day.another_driver()):
        refused(partial(DRIVING[act], day, who.actor), Forbidden)


@pytest.mark.parametrize("act", AT_A_STOP)
def test_nobody_else_does_its_work_at_a_stop(day: Day, act: str) -> None:
    days.laden(day)
    for who in (day.cast.stranger, day.cast.keeper, day.another_driver()):
        refused(partial(AT_A_STOP[act], day, who.actor, day.point.pk), Forbidden)


@pytest.mark.parametrize("act", PLANNING)
def test_a_page_from_before_somebody_elses_change_changes_nothing(day: Day, act: str) -> None:
    old = day.version - 1
    refused(lambda: PLANNING[act](day, day.cast.clerk.actor, old), Stale)


@pytest.mark.parametrize("stage", ENDED)
@pytest.mark.parametrize("act", PLANNING)
def test_a_tour_that_is_over_is_not_planned_on(day: Day, act: str, stage: Stage) -> None:
    stage(day)
    refused(lambda: PLANNING[act](day, day.cast.clerk.actor, day.version), TourEnded)


@pytest.mark.parametrize("act", ["change the tour", "cancel the tour"])
def test_a_tour_that_has_left_keeps_its_vehicle_and_day_and_is_not_cancelled(day: Day, act: str) -> None:
    days.on_its_way(day)
    refused(lambda: PLANNING[act](day, day.cast.clerk.actor, day.version), TourEnded, "has left")


@pytest.mark.parametrize("stage", ENDED)
@pytest.mark.parametrize("act", ["start", "load in the yard", "report"])
def test_a_tour_that_is_over_is_not_driven_on(day: Day, act: str, stage: Stage) -> None:
    stage(day)
    refused(lambda: DRIVING[act](day, day.cast.driver.actor), TourEnded)


@pytest.mark.parametrize("act", AT_A_STOP)
def test_what_has_not_left_comes_by_no_stop(day: Day, act: str) -> None:
    refused(lambda: AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk), NotUnderWay)


@pytest.mark.parametrize("stage", ENDED)
@pytest.mark.parametrize("act", AT_A_STOP)
def test_what_has_ended_comes_by_no_stop(day: Day, act: str, stage: Stage) -> None:
    stage(day)
    refused(lambda: AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk), TourEnded)


@pytest.mark.parametrize("stage", [days.as_planned, days.given_up])
def test_what_never_left_does_not_come_home(day: Day, stage: Stage) -> None:
    stage(day)
    refused(lambda: DRIVING["come home"](day, day.cast.driver.actor), NotUnderWay)


@pytest.mark.parametrize(("stage", "act"), [(days.on_its_way, "start"), (days.home_again, "come home")])
def test_leaving_or_coming_home_twice_is_done_once(day: Day, stage: Stage, act: str) -> None:
    stage(day)
    with nothing_changes("logistics"):
        DRIVING[act](day, day.cast.driver.actor)


@pytest.mark.parametrize("act", ["arrive", "leave"])
def test_arriving_or_leaving_twice_is_done_once(day: Day, act: str) -> None:
    days.laden(day)
    AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk)
    with nothing_changes("logistics"):
        AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk)


@pytest.mark.parametrize("act", AT_A_STOP)
def test_a_driver_does_nothing_at_another_tours_stop(day: Day, act: str) -> None:
    theirs = day.another_tour().stops.get().pk
    days.laden(day)
    refused(lambda: AT_A_STOP[act](day, day.cast.driver.actor, theirs), NotFound)


@pytest.mark.parametrize("what", ["vehicle", "driver"])
def test_a_vehicle_and_a_driver_are_on_one_tour_at_a_time(day: Day, what: str) -> None:
    other = (
        {"vehicle_id": day.another_vehicle().pk} if what == "driver" else {"driver_id": day.another_driver().person.pk}
    )
    clerk = day.cast.clerk.actor
    second = services.plan_tour(by=clerk, unit_id=day.places.centre.pk, given=day.given(**other), now=NOON)
    days.on_its_way(day)
    refused(lambda: services.start_tour(by=clerk, tour=second, now=later(2)), OtherTour)


GIVEN: dict[str, tuple[Callable[[Day], dict[str, object]], str]] = {
    "a day that is over": (lambda day: {"on": day.tour.on - timedelta(days=1)}, "day is over"),
    "a vehicle that is laid up": (lambda day: {"vehicle_id": day.another_vehicle(is_active=False).pk}, "laid up"),
    "another centre's vehicle": (lambda day: {"vehicle_id": day.another_vehicle(day.elsewhere).pk}, "this centre's"),
    "no vehicle": (lambda day: {"vehicle_id": 0}, "this centre's"),
    "somebody who does not drive": (lambda day: {"driver_id": day.cast.keeper.person.pk}, "driver's post"),
    "another centre's driver": (
        lambda day: {"driver_id": day.another_driver(day.elsewhere).person.pk},
        "driver's post",
    ),
}


@pytest.mark.parametrize("what", GIVEN)
def test_a_tour_is_neither_planned_nor_changed_so(day: Day, what: str) -> None:
    make, says = GIVEN[what]
    by, given, version = day.cast.clerk.actor, day.given(**make(day)), day.version
    plan = partial(services.plan_tour, by=by, unit_id=day.places.centre.pk, given=given, now=NOON)
    change = partial(services.change_tour, by=by, tour=day.tour, version=version, given=given, now=NOON)
    for act in (plan, change):
        refused(act, Invalid, says)


def change_to(day: Day, **vehicle: object) -> Act:
    """Return the act that gives the tour another vehicle."""
    given = day.given(vehicle_id=day.another_vehicle(**vehicle).pk)
    return partial(_planned(day, services.change_tour), given=given, now=NOON)


def _planned(day: Day, act: Callable[..., object], **other: object) -> Act:
    """Return an act of who plans tours, with the version that the tour has now."""
    return partial(act, by=day.cast.clerk.actor, tour=day.tour, version=day.version, **other)


def smaller(day: Day) -> Act:
    """The parcel of 2.4 kg rides already."""
    return change_to(day, capacity_grams=2_000)


def warm(day: Day) -> Act:
    """Goods that are to be kept cold ride already."""
    day.put_on(day.goods(day.places.centre, is_cold=True).number)
    return change_to(day, is_cold=False)


def stop_at(day: Day, unit_id: int) -> Act:
    """Return the act that lets the tour stop at a unit."""
    return _planned(day, services.add_stop, unit_id=unit_id)


def stop_at_a_closed_unit(day: Day) -> Act:
    """It belongs to the centre's area, and was closed."""
    unit = day.neighbours
    ServiceUnit.objects.filter(pk=unit.pk).update(closed_on=NOON.date())
    return stop_at(day, unit.pk)


def one_stop_too_many(day: Day) -> Act:
    """All but the first two were left already."""
    stops = range(3, MOST_STOPS + 1)
    Stop.objects.bulk_create(
        Stop(tour=day.tour, place=place, unit=day.places.station, arrived_at=NOON, left_at=NOON) for place in stops
    )
    return stop_at(day, day.neighbours.pk)


def remove_where_it_was(day: Day) -> Act:
    """Nothing on board is for the station."""
    days.at_the_station(day)
    return _planned(day, services.remove_stop, stop_id=day.station.pk)


def remove_where_it_unloads(day: Day) -> Act:
    """The parcel on board is for the point, where the vehicle was not yet."""
    days.laden(day)
    return _planned(day, services.remove_stop, stop_id=day.point.pk)


def point_first(day: Day) -> Act:
    """Return the act that brings the point before the station."""
    return _planned(day, services.move_stop, stop_id=day.point.pk, places=-1)


def unload_before_loading(day: Day) -> Act:
    """Goods ride from the point to the station, which comes after it and is to come before."""
    point_first(day)()
    day.put_on(day.goods(day.places.station).number)
    return _planned(day, services.move_stop, stop_id=day.station.pk, places=-1)


def overlap(day: Day) -> Act:
    """A parcel of 1 kg leaves the vehicle before the goods come on it, and is to leave it after."""
    day.put_on(day.waiting.number, day.goods(day.places.centre).number)
    Vehicle.objects.update(capacity_grams=500_500)
    return point_first(day)


def put_on(day: Day, *codes: str) -> Act:
    """Return the act that puts something on the tour."""
    return _planned(day, services.assign, codes=codes)


def put_on_too_much(day: Day) -> Act:
    """2.4 kg ride already, and 1 kg waits."""
    Vehicle.objects.update(capacity_grams=3_000)
    return put_on(day, day.waiting.number)


def put_cold_on_warm(day: Day) -> Act:
    """The vehicle does not cool."""
    Vehicle.objects.update(is_cold=False)
    return put_on(day, day.goods(day.places.centre, is_cold=True).number)


def put_cold_parcel_on_warm(day: Day) -> Act:
    """The parcel is to be kept cold, and the vehicle does not cool."""
    Vehicle.objects.update(is_cold=False)
    Parcel.objects.filter(pk=day.waiting.pk).update(is_cold=True)
    return put_on(day, day.waiting.number)


def put_on_more_than_cools(day: Day) -> Act:
    """500 kg are to be kept cold, of which the vehicle cools 400."""
    Vehicle.objects.update(cold_grams=400_000)
    return put_on(day, day.goods(day.places.centre, is_cold=True).number)


def put_on_what_lies_elsewhere(day: Day) -> Act:
    """The parcel came to the neighbours' point by mistake."""
    told = {"code": day.waiting.number, "kind": ScanKind.ARRIVED, "unit": day.neighbours}
    services.scan(by=day.cast.neighbour.actor, **told, now=later(5))
    return put_on(day, day.waiting.number)


def put_on_what_is_missing(day: Day) -> Act:
    """Nobody found the parcel at the centre."""
    told = {"code": day.waiting.number, "kind": ScanKind.MISSING, "unit": day.places.centre}
    services.scan(by=day.cast.packer.actor, **told, now=later(5))
    return put_on(day, day.waiting.number)


def take_off_what_is_on_board(day: Day) -> Act:
    """The parcel was loaded in the yard."""
    days.laden(day)
    return _planned(day, services.unassign, load_id=day.tour.loads.get().pk)


def of_another_tour(act: Callable[..., object], **other: object) -> Callable[[Day], Act]:
    """Return what is done with another tour's stop."""
    return lambda day: _planned(day, act, stop_id=day.another_tour().stops.get().pk, **other)


def say(text: str) -> Callable[[Day], Act]:
    """Return what tells the centre of trouble on the way."""
    return lambda day: partial(services.report_problem, by=day.cast.driver.actor, tour=day.tour, text=text, now=AFTER)


RULES: dict[str, tuple[Callable[[Day], Act], type[DomainError], str]] = {
    "a vehicle that carries less than rides": (smaller, Overloaded, "3 kg at once"),
    "a vehicle that does not cool what is cold": (warm, Invalid, "vehicle that cools"),
    "a stop at a closed unit": (stop_at_a_closed_unit, Invalid, "open units"),
    "a stop in another county": (lambda day: stop_at(day, day.elsewhere.pk), Invalid, "own area"),
    "a stop nowhere": (lambda day: stop_at(day, 0), Invalid, "open units"),
    "a stop in the yard": (lambda day: stop_at(day, day.places.centre.pk), Invalid, "begins and ends here"),
    "a stop that is there": (lambda day: stop_at(day, day.places.point.pk), Invalid, "there already"),
    "one stop too many": (one_stop_too_many, Invalid, "at most 60 stops"),
    "without a stop where it was": (remove_where_it_was, Invalid, "vehicle was there"),
    "without a stop where it unloads": (remove_where_it_unloads, Invalid, "carries something for it"),
    "without another tour's stop": (of_another_tour(services.remove_stop), NotFound, ""),
    "another tour's stop moved": (of_another_tour(services.move_stop, places=1), NotFound, ""),
    "another tour's stop timed": (of_another_tour(services.time_stop, planned_at=time(9)), NotFound, ""),
    "unloading before loading": (unload_before_loading, Invalid, "unloaded before it is loaded"),
    "more at once in another order": (overlap, Overloaded, "501 kg at once"),
    "nothing put on": (put_on, Invalid, "Choose what is to ride"),
    "an unknown number put on": (
        lambda day: put_on(day, day.waiting.number, "W-NOTHING"),
        NotFound,
        "bears this number",
    ),
    "put on twice": (lambda day: put_on(day, day.waiting.number, day.riding.number), Invalid, "on a tour already"),
    "more than it carries": (put_on_too_much, Overloaded, "4 kg at once"),
    "cold goods on a warm vehicle": (put_cold_on_warm, Invalid, "vehicle that cools"),
    "a cold parcel on a warm vehicle": (put_cold_parcel_on_warm, Invalid, "vehicle that cools"),
    "more than it cools": (put_on_more_than_cools, Overloaded, "cools 400 kg"),
    "what lies elsewhere": (put_on_what_lies_elsewhere, Invalid, "does not go by"),
    "what is missing": (put_on_what_is_missing, Invalid, "cannot ride"),
    "without what is on board": (take_off_what_is_on_board, NotFound, ""),
    "a problem without a word": (say(" "), Invalid, "Say in a few words"),
    "a problem with an identity number": (say("Ask 11010519491231002X"), Invalid, "Identity numbers"),
}
"""What is asked for, how it comes to that and is tried, and what is answered."""


@pytest.mark.parametrize("what", RULES)
def test_who_asks_this_of_a_tour_is_told_why_not(day: Day, what: str) -> None:
    make, error, says = RULES[what]
    act = make(day)
    refused(act, error, says or None)
