"""What a refusal leaves: every row of the rooms that it concerns as it was, and no entry in the audit."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps

ALWAYS = ("audit", "messaging")
"""Nothing is recorded of what was refused, and nobody is told of it."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def rows_of(*rooms: str) -> Rows:
    """Return all rows of the rooms, of the audit and of what people were told, by table."""
    models = [model for room in (*rooms, *ALWAYS) for model in apps.get_app_config(room).get_models()]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values()) for model in models}


@contextmanager
def nothing_changes(*rooms: str) -> Iterator[None]:
    """Hold the rows after what is done here against those from before, table by table."""
    before = rows_of(*rooms)
    yield
    for table, rows in rows_of(*rooms).items():
        assert rows == before[table], table
