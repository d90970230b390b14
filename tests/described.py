"""The REST interface as it describes itself: made once for each process, for to make it takes seconds."""

from functools import cache
from typing import Any

from terrace.config.api import api


@cache
def description() -> dict[str, Any]:
    """Return the description, which nobody may change."""
    found: dict[str, Any] = api.get_openapi_schema()
    return found
