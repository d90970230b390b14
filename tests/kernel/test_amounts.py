"""Money and quantities: exact, whole, and lost to nobody's rounding."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Invalid
from terrace.kernel.money import CurrencyMismatch, Money
from terrace.kernel.quantity import Quantity, Unit, UnitMismatch
from terrace.kernel.shares import largest_remainder

WHOLE = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(WHOLE, WEIGHTS)
def test_the_parts_add_up_to_the_whole(whole: int, weights: list[int]) -> None:
    assert sum(largest_remainder(whole, weights)) == whole


@given(WHOLE, WEIGHTS)
def test_a_part_is_less_than_one_step_from_its_exact_share(whole: int, weights: list[int]) -> None:
    exact = [Fraction(whole * weight, sum(weights)) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(largest_remainder(whole, weights), exact, strict=True))


@given(WHOLE, WEIGHTS)
def test_who_has_no_weight_gets_nothing(whole: int, weights: list[int]) -> None:
    parts = largest_remainder(whole, weights)
    assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)


@given(st.integers(0, 10**15), WEIGHTS)
def test_a_heavier_part_is_never_the_smaller(whole: int, weights: list[int]) -> None:
    pairs = sorted(zip(weights, largest_remainder(whole, weights), strict=True))
    assert all(one[1] <= other[1] for one, other in pairwise(pairs) if one[0] < other[0])


@given(WHOLE, WEIGHTS)
def test_taking_back_a_split_is_its_mirror_image(whole: int, weights: list[int]) -> None:
    assert largest_remainder(-whole, weights) == [-part for part in largest_remainder(whole, weights)]


@pytest.mark.parametrize(
    ("whole", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1, [1, 1], [1, 0]),
        (0, [3, 4], [0, 0]),
        (7, [5], [7]),
        (10, [70, 20, 10], [7, 2, 1]),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders_the_earlier_first(
    whole: int, weights: list[int], parts: list[int]
) -> None:
    assert largest_remainder(whole, weights) == parts


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [-1]])
def test_refuses_weights_that_say_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        largest_remainder(100, weights)


@given(WHOLE, WEIGHTS)
def test_money_and_quantities_split_alike(whole: int, weights: list[int]) -> None:
    money, quantity = Money(whole, "CNY"), Quantity(whole, Unit.KILOGRAM)
    assert [part.minor for part in money.split(weights)] == largest_remainder(whole, weights)
    assert [part.steps for part in quantity.split(weights)] == largest_remainder(whole, weights)
    assert {part.currency for part in money.split(weights)} == {"CNY"}


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.50", "CNY", 1250), ("12.5", "CNY", 1250), ("0", "CNY", 0), ("-3.01", "CNY", -301), ("1250", "JPY", 1250),
     ("1.234", "KWD", 1234), (" 7. ", "CNY", 700), (".5", "CNY", 50)],
)  # fmt: skip
def test_money_is_read_in_the_currencys_own_minor_unit(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text", ["", "a", "1,5", "12.505", "NaN", "Infinity", "0x10", "1 2", "1e5", "1E2", "1_000", "."]
)
def test_refuses_what_is_no_amount_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Money.parse(text, "CNY", field="price")
    assert refused.value.field == "price"


@pytest.mark.parametrize("text", ["", "a", "0.0005", "NaN", "-Infinity", "1e5", "1_000"])
def test_refuses_what_is_no_quantity_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        Quantity.parse(text, Unit.KILOGRAM, field="quantity")
    assert refused.value.field == "quantity"


@pytest.mark.parametrize("text", ["12.5" + "0" * 28 + "1", "1e-999999999", "0.001"])
def test_no_decimal_is_lost_unsaid_however_long_the_number(text: str) -> None:
    with pytest.raises(Invalid):
        Money.parse(text, "CNY")


@pytest.mark.parametrize("text", ["1e999999999", "-1e999999999", "9" * 40, "1e30", "10000000000000.01"])
def test_refuses_an_amount_beyond_all_trade(text: str) -> None:
    with pytest.raises(Invalid):
        Money.parse(text, "CNY")
    with pytest.raises(Invalid):
        Quantity.parse(text, Unit.KILOGRAM)


@given(WHOLE)
def test_an_amount_is_written_as_it_is_read(minor: int) -> None:
    money, quantity = Money(minor, "CNY"), Quantity(minor, Unit.LITRE)
    assert Money.parse(money.amount, "CNY") == money
    assert Quantity.parse(quantity.amount, Unit.LITRE) == quantity


@given(WHOLE, WHOLE)
def test_sums_and_order_are_those_of_whole_numbers(one: int, other: int) -> None:
    a, b = Money(one, "CNY"), Money(other, "CNY")
    assert (a + b).minor == one + other
    assert (a - b).minor == one - other
    assert (a < b, a <= b) == (one < other, one <= other)
    assert bool(a) is bool(one)
    assert -a == a * -1
    x, y = Quantity(one, Unit.PIECE), Quantity(other, Unit.PIECE)
    assert ((x + y).steps, (x - y).steps, (-x).steps, (x * 3).steps) == (one + other, one - other, -one, one * 3)
    assert (x < y, x <= y, bool(x)) == (one < other, one <= other, bool(one))


@pytest.mark.parametrize(
    "act",
    [
        lambda: Money(1, "CNY") + Money(1, "USD"),
        lambda: Money(1, "CNY") - Money(1, "USD"),
        lambda: Money(1, "CNY") < Money(1, "USD"),
        lambda: Money(1, "CNY") <= Money(1, "USD"),
    ],
)
def test_two_currencies_never_meet(act: Callable[[], Any]) -> None:
    with pytest.raises(CurrencyMismatch):
        act()


@pytest.mark.parametrize(
    "act",
    [
        lambda: Quantity(1, Unit.KILOGRAM) + Quantity(1, Unit.PIECE),
        lambda: Quantity(1, Unit.KILOGRAM) <= Quantity(1, Unit.LITRE),
    ],
)
def test_kilograms_and_pieces_never_meet(act: Callable[[], Any]) -> None:
    with pytest.raises(UnitMismatch):
        act()


@pytest.mark.parametrize("amount", [1.0, True, Decimal(1), "1"])
def test_amounts_are_made_of_whole_numbers_only(amount: Any) -> None:
    with pytest.raises(TypeError):
        Money(amount, "CNY")
    with pytest.raises(TypeError):
        Quantity(amount, Unit.PIECE)


@given(st.integers(0, 10**9), st.integers(0, 10**7))
def test_a_price_for_part_of_a_unit_is_rounded_once_and_half_up(minor: int, grams: int) -> None:
    exact = Fraction(minor * grams, 1000)
    assert Money(minor, "CNY").per(grams, 1000).minor == floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(("minor", "grams", "price"), [(1250, 800, 1000), (5, 100, 1), (5, 99, 0), (-5, 100, -1)])
def test_the_price_of_eight_hundred_grams(minor: int, grams: int, price: int) -> None:
    assert Money(minor, "CNY").per(grams, 1000) == Money(price, "CNY")


@pytest.mark.parametrize(
    ("grams", "read"), [(11_813_143, 11_813_000), (-12_622_500, -12_622_000), (9_960, 10_000), (560, 600), (0, 0)]
)
def test_a_sum_is_read_in_whole_units_and_a_small_one_in_tenths(grams: int, read: int) -> None:
    assert Quantity(grams, Unit.KILOGRAM).rounded().steps == read
    assert Quantity(7, Unit.PIECE).rounded().steps == 7


def test_amounts_are_told_with_their_unit() -> None:
    assert str(Money(1250, "CNY")) == "12.50 CNY"
    assert str(Quantity(500, Unit.KILOGRAM)) == "0.500 KGM"
    assert (Unit.KILOGRAM.steps, Unit.PIECE.steps) == (1000, 1)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", {Unit.KILOGRAM: ("kg", "kg"), Unit.LITRE: ("L", "L"), Unit.PIECE: ("pieces", "piece")}),
        ("zh-hans", {Unit.KILOGRAM: ("公斤", "公斤"), Unit.LITRE: ("升", "升"), Unit.PIECE: ("个", "个")}),
    ],
)
def test_a_unit_is_written_so_that_nobody_reads_a_one_or_a_parcel(
    language: str, words: dict[Unit, tuple[str, str]]
) -> None:
    with translation.override(language):
        assert {unit: (str(unit.label), str(unit.one)) for unit in Unit} == words
