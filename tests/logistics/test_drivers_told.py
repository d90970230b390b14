"""Who drives hears of every change of what to drive, and who no longer does as well."""

from datetime import time, timedelta

import pytest

from terrace.logistics import services
from terrace.logistics.models import Tour, Vehicle
from terrace.logistics.services import TourGiven
from terrace.messaging.models import Notice
from tests import factories
from tests.conftest import Cast, Member
from tests.logistics.conftest import NOON, Places
from tests.logistics.test_tours import TODAY, vehicle  # noqa: F401 - a fixture


@pytest.fixture
def tour(cast: Cast, places: Places, vehicle: Vehicle) -> Tour:  # noqa: F811
    """Return a tour of tomorrow."""
    given = TourGiven(vehicle.pk, cast.driver.person.pk, TODAY + timedelta(days=1), time(8))
    return services.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)


def _told(member: Member) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(person_id=member.person.pk).order_by("pk")
    return [(row.title, row.url) for row in rows]


def _change(cast: Cast, tour: Tour, **changes: object) -> None:
    given = {"vehicle_id": tour.vehicle_id, "driver_id": tour.driver_id, "on": tour.on, "starts_at": tour.starts_at}
    services.change_tour(
        by=cast.clerk.actor, tour=tour, version=tour.version, given=TourGiven(**{**given, **changes}), now=NOON
    )


def test_the_driver_reads_when_and_with_what(cast: Cast, tour: Tour) -> None:
    said = f"You drive tour {tour.number} with 甘K 12345: 2026-11-21, 08:00"
    assert _told(cast.driver) == [(said, f"/logistics/drive/{tour.number}/")]


def test_another_hour_stands_in_the_place_of_what_was_not_read(cast: Cast, tour: Tour) -> None:
    _change(cast, tour, starts_at=time(6, 30))
    ((said, _url),) = _told(cast.driver)
    assert said.endswith("2026-11-21, 06:30")


def test_what_stays_as_it_was_is_not_told_again(cast: Cast, tour: Tour) -> None:
    Notice.objects.update(read_at=NOON)
    _change(cast, tour)
    assert len(_told(cast.driver)) == 1


def test_another_driver_hears_of_it_and_the_former_one_is_led_nowhere_closed(
    cast: Cast, places: Places, tour: Tour
) -> None:
    Notice.objects.update(read_at=NOON)
    other = Member(factories.PostFactory(unit=places.centre, role="driver").person)
    _change(cast, tour, driver_id=other.person.pk)
    assert [url for _said, url in _told(other)] == [f"/logistics/drive/{tour.number}/"]
    ((said, url),) = _told(cast.driver)
    assert said == f"You no longer drive tour {tour.number}."
    assert cast.driver.client.get(url).status_code == 200


def test_the_driver_of_a_tour_that_is_given_up_hears_of_it(cast: Cast, tour: Tour) -> None:
    services.cancel_tour(by=cast.clerk.actor, tour=tour, version=tour.version, now=NOON)
    assert [said for said, _url in _told(cast.driver)] == [f"You no longer drive tour {tour.number}."]


def test_nobody_is_told_of_the_own_act(cast: Cast, tour: Tour) -> None:
    before = _told(cast.clerk)
    services.cancel_tour(by=cast.clerk.actor, tour=tour, version=tour.version, now=NOON)
    assert _told(cast.clerk) == before
