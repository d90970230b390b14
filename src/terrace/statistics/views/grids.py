"""A table of a statement, written once for its page and for paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from terrace.http.small_tables import Cell, Head, plain
from terrace.kernel.words import Text, _


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
        below = [plain(*self._total)] if self.total and self.rows else []
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
