"""Small tables of an order's pages, as components/table.html draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from terrace.http import written
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.market.models import OrderLine

Cell = tuple[Text, str]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head."""

    label: Text
    numeric: bool = False
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class Small:
    """A table whose cells are written already: (text, address or "")."""

    caption: Text
    columns: tuple[Head, ...]
    rows: Sequence[Sequence[Cell]]


def of_lines(lines: Sequence[OrderLine], currency: str) -> Small:
    """Return what was bought: goods, how many, how much that is, and what it cost."""
    rows = [
        (
            (line.title, ""),
            (written.number(line.quantity), ""),
            (written.quantity(line.content), ""),
            (written.money(Money(line.amount_minor, currency)), ""),
        )
        for line in lines
    ]
    heads = (Head(_("Goods")), Head(_("Count"), True), Head(_("Quantity"), True), Head(_("Amount"), True))
    return Small(_("What was bought"), heads, rows)
