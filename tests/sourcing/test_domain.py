"""The rules of windows and matches, without a database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.clock import weeks
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing.domain import Side, Window, fitness, fits

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(opens=DAYS, length=st.integers(0, 365), steps=st.integers(1, 10**9))
def test_the_weeks_of_a_notice_add_up_to_its_quantity(opens: date, length: int, steps: int) -> None:
    window = Window(opens, opens + timedelta(days=length))
    shares = [window.share(steps, week, week + timedelta(days=6)) for week in weeks(window.opens_on, window.closes_on)]
    assert sum(shares) == steps
    assert min(shares) >= 0


@given(one=DAYS, two=DAYS, length=st.integers(0, 60))
def test_windows_overlap_alike_from_either_side(one: date, two: date, length: int) -> None:
    first, second = Window(one, one + timedelta(days=length)), Window(two, two + timedelta(days=length))
    assert first.overlap(second) == second.overlap(first)
    assert first.overlap(first) == first.days


def _side(**changes: Any) -> Side:
    usual = Side(
        product_id=1,
        variety_id=None,
        quantity=Quantity(1000, Unit.KILOGRAM),
        window=Window(date(2026, 9, 1), date(2026, 9, 10)),
        price_minor=500,
        area_path="621226101200",
    )
    return replace(usual, **changes)


def test_another_product_or_a_contradicting_variety_never_fits() -> None:
    assert not fits(_side(), _side(product_id=2))
    assert not fits(_side(variety_id=1), _side(variety_id=2))
    assert fits(_side(variety_id=1), _side())
    assert fitness(_side(), _side(product_id=2)) == 0


def test_a_perfect_match_has_all_points_and_a_lower_offer_fewer() -> None:
    assert fitness(_side(), _side()) == 100
    assert 0 < fitness(_side(), _side(price_minor=400)) < 100


@given(
    asked=st.none() | st.integers(1, 10**6),
    offered=st.none() | st.integers(1, 10**6),
    steps=st.integers(1, 10**9),
    wanted=st.integers(1, 10**9),
)
def test_fitness_stays_between_nothing_and_a_hundred(asked: int, offered: int, steps: int, wanted: int) -> None:
    supply = _side(price_minor=asked, quantity=Quantity(steps, Unit.KILOGRAM))
    assert 0 <= fitness(supply, _side(price_minor=offered, quantity=Quantity(wanted, Unit.KILOGRAM))) <= 100
