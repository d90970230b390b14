"""Returns: a parcel goes back inside the network, from a point up to the unit that sent it, and ends there."""

from dataclasses import replace
from datetime import time

import pytest

from terrace.kernel.errors import Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import (
    Direction,
    Effect,
    Impossible,
    ParcelDelivered,
    ParcelStatus,
    ScanKind,
)
from terrace.logistics.models import Load, Parcel, ParcelFee, Tour
from terrace.logistics.services import NewParcel, TourGiven
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_mistakes import problems
from tests.logistics.test_parcels import heard
from tests.logistics.test_tours import TODAY, put_on, tour, vehicle  # noqa: F401 - fixtures


def sent_back(cast: Cast, places: Places, **other: object) -> Parcel:
    """Hand goods in at the point that go back to the centre."""
    new = NewParcel(
        Direction.UP, "Lixian shop", "", places.point.pk, 5_300, "return/D-TEST0001", to_unit_id=places.centre.pk
    )
    new = replace(new, **other)
    return services.register_parcel(by=cast.keeper.actor, new=new, now=NOON)


def test_a_return_rides_up_with_a_tour_and_ends_where_it_arrives(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = heard(monkeypatch)
    back = sent_back(cast, places)
    assert back in queries.coming_to(places.centre.pk)
    assert back in queries.waiting_for(tour).parcels
    put_on(cast, tour, back)
    driver = cast.driver.actor
    services.start_tour(by=driver, tour=tour, now=later(1))
    stop = tour.stops.get(place=2)
    services.take_all(by=driver, tour=tour, stop_id=stop.pk, now=later(30))
    services.finish_tour(by=driver, tour=tour, now=later(60))
    back.refresh_from_db()
    assert (back.status, back.unit_at_id, back.ended_at) == (ParcelStatus.DELIVERED, places.centre.pk, later(60))
    assert [type(event) for event in told] == [ParcelDelivered]
    assert not ParcelFee.objects.exists()
    assert not problems()


def test_a_return_that_is_scanned_again_where_it_ended_changes_nothing(cast: Cast, places: Places) -> None:
    back = sent_back(cast, places)
    services.scan(by=cast.packer.actor, code=back.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    row, effect = services.scan(
        by=cast.packer.actor, code=back.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(10)
    )
    assert effect is Effect.REPEAT
    with pytest.raises(Impossible, match="has ended"):
        services.scan(by=cast.keeper.actor, code=back.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(11))
    row.refresh_from_db()
    assert row.status == ParcelStatus.DELIVERED


def test_a_return_that_goes_down_again_rides_from_the_yard_to_its_stop(
    cast: Cast,
    places: Places,
    tour: Tour,  # noqa: F811
) -> None:
    back = sent_back(cast, places, from_unit_id=places.point.pk, to_unit_id=places.station.pk)
    services.scan(by=cast.packer.actor, code=back.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(9))
    given = TourGiven(tour.vehicle_id, tour.driver_id, TODAY, time(14))
    other = services.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)
    services.add_stop(by=cast.clerk.actor, tour=other, version=1, unit_id=places.station.pk)
    assert back in queries.waiting_for(other).parcels
    [load] = put_on(cast, other, back)
    assert (load.take_at_id, load.drop_at_id) == (None, other.stops.get().pk)
    assert Load.objects.count() == 1


def test_no_carrier_takes_a_return_or_tells_of_it(cast: Cast, places: Places) -> None:
    back = sent_back(cast, places)
    with pytest.raises(Invalid, match="inside the network"):
        services.hand_to_carrier(by=cast.keeper.actor, parcel=back, waybill="SC1", carrier_id=places.courier.pk)
    with pytest.raises(Invalid):
        services.carrier_says(by=cast.keeper.actor, parcel=back, status=ParcelStatus.DELIVERED)
    back.refresh_from_db()
    assert (back.waybill, back.status) == ("", ParcelStatus.REGISTERED)


def test_nothing_is_sent_back_to_where_it_lies(cast: Cast, places: Places) -> None:
    with pytest.raises(Invalid, match="lies where it goes"):
        sent_back(cast, places, to_unit_id=places.point.pk)
    assert not Parcel.objects.exists()
