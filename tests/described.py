"""The REST interface as it describes itself."""

from typing import Any

from terrace.config.api import api


def description() -> dict[str, Any]:
    """Return the description, which nobody may change: the program makes it once."""
    found: dict[str, Any] = api.get_openapi_schema()
    return found
