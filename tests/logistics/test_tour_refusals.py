"""What is refused of a tour: its error says why, and no row, no audit entry and no notice comes of it.

Each act is done once where nothing is against it, so that a refusal is for the reason that its test names.
"""

from collections.abc import Callable
from functools import partial

import pytest

from terrace.kernel.errors import DomainError, Forbidden, NotFound, Stale
from terrace.logistics import services
from terrace.logistics.models import Parcel
from terrace.logistics.services import NotUnderWay, OtherTour, TourEnded
from tests.conftest import Cast
from tests.logistics import day as days
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.day import AT_A_STOP, DRIVING, PLANNING, Day
from tests.unchanged import nothing_changes, rows_of

ENDED = [days.home_again, days.given_up]
Stage = Callable[[Day], None]


@pytest.fixture
def day(cast: Cast, places: Places, down: Parcel) -> Day:
    """Return a tour that is planned, with a parcel for its last stop."""
    return days.begin(cast, places, down)


def refused(act: Callable[[], object], error: type[DomainError], says: str | None = None) -> None:
    """Do what is refused; nothing of it stays."""
    with nothing_changes("logistics", "traceability"), pytest.raises(error, match=says):
        act()


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


@pytest.mark.parametrize("stage", [days.as_planned, *ENDED])
@pytest.mark.parametrize("act", AT_A_STOP)
def test_only_a_tour_under_way_comes_by_its_stops(day: Day, act: str, stage: Stage) -> None:
    stage(day)
    refused(lambda: AT_A_STOP[act](day, day.cast.driver.actor, day.point.pk), NotUnderWay)


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
