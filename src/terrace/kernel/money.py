"""Money: integer minor units with a currency. No floats, nothing lost to rounding."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Self

from babel import Locale
from babel.numbers import get_currency_precision, get_currency_symbol

from terrace.kernel.shares import largest_remainder
from terrace.kernel.steps import read_steps

SPOKEN = {"CNY": frozenset({"元"})}
"""What a currency is called beside an amount where that is no sign of it."""


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum: a fault of the program, never of its user."""


@cache
def digits(currency: str) -> int:
    """Return how many decimals `currency` has: 2 for CNY, 0 for JPY (ISO 4217 by CLDR)."""
    return get_currency_precision(currency)


@cache
def signs(currency: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return what people of these languages write beside an amount, the longest first: CN¥, CNY, ¥."""
    written = {currency, *(get_currency_symbol(currency, Locale.parse(language, sep="-")) for language in languages)}
    return tuple(sorted(written | SPOKEN.get(currency, frozenset()), key=len, reverse=True))


def without_sign(text: str, currency: str, languages: tuple[str, ...]) -> str:
    """Return what is left of an amount as people write it when the sign of `currency` is taken off its ends."""
    amount = unicodedata.normalize("NFKC", text).strip()
    for sign in signs(currency, languages):
        if amount.startswith(sign) or amount.endswith(sign):
            return amount.removeprefix(sign).removesuffix(sign).strip() or amount
    return amount


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount of one currency in its minor unit: `Money(1250, "CNY")` is 12.50 yuan."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")

    @classmethod
    def parse(cls, text: str | Decimal, currency: str, *, field: str = "") -> Self:
        """Read `"12.50"`; raise `Invalid` when it is no amount or finer than the currency's minor unit."""
        return cls(read_steps(text, digits(currency), field=field), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-digits(self.currency))

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __add__(self, other: "Money") -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> Self:
        return type(self)(self.minor * count, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def per(self, quantity: int, of: int) -> Self:
        """Return `self * quantity / of`, rounded half up once: the price of 800 g at 12.50 a 1,000 g."""
        product = self.minor * quantity
        rounded = (2 * abs(product) + of) // (2 * of)
        return type(self)(rounded if product >= 0 else -rounded, self.currency)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Split by `weights` (integers, not all zero) so that the parts add up to the whole, by largest remainder."""
        return [type(self)(part, self.currency) for part in largest_remainder(self.minor, weights)]

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor
