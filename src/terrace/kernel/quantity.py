"""Quantity: integer steps of a unit of measure. Grams, millilitres and pieces, never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from terrace.kernel.shares import largest_remainder
from terrace.kernel.steps import read_steps
from terrace.kernel.words import Choice, Text, _


class Unit(Choice):
    """Units of trade by their UN/CEFACT Recommendation 20 code."""

    KILOGRAM = "KGM", _("kg")
    LITRE = "LTR", _("L")
    PIECE = "C62", _("pieces")

    @property
    def one(self) -> Text:
        """The unit as the price of one names it: "kg", but "piece"."""
        return _("piece") if self is Unit.PIECE else self.label

    @property
    def digits(self) -> int:
        """How many decimals of the unit are kept: grams and millilitres, whole pieces."""
        return 0 if self is Unit.PIECE else 3

    @property
    def steps(self) -> int:
        """How many steps one unit has: 1,000 grams in a kilogram."""
        return int(10**self.digits)


class UnitMismatch(TypeError):
    """Kilograms met pieces: a fault of the program, never of its user."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many steps of a unit: `Quantity(800_000, Unit.KILOGRAM)` is 800 kg."""

    steps: int
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.steps) is not int:
            raise TypeError(f"steps are an int, not {type(self.steps).__name__}")

    @classmethod
    def parse(cls, text: str | Decimal, unit: Unit, *, field: str = "") -> Self:
        """Read `"800"` or `"0.5"` of `unit`; raise `Invalid` when it is no number or finer than a step."""
        return cls(read_steps(text, unit.digits, field=field), unit)

    @property
    def amount(self) -> Decimal:
        """The number of units, exact: 0.5 for 500 g."""
        return Decimal(self.steps).scaleb(-self.unit.digits)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}"

    def __bool__(self) -> bool:
        return self.steps != 0

    def __neg__(self) -> Self:
        return type(self)(-self.steps, self.unit)

    def __add__(self, other: "Quantity") -> Self:
        return type(self)(self.steps + self._same(other), self.unit)

    def __sub__(self, other: "Quantity") -> Self:
        return type(self)(self.steps - self._same(other), self.unit)

    def __mul__(self, count: int) -> Self:
        return type(self)(self.steps * count, self.unit)

    def __lt__(self, other: "Quantity") -> bool:
        return self.steps < self._same(other)

    def __le__(self, other: "Quantity") -> bool:
        return self.steps <= self._same(other)

    def rounded(self) -> Self:
        """Return the quantity as a sum is read: in whole units from ten on, below that in tenths."""
        unit = self.unit.steps
        to = unit if abs(self.steps) >= 10 * unit else max(1, unit // 10)
        return type(self)((self.steps + to // 2) // to * to, self.unit)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Split by `weights` so that the parts add up to the whole, by largest remainder."""
        return [type(self)(part, self.unit) for part in largest_remainder(self.steps, weights)]

    def _same(self, other: "Quantity") -> int:
        if other.unit != self.unit:
            raise UnitMismatch(f"{self.unit} and {other.unit}")
        return other.steps
