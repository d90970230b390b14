"""A table of a statement, written once for its page and for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from terrace.kernel.words import Text, _

Cell = tuple[Text, str]
"""What stands there, and where it leads, "" for nowhere."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; numbers stand flush right."""

    label: Text
    numeric: bool = False
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells are written already, as `components/table.html` draws it, the oldest row first.

    `total` is the last row, without its first word; `wide` is the column that takes
    the room that is left on paper.
    """

    caption: Text
    columns: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    wide: int
    total: Sequence[Text] = ()

    @property
    def latest_first(self) -> "Grid":
        """The same for the page, where the latest row is what people look for, with the sum below."""
        below = [[(text, "") for text in self._total]] if self.total and self.rows else []
        return Grid(self.caption, self.columns, [*reversed(self.rows), *below], self.wide)

    @property
    def on_paper(self) -> dict[str, Any]:
        """The same as a sheet takes it."""
        return {
            "title": self.caption,
            "heads": [head.label for head in self.columns],
            "right": [place for place, head in enumerate(self.columns) if head.numeric],
            "wide": self.wide,
            "rows": [[text for text, _url in row] for row in self.rows],
            "total": self._total if self.total else None,
        }

    @property
    def _total(self) -> list[Text]:
        return [_("Together"), *self.total]


def plain(*texts: Text) -> list[Cell]:
    """Return cells that lead nowhere."""
    return [(text, "") for text in texts]
