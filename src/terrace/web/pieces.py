"""What only a first page is put together from: gaps, cards of notices."""

from dataclasses import dataclass
from datetime import date

from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Names, Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A product of which less is offered than wanted in the coming weeks."""

    names: Names
    short: Quantity
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in a line; `fits` says of the reader's own who could be called about it."""

    goods: str
    quantity: Quantity
    closes_on: date
    url: str
    fits: Text = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """A card of notices: what they are, what it says while there are none, and where all of them stand."""

    title: Text
    empty: Text
    url: str
    lines: list[Notice]
