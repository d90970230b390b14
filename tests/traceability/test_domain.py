"""The rules of lots, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Invalid
from terrace.traceability.domain import EventKind, Measure, Result, check_results, less, mixture, share_of

ORIGINS = st.dictionaries(st.integers(1, 50), st.integers(1, 10**6), min_size=1, max_size=20)


@given(ORIGINS, st.data())
def test_the_origins_of_a_part_add_up_and_keep_the_mixture(origins: dict[int, int], data: st.DataObject) -> None:
    whole = sum(origins.values())
    part = data.draw(st.integers(1, whole))
    shares = share_of(origins, part)
    assert sum(shares.values()) == part
    assert all(shares.values())
    for root, steps in origins.items():
        assert abs(shares.get(root, 0) * whole - steps * part) < whole, "within a step of its exact share"


@given(ORIGINS, st.data())
def test_however_a_mixture_is_sold_each_origin_gives_all_that_it_has(
    origins: dict[int, int], data: st.DataObject
) -> None:
    left, sold = origins, []
    while left:
        most = sum(left.values())
        sold.append(share_of(left, data.draw(st.integers(max(1, most // 3), most))))
        assert all(steps <= left[root] for root, steps in sold[-1].items())
        left = less(left, sold[-1])
    assert mixture(sold) == origins


@given(st.lists(ORIGINS, min_size=1, max_size=5))
def test_a_mixture_has_all_of_its_parts(parts: list[dict[int, int]]) -> None:
    mixed = mixture(parts)
    assert sum(mixed.values()) == sum(sum(part.values()) for part in parts)
    assert set(mixed) == {root for part in parts for root in part}


@pytest.mark.parametrize(
    ("measure", "value", "limit", "passed"),
    [
        (Measure.SUGAR, "12", "12", True),
        (Measure.SUGAR, "11.9", "12", False),
        (Measure.RESIDUES, "0.02", "0.02", True),
        (Measure.DEFECTS, "5.1", "5", False),
        (Measure.MOISTURE, "14", "14", True),
    ],
)
def test_sugar_is_at_least_its_limit_and_all_else_at_most(
    measure: Measure, value: str, limit: str, passed: bool
) -> None:
    assert Result(measure, Decimal(value), Decimal(limit)).has_passed is passed


def test_without_a_limit_somebody_says_whether_it_passed() -> None:
    assert Result(Measure.RESIDUES, Decimal(0), passed=True).has_passed
    with pytest.raises(Invalid) as refused:
        check_results([Result(Measure.RESIDUES, Decimal(0))])
    assert refused.value.field == "residues_limit"


def test_what_moves_mass_is_never_just_noted() -> None:
    assert [kind for kind in EventKind if kind.moves_mass and kind.is_noted] == []
