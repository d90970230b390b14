"""What must hold in a live database, checked from outside the acts that should keep it so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold: `find` yields the reference of every row for which it does not."""

    name: str
    find: Callable[[], Iterable[str]]


def misplaced(rows: Iterable[tuple[str, str, str]], paths: Mapping[str, str]) -> Iterable[str]:
    """Yield the reference of each `(reference, area code, path)` whose path is not its area's."""
    return (reference for reference, code, path in rows if paths.get(code) != path)
