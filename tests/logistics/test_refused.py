"""Parcels that nobody wants: who plans tours and who works where they lie are told, until a tour takes them back."""

from urllib.parse import urlencode

import pytest

from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.models import Parcel, Tour
from terrace.web import workspaces
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_tours import put_on, tour, vehicle

__all__ = ["tour", "vehicle"]
REFUSED = f"/logistics/parcels/?{urlencode({'status': ParcelStatus.REFUSED.value})}"


@pytest.fixture
def refused(cast: Cast, places: Places, down: Parcel) -> Parcel:
    """Return a parcel that lies at the keeper's point and was refused there."""
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(1))
    return services.refuse(by=cast.keeper.actor, parcel=down, now=later(2))


def told(who: Member) -> int:
    """Return how many refused parcels somebody's first page counts."""
    return next((todo.count for todo in workspaces.of(who.actor)["todo"] if todo.url == REFUSED), 0)


def test_who_plans_tours_and_who_keeps_the_point_are_told_and_nobody_else(cast: Cast, refused: Parcel) -> None:
    counts = {name: told(getattr(cast, name)) for name in ("clerk", "keeper", "neighbour", "stranger", "driver")}
    assert counts == {"clerk": 1, "keeper": 1, "neighbour": 0, "stranger": 0, "driver": 0}
    assert refused.number in cast.clerk.client.get(REFUSED).content.decode()


def test_a_tour_takes_it_back_and_then_nobody_is_told_of_it(
    cast: Cast, places: Places, refused: Parcel, tour: Tour
) -> None:
    assert [row.number for row in queries.waiting_for(tour).parcels] == [refused.number]
    put_on(cast, tour, refused)
    assert (told(cast.clerk), told(cast.keeper)) == (0, 1)

    driver, stop = cast.driver.actor, tour.stops.get(place=2)
    services.start_tour(by=driver, tour=tour, now=later(3))
    services.arrive(by=driver, tour=tour, stop_id=stop.pk, now=later(30))
    services.take_all(by=driver, tour=tour, stop_id=stop.pk, now=later(31))
    services.leave(by=driver, tour=tour, stop_id=stop.pk, now=later(35))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    refused.refresh_from_db()
    assert (refused.unit_at_id, refused.is_refused) == (tour.unit_id, True)
    assert (told(cast.clerk), told(cast.keeper)) == (0, 0)

    services.scan(by=cast.clerk.actor, code=refused.number, kind=ScanKind.RETURNED, unit=places.centre, now=later(70))
    refused.refresh_from_db()
    assert refused.status == ParcelStatus.RETURNED


def test_the_form_says_that_one_of_code_signature_and_photo_is_needed(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(1))
    page = cast.keeper.client.get(f"/logistics/parcels/{down.number}/hand-over/").content.decode()
    assert page.count("one of these is needed") == 3
    assert "optional" not in page
