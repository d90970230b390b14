"""A tour that nobody began on its day is not forgotten with what rides on it: three people are led to it."""

from datetime import timedelta
from typing import Any

from terrace.logistics import queries, services
from terrace.logistics.models import Parcel, Tour
from terrace.logistics.services import TourGiven
from terrace.web.trade import counted
from tests.conftest import Cast
from tests.logistics.conftest import later
from tests.logistics.test_tours import TODAY, put_on, tour, vehicle  # noqa: F401 - fixtures

NOT_BEGUN = "See to tours that nobody began"
NOT_HOME = "See to tours that never came home"


def _todo(cast: Cast) -> dict[str, str]:
    return {str(one.title): one.url for one in counted(cast.clerk.actor)}


def test_its_driver_its_points_and_its_planner_see_it_the_day_after(
    cast: Cast,
    tour: Tour,  # noqa: F811
    down: Parcel,
    time_machine: Any,
) -> None:
    put_on(cast, tour, down)
    time_machine.move_to(later(0), tick=False)
    assert NOT_BEGUN not in _todo(cast)
    after = TODAY + timedelta(days=1)
    time_machine.move_to(later(24 * 60), tick=False)

    assert list(queries.tours_driven_by(cast.driver.person.pk, after)) == [tour]
    assert [stop.tour for stop in queries.tours_stopping_at(down.to_unit_id, after)] == [tour]
    assert tour.number in cast.clerk.client.get(_todo(cast)[NOT_BEGUN]).content.decode()
    assert not queries.tours_not_begun(cast.stranger.actor, after).exists()


def test_it_leads_nobody_astray_once_it_is_put_on_another_day(
    cast: Cast,
    tour: Tour,  # noqa: F811
    down: Parcel,
    time_machine: Any,
) -> None:
    put_on(cast, tour, down)
    time_machine.move_to(later(24 * 60), tick=False)
    tour.refresh_from_db()
    given = TourGiven(tour.vehicle_id, tour.driver_id, TODAY + timedelta(days=2), tour.starts_at)
    services.change_tour(by=cast.clerk.actor, tour=tour, version=tour.version, given=given)

    assert NOT_BEGUN not in _todo(cast)
    assert not queries.tours_driven_by(cast.driver.person.pk, TODAY + timedelta(days=1)).exists()


def test_a_tour_that_never_came_home_is_shown_to_who_plans(
    cast: Cast,
    tour: Tour,  # noqa: F811
    time_machine: Any,
) -> None:
    time_machine.move_to(later(0), tick=False)
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(1))
    assert NOT_HOME not in _todo(cast)
    time_machine.move_to(later(24 * 60), tick=False)

    assert tour.number in cast.clerk.client.get(_todo(cast)[NOT_HOME]).content.decode()

    services.finish_tour(by=cast.clerk.actor, tour=tour)
    assert NOT_HOME not in _todo(cast)
