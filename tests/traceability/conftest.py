"""What the tests of traceability share: a September day, apples, and lots of them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.network.models import ServiceUnit
from terrace.traceability import services
from terrace.traceability.models import Lot, LotEntry, LotEvent
from tests import factories
from tests.conftest import VILLAGE, Cast

NOW = datetime(2026, 9, 20, 2, tzinfo=UTC)
HARVEST = date(2026, 9, 18)


def kilos(number: int) -> Quantity:
    """Return so many kilograms."""
    return Quantity(number * 1000, Unit.KILOGRAM)


def point_of(cast: Cast) -> ServiceUnit:
    """Return the keeper's point."""
    return ServiceUnit.objects.get(area_path=VILLAGE)


def books() -> tuple[int, int, int, int]:
    """Return how many lots, events, entries and acts are written: what a refusal leaves as it was."""
    return Lot.objects.count(), LotEvent.objects.count(), LotEntry.objects.count(), Act.objects.count()


def taken_in(cast: Cast, kilograms: int = 800, **changes: Any) -> Lot:
    """Return a lot of the farmer's Fuji that the buyer bought and the keeper's point took in, with `changes`."""
    variety = factories.VarietyFactory()
    assert cast.farmer.party
    assert cast.buyer.party
    usual: dict[str, Any] = {
        "product_id": variety.product_id,
        "variety_id": variety.pk,
        "quantity": kilos(kilograms),
        "producer_id": cast.farmer.party.pk,
        "owner_id": cast.buyer.party.pk,
        "area_id": VILLAGE,
        "unit_id": point_of(cast).pk,
        "harvested_on": HARVEST,
    }
    return services.create_lot(by=SYSTEM, new=services.NewLot(**{**usual, **changes}), now=NOW)


@pytest.fixture(autouse=True)
def september(time_machine: Any) -> None:
    """Let it be the day of the story."""
    time_machine.move_to(NOW, tick=False)
