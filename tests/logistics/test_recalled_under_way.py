"""Goods that are recalled under way and come back wait for their consignment all the same, should the recall end."""

from datetime import datetime
from typing import Any

import pytest

from terrace.kernel.actors import SYSTEM
from terrace.logistics import services
from terrace.logistics.domain import ConsignmentStatus, ScanKind
from terrace.logistics.models import Consignment, Tour
from terrace.traceability import services as tracing
from terrace.traceability.models import Lot
from terrace.traceability.services import SetAside
from tests.conftest import Cast
from tests.logistics.conftest import NOON, Places, later
from tests.logistics.test_tours import tour, vehicle  # noqa: F401 - fixtures
from tests.planted import found
from tests.traceability.conftest import kilos, taken_in


@pytest.fixture
def lot(cast: Cast, places: Places, time_machine: Any) -> Lot:
    """Return 100 kg at the point."""
    time_machine.move_to(NOON, tick=False)
    return taken_in(cast, 100, unit_id=places.point.pk)


@pytest.fixture
def goods(cast: Cast, places: Places, tour: Tour, lot: Lot) -> Consignment:  # noqa: F811
    """Return a consignment of all of it, on a tour that has loaded it."""
    made = services.create_consignment(
        by=cast.keeper.actor, from_unit=places.point, to_unit=places.centre, lots=[(lot.pk, kilos(100))], now=later(1)
    )
    tour.refresh_from_db()
    services.assign(by=cast.clerk.actor, tour=tour, version=tour.version, codes=[made.number])
    services.start_tour(by=cast.driver.actor, tour=tour, now=later(2))
    _scan(cast.driver.actor, made, ScanKind.LOADED, later(3), tour=tour)
    return made


def _scan(by: Any, goods: Consignment, kind: ScanKind, now: datetime, **where: Any) -> None:
    services.scan(by=by, code=goods.number, kind=kind, now=now, **where)


def test_nothing_is_taken_of_what_came_back(cast: Cast, places: Places, lot: Lot, goods: Consignment) -> None:
    tracing.recall(by=cast.packer.actor, lot=lot, reason="Residues", now=later(4))
    _scan(cast.keeper.actor, goods, ScanKind.ARRIVED, later(5), unit=places.point)
    assert found() == {}

    tracing.end_recall(by=cast.packer.actor, lot=lot, now=later(6))

    goods.refresh_from_db()
    lot.refresh_from_db()
    assert (goods.status, lot.set_aside_for) == (ConsignmentStatus.WAITING, f"consignment/{goods.number}")
    assert found() == {}
    with pytest.raises(SetAside):
        tracing.pack(by=SYSTEM, lot_id=lot.pk, quantity=kilos(60), reference="parcel/W-9", now=later(7))
