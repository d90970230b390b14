"""What must hold in a live database, checked from outside the acts that should keep it so."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold: `find` yields the reference of every row for which it does not."""

    name: str
    find: Callable[[], Iterable[str]]


def batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield rows a thousand at a time: a table that grows for ever does not fit in memory."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def misplaced(rows: Iterable[tuple[str, str, str]], paths: Mapping[str, str]) -> Iterable[str]:
    """Yield the reference of each `(reference, area code, path)` whose path is not its area's."""
    return (reference for reference, code, path in rows if paths.get(code) != path)
