"""What is told late of goods and parcels: an end counts, the way only completes the history, long ago is refused."""

from datetime import timedelta

import pytest

from terrace.kernel.errors import Invalid
from terrace.logistics import services
from terrace.logistics.domain import Effect, ParcelStatus, ScanKind
from terrace.logistics.domain.parcels import LATEST_NEWS
from terrace.logistics.models import Parcel, Scan, Tour
from terrace.traceability import services as tracing
from terrace.traceability.models import Lot
from tests.conftest import Cast
from tests.logistics.conftest import Places, later
from tests.logistics.test_consignments import kg, lot  # noqa: F401 - fixtures
from tests.logistics.test_mistakes import problems
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures


def test_of_goods_that_came_back_the_sound_lots_wait_though_one_was_recalled(
    cast: Cast,
    places: Places,
    lot: Lot,  # noqa: F811
    tour: Tour,  # noqa: F811
) -> None:
    driver = cast.driver.actor
    bad, good = tracing.split_lot(by=cast.keeper.actor, lot=lot, parts=[kg(100), kg(200)], now=later(0))
    goods = services.create_consignment(
        by=cast.keeper.actor,
        from_unit=places.point,
        to_unit=places.centre,
        lots=[(bad.pk, kg(100)), (good.pk, kg(200))],
        crates=9,
        now=later(1),
    )
    services.start_tour(by=driver, tour=tour, now=later(2))
    services.scan(by=driver, code=goods.number, kind=ScanKind.LOADED, tour=tour, now=later(3))
    tracing.recall(by=cast.centre.actor, lot=Lot.objects.get(pk=bad.pk), reason="Bring it back", now=later(4))
    services.scan(by=cast.keeper.actor, code=goods.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))
    with pytest.raises(tracing.SetAside):
        tracing.split_lot(by=cast.keeper.actor, lot=Lot.objects.get(pk=good.pk), parts=[kg(50)], now=later(10))
    assert not problems()


def test_a_delivery_counts_though_it_was_before_the_waybill_was_typed(cast: Cast, up: Parcel) -> None:
    packer = cast.packer.actor
    services.hand_to_carrier(by=packer, parcel=up, waybill="SC77", now=later(60))
    late = services.carrier_says(by=packer, parcel=up, status=ParcelStatus.IN_TRANSIT, at=later(20), now=later(61))
    assert late is Effect.LATE
    services.carrier_says(by=packer, parcel=up, status=ParcelStatus.DELIVERED, at=later(30), now=later(90))
    up.refresh_from_db()
    assert (up.status, up.ended_at) == (ParcelStatus.DELIVERED, later(60))
    assert not problems()


def test_nobody_tells_of_a_moment_long_ago(cast: Cast, places: Places, down: Parcel, up: Parcel) -> None:
    long_ago = later(0) - LATEST_NEWS - timedelta(minutes=1)
    with pytest.raises(Invalid) as refused:
        services.scan(
            by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, at=long_ago, now=later(0)
        )
    assert refused.value.field == "at"
    with pytest.raises(Invalid):
        services.carrier_says(by=cast.packer.actor, parcel=up, status=ParcelStatus.LOST, at=long_ago, now=later(0))
    assert Scan.objects.count() == 2
