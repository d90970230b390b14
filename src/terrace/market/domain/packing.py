"""Packing an order: which pieces of which lots go into which parcel. Nothing is left over, nothing is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terrace.kernel.actors import EVERYWHERE
from terrace.kernel.shares import largest_remainder

MOST_PARCELS = 50
HEAVIEST_GRAMS = 100_000
"""No courier takes a parcel of more than 100 kg; a weight above it was typed in grams."""
LEAST_TENTHS = 9
"""So many tenths of what was put into it a parcel weighs at least: goods dry out, but not by more."""
WRAPPING_GRAMS = 500
"""What box and padding weigh about, until somebody puts the parcel on the scales."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """So many steps of a lot; `lot_id` is None where the seller packs what was never in a lot."""

    lot_id: int | None
    steps: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an order line is packed from: `pieces` of the offer, `content` steps in each, drawn from lots in order."""

    line_id: int
    pieces: int
    content: int
    drawn: tuple[Drawn, ...]

    @property
    def steps(self) -> int:
        """How much the line needs."""
        return self.pieces * self.content


@dataclass(frozen=True, slots=True)
class Content:
    """What lies in one parcel of one line and one lot."""

    line_id: int
    lot_id: int | None
    steps: int


@dataclass(frozen=True, slots=True)
class Box:
    """A parcel as it was packed, with its weight on the scales."""

    contents: tuple[Content, ...]
    weight_grams: int


def first_in_first_out(need: int, stock: Iterable[tuple[int, int]]) -> tuple[Drawn, ...]:
    """Draw `need` steps from `(lot, left)` pairs in their order; less where they do not hold as much."""
    drawn: list[Drawn] = []
    for lot_id, left in stock:
        steps = min(need, left)
        if steps > 0:
            drawn.append(Drawn(lot_id, steps))
            need -= steps
    return tuple(drawn)


def into_boxes(lines: Sequence[Chosen], boxes: int) -> list[tuple[Content, ...]]:
    """Lay the pieces of all lines into as many boxes, evenly, in their order, each piece drawn from its line's lots.

    What `drawn` holds is laid out whole: with other sums than the lines need the contents have them too, for
    `pack_order` to refuse. More boxes than pieces leave boxes empty, which it refuses as well.
    """
    pieces = [(line.line_id, line.content) for line in lines for _piece in range(line.pieces)]
    stocks = {line.line_id: list(line.drawn) for line in lines}
    laid: list[list[Content]] = []
    for size in largest_remainder(len(pieces), [1] * boxes):
        here, pieces = pieces[:size], pieces[size:]
        laid.append([Content(line, d.lot_id, d.steps) for line, need in here for d in _take(stocks[line], need)])
    laid[-1] += [Content(line, d.lot_id, d.steps) for line, stock in stocks.items() for d in stock]
    return [summed(contents) for contents in laid]


def _take(stock: list[Drawn], need: int) -> list[Drawn]:
    """Take `need` steps off the front of `stock`, or what there is."""
    taken: list[Drawn] = []
    while need > 0 and stock:
        first = stock.pop(0)
        steps = min(need, first.steps)
        if first.steps > steps:
            stock.insert(0, Drawn(first.lot_id, first.steps - steps))
        taken.append(Drawn(first.lot_id, steps))
        need -= steps
    return taken


def summed(contents: Iterable[Content]) -> tuple[Content, ...]:
    """Return the contents with each line and lot named once, in the order in which they came first."""
    steps: dict[tuple[int, int | None], int] = {}
    for one in contents:
        steps[one.line_id, one.lot_id] = steps.get((one.line_id, one.lot_id), 0) + one.steps
    return tuple(Content(line_id, lot_id, amount) for (line_id, lot_id), amount in steps.items())


def common_path(paths: Iterable[str]) -> str:
    """Return the path that all `paths` begin with."""
    found = list(paths)
    low, high = min(found, default=EVERYWHERE), max(found, default=EVERYWHERE)
    same = next((place for place, sign in enumerate(low) if place >= len(high) or sign != high[place]), len(low))
    return low[:same]
