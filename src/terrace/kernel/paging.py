"""Pages of a list."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)

SIZES = (25, 50, 100)
"""How many rows a page may have; the first is the default."""
REACH = 2
"""How many pages are offered on either side of the one that is shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of a list of `total` rows in pages of `size`, or of more where nobody counted on."""

    number: int
    size: int
    total: int
    is_more: bool = False

    @classmethod
    def of(cls, *, total: int, number: int = 1, size: int = SIZES[0]) -> "Page":
        """Return the wanted page, or the nearest that exists."""
        last = max(1, -(-total // size))
        return cls(number=min(max(1, number), last), size=size, total=total)

    @classmethod
    def counting(cls, count: Callable[[int], int], *, most: int, number: int = 1, size: int = SIZES[0]) -> "Page":
        """Return the wanted page of a list that is counted to `most`, or as far as the pages after the wanted one.

        `count` counts rows up to a number of them, so that a list that grows for ever takes no longer for that.
        """
        bound = max(most, (number + REACH) * size)
        found = count(bound + 1)
        return replace(cls.of(total=min(found, bound), number=number, size=size), is_more=found > bound)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """Offset of the page's first row, from 0."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        """Offset after the page's last row."""
        return min(self.start + self.size, self.total)

    @property
    def first(self) -> int:
        """Number of the page's first row as people count, 0 when there is none."""
        return self.start + 1 if self.total else 0

    def window(self, reach: int = REACH) -> list[int]:
        """Return the page numbers to offer around this one."""
        return list(range(max(1, self.number - reach), min(self.pages, self.number + reach) + 1))


class Rows(Protocol[T_co]):
    """What is listed page by page: rows of the database, or `Computed` ones."""

    def count(self) -> int:
        """Return how many rows there are."""

    def __getitem__(self, part: slice, /) -> Iterable[T_co]:
        """Return the rows of one page."""

    def iterator(self, chunk_size: int) -> Iterator[T_co]:
        """Yield all rows."""


@dataclass(frozen=True, slots=True)
class Computed(Generic[T_co]):
    """Rows that no table holds, worked out and put in order already."""

    rows: Sequence[T_co]

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    def __getitem__(self, part: slice) -> Sequence[T_co]:
        return self.rows[part]

    def iterator(self, chunk_size: int) -> Iterator[T_co]:
        """Yield all rows."""
        return iter(self.rows)
