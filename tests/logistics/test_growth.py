"""Lists ask as often for many rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.logistics import services
from terrace.logistics.domain import Direction
from terrace.logistics.services import NewParcel
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places


def asked(look: Callable[[], object]) -> int:
    """Return how many statements a look takes, the second time."""
    look()
    with CaptureQueriesContext(
        connection,
    ) as statements:
        look()
    return len(statements)


def announce(cast: Cast, places: Places, first: int, last: int) -> None:
    """Announce parcels with the waybills of those numbers."""
    for number in range(first, last):
        new = NewParcel(
            Direction.DOWN,
            f"Recipient {number}",
            "13993901234",
            places.centre.pk,
            900,
            to_unit_id=places.point.pk,
            carrier_id=places.courier.pk,
            waybill=f"SC{number}",
        )
        services.register_parcel(by=cast.clerk.actor, new=new, now=NOON)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/logistics/parcels/", "/api/v1/logistics/parcels", "/logistics/desk/"])
def test_a_list_of_parcels_asks_as_often_for_many_as_for_one(cast: Cast, places: Places, address: str) -> None:
    client = cast.keeper.client
    announce(cast, places, 0, 1)
    alone = asked(lambda: client.get(address))
    announce(cast, places, 1, 20)
    assert asked(lambda: client.get(address)) == alone
