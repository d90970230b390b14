"""What the first page of who plans tours opens on: what waits for one, and what went missing or broke."""

import pytest

from terrace.logistics import queries, services
from terrace.logistics.domain import ScanKind
from terrace.logistics.models import Parcel, Tour
from terrace.web import workspaces
from tests.conftest import Cast, Member
from tests.logistics.conftest import Places, later
from tests.logistics.test_tours import put_on, tour, vehicle

__all__ = ["tour", "vehicle"]


def told(who: Member, url: str) -> int:
    """Return how many things somebody's first page counts that lead to `url`."""
    return next((todo.count for todo in workspaces.of(who.actor)["todo"] if todo.url == url), 0)


def test_what_waits_is_told_to_who_plans_tours_until_it_rides_on_one(cast: Cast, down: Parcel, tour: Tour) -> None:
    plans = "/logistics/tours/"
    assert {name: told(getattr(cast, name), plans) for name in ("clerk", "keeper", "driver", "stranger")} == {
        "clerk": 1,
        "keeper": 0,
        "driver": 0,
        "stranger": 0,
    }
    put_on(cast, tour, down)
    assert told(cast.clerk, plans) == 0


def test_a_parcel_at_the_point_it_goes_to_waits_for_no_tour(cast: Cast, places: Places, down: Parcel) -> None:
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(1))
    assert queries.waiting_below(cast.clerk.actor) == 0


@pytest.mark.parametrize("kind", [ScanKind.MISSING, ScanKind.DAMAGED])
def test_parcels_in_trouble_are_told_to_who_plans_tours(
    cast: Cast, places: Places, down: Parcel, kind: ScanKind
) -> None:
    services.scan(by=cast.clerk.actor, code=down.number, kind=kind, unit=places.centre, now=later(1))
    url = f"/logistics/parcels/?status={kind.value}"
    assert (told(cast.clerk, url), told(cast.stranger, url)) == (1, 0)
    assert down.number in cast.clerk.client.get(url).content.decode()
    assert queries.waiting_below(cast.clerk.actor) == 0
