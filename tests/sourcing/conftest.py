"""What the tests of sourcing share."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing.services import Terms
from tests import factories

NOW = datetime(2026, 9, 20, 2, tzinfo=UTC)
TODAY = date(2026, 9, 20)


def terms(**changes: Any) -> Terms:
    """Return 800 kg of Fuji apples for the coming week at 5.20 a kilogram, with `changes`."""
    usual: dict[str, Any] = {
        "product": "apple",
        "variety": "fuji",
        "quantity": Quantity(800_000, Unit.KILOGRAM),
        "opens_on": date(2026, 9, 25),
        "closes_on": date(2026, 10, 1),
        "price": Money(520, "CNY"),
    }
    return Terms(**{**usual, **changes})


@pytest.fixture(autouse=True)
def september(time_machine: Any) -> None:
    """Let it be the day of the story."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def apples(db: None) -> None:
    """Put apples into the catalogue."""
    factories.VarietyFactory()
