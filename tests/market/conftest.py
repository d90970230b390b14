"""What the tests of the market share."""

from typing import Any

import pytest

from tests.market.selling import NOW


@pytest.fixture
def autumn(time_machine: Any) -> None:
    """Let it be the day on which apples are sold."""
    time_machine.move_to(NOW, tick=False)
