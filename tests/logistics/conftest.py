"""What the tests of logistics begin with: a carrier that shares the centre's network, units, parcels both ways."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from terrace.logistics import services
from terrace.logistics.domain import Direction
from terrace.logistics.models import Carrier, Parcel
from terrace.logistics.services import NewParcel
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from tests import factories
from tests.conftest import VILLAGE, Cast

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """Return the moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Places:
    """The units of the cast, from the centre down, and a courier company."""

    centre: ServiceUnit
    station: ServiceUnit
    point: ServiceUnit
    courier: Party


@pytest.fixture
def places(cast: Cast) -> Places:
    """Return the units where the cast works, and a courier company that shares the centre's network."""
    units = [ServiceUnit.objects.filter(area_id=code).order_by("id")[0] for code in (VILLAGE[:6], VILLAGE[:9], VILLAGE)]
    area = factories.AreaFactory(code=VILLAGE[:6])
    courier = factories.PartyFactory(area=area, kind="enterprise", name="Swift Crane Express")
    Carrier.objects.create(
        number="Y-TEST0001", party=courier, unit=units[0], area_path=area.path, county_code=area.county_code
    )
    return Places(*units, courier)


@pytest.fixture
def down(cast: Cast, places: Places) -> Parcel:
    """Return a parcel that comes down to the keeper's point, announced by its carrier."""
    new = NewParcel(
        Direction.DOWN,
        recipient="Zhao Suqin",
        phone="13993901234",
        from_unit_id=places.centre.pk,
        to_unit_id=places.point.pk,
        carrier_id=places.courier.pk,
        weight_grams=2_400,
        waybill="SC100200300",
    )
    return services.register_parcel(by=cast.clerk.actor, new=new, now=NOON)


@pytest.fixture
def up(cast: Cast, places: Places) -> Parcel:
    """Return a parcel with apples that goes up from the centre to a buyer."""
    new = NewParcel(
        Direction.UP,
        recipient="Chen Min",
        phone="13800138000",
        region="Shanghai, Pudong",
        address="1 Century Avenue",
        from_unit_id=places.centre.pk,
        carrier_id=places.courier.pk,
        weight_grams=5_300,
        reference="order/O-TEST0001",
    )
    return services.register_parcel(by=cast.packer.actor, new=new, now=NOON)
