"""Going through the rows of a large installation in little memory."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

from terrace.kernel.checks import BATCH

M = TypeVar("M", bound=Model)


def chunks(rows: QuerySet[M]) -> Iterator[list[M]]:
    """Yield the rows, which are ordered by their ids, in lists."""
    last = 0
    while found := list(rows.filter(pk__gt=last)[:BATCH]):
        yield found
        last = found[-1].pk
