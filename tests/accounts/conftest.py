"""What the tests of accounts share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_tries() -> None:
    """Forget how often this address has signed in: one test's tries are not another's."""
    cache.clear()
