"""What the tests of accounts share."""

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _no_memory_of_earlier_tries() -> None:
    """Forget which sessions this process has seen; tries to sign in are rows, undone with each test."""
    caches["process"].clear()
