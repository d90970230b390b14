"""A unit is not closed over what lies there or is on its way there: it says what, and nothing changes."""

from datetime import time

import pytest

from terrace.logistics import services as logistics
from terrace.logistics.domain import ScanKind
from terrace.logistics.models import Parcel
from terrace.logistics.services import TourGiven, VehicleGiven
from terrace.network import services
from terrace.network.models import ServiceUnit
from terrace.network.services import UnitInUse
from terrace.traceability.domain import LossReason
from terrace.traceability.models import Lot
from terrace.traceability.services import lose
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.traceability.conftest import taken_in


def _refused(cast: Cast, unit: ServiceUnit) -> str:
    """Return why the unit cannot be closed, having seen that it stayed as it was, on its page too."""
    before = ServiceUnit.objects.filter(pk=unit.pk).values().get()
    with pytest.raises(UnitInUse) as refusal:
        services.close_unit(by=cast.centre.actor, unit=unit, version=unit.version)
    answer = cast.centre.client.post(f"/network/units/{unit.number}/close/", {"version": unit.version})
    assert answer.status_code == 422
    assert str(refusal.value.message) in answer.content.decode()
    assert ServiceUnit.objects.filter(pk=unit.pk).values().get() == before
    unit.refresh_from_db()
    return str(refusal.value.message)


def _close(cast: Cast, unit: ServiceUnit) -> None:
    services.close_unit(by=cast.centre.actor, unit=unit, version=unit.version)
    assert not ServiceUnit.objects.get(pk=unit.pk).is_open


def test_a_point_to_which_a_parcel_goes_stays_open(cast: Cast, places: Places, down: Parcel) -> None:
    assert "Parcels and consignments lie there or go there: 1 and 0." in _refused(cast, places.point)
    logistics.scan(by=cast.clerk.actor, code=down.number, kind=ScanKind.LOST, unit=places.centre, now=later(5))
    _close(cast, places.point)


def test_a_unit_at_which_a_parcel_lies_stays_open(cast: Cast, places: Places, up: Parcel) -> None:
    logistics.scan(by=cast.station.actor, code=up.number, kind=ScanKind.ARRIVED, unit=places.station, now=later(5))
    assert "1 and 0" in _refused(cast, places.station)


def test_a_unit_at_which_a_tour_will_stop_stays_open(cast: Cast, places: Places) -> None:
    vehicle = logistics.add_vehicle(
        by=cast.clerk.actor, unit_id=places.centre.pk, given=VehicleGiven("甘K 12345", 800_000)
    )
    given = TourGiven(vehicle.pk, cast.driver.person.pk, NOON.date(), time(8))
    tour = logistics.plan_tour(by=cast.clerk.actor, unit_id=places.centre.pk, given=given, now=NOON)
    logistics.add_stop(by=cast.clerk.actor, tour=tour, version=1, unit_id=places.point.pk)
    assert "Tours will stop there: 1." in _refused(cast, places.point)
    logistics.cancel_tour(by=cast.clerk.actor, tour=tour, version=2, now=NOON)
    _close(cast, places.point)


def test_a_point_at_which_goods_lie_stays_open_until_they_are_gone(cast: Cast, places: Places) -> None:
    lot = taken_in(cast)
    assert "Lots lie there: 1." in _refused(cast, places.point)
    lose(by=cast.keeper.actor, lot=lot, quantity=Lot.objects.get(pk=lot.pk).left, reason=LossReason.ROTTEN)
    _close(cast, places.point)
