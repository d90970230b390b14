"""Amounts in the smallest units, as the books keep them."""

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit


def fen(number: int) -> Money:
    """Return so many fen."""
    return Money(number, "CNY")


def grams(number: int) -> Quantity:
    """Return so many grams."""
    return Quantity(number, Unit.KILOGRAM)
