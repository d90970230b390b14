"""Small tables whose cells are written already, as components/table.html draws them: no list, no sorting, no pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from terrace.kernel.words import Text

Cell = tuple[Text, str]
"""What stands there, and where it leads, "" for nowhere."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; numbers stand flush right."""

    label: Text
    numeric: bool = False
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class Small:
    """A table of a page; the first cell of a row heads it."""

    caption: Text
    columns: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


def plain(*texts: Text) -> list[Cell]:
    """Return cells that lead nowhere."""
    return [(text, "") for text in texts]
