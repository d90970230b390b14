"""How an order's money is shared: by tables, and by what must always hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.ledger.domain import Part
from terrace.market.domain.settling import (
    PRIORITY,
    Due,
    Receiver,
    ReceiverKind,
    Rule,
    Share,
    by_weight,
    next_part,
    part_of_goods,
    split,
)
from tests.amounts import fen

SELLER = Receiver(ReceiverKind.PARTY, 1)


def due(part: Part, minor: int, receiver: int = 2) -> Due:
    """Return what a party is due, whatever the rule."""
    return Due(part, Receiver(ReceiverKind.PARTY, receiver), fen(minor), Rule.TARIFF, {})


def told(shares: list[Share]) -> list[tuple[str, int, int]]:
    """Return part, amount and what is missing of each share."""
    return [(share.due.part.value, share.amount.minor, share.missing.minor) for share in shares]


@pytest.mark.parametrize(
    ("escrow", "dues", "expected"),
    [
        (10_000, [], [("seller", 10_000, 0)]),
        (0, [], [("seller", 0, 0)]),
        (
            6_000,
            [due(Part.PLATFORM, 120), due(Part.GROWER, 3_400), due(Part.CARRIER, 500)],
            [("grower", 3_400, 0), ("carrier", 500, 0), ("platform", 120, 0), ("seller", 1_980, 0)],
        ),
        (
            3_500,
            [due(Part.GROWER, 3_400), due(Part.CARRIER, 500), due(Part.PACKING, 100)],
            [("grower", 3_400, 0), ("carrier", 100, 400), ("packing", 0, 100), ("seller", 0, 0)],
        ),
        (
            100,
            [due(Part.GROWER, 100, 2), due(Part.GROWER, 100, 3), due(Part.GROWER, 100, 4)],
            [("grower", 34, 66), ("grower", 33, 67), ("grower", 33, 67), ("seller", 0, 0)],
        ),
        (0, [due(Part.GROWER, 5)], [("grower", 0, 5), ("seller", 0, 0)]),
    ],
    ids=["nobody else", "nothing left", "all covered", "cut in order", "cut in proportion", "refunded in full"],
)
def test_money_is_shared_in_order_as_far_as_it_lasts(
    escrow: int, dues: list[Due], expected: list[tuple[str, int, int]]
) -> None:
    assert told(split(fen(escrow), dues, SELLER)) == expected


def test_the_rest_of_the_seller_says_from_what_it_is_left() -> None:
    shares = split(fen(1_000), [due(Part.CARRIER, 300), due(Part.PLATFORM, 20)], SELLER)
    assert shares[-1].due.rule is Rule.REST
    assert shares[-1].due.numbers == {"whole": 1_000, "others": 320}


@pytest.mark.parametrize(
    ("escrow", "wrong"), [(-1, due(Part.GROWER, 1)), (1, due(Part.GROWER, -1)), (1, due(Part.BUYER, 1))]
)
def test_what_cannot_be_shared_is_a_fault(escrow: int, wrong: Due) -> None:
    with pytest.raises(ValueError, match=r"nobody is due|not in tuple"):
        split(fen(escrow), [wrong], SELLER)


amounts = st.integers(0, 10**9)
any_dues = st.lists(st.builds(due, st.sampled_from(PRIORITY), amounts, st.integers(2, 9)), max_size=12)


@given(amounts, any_dues)
def test_nothing_is_lost_and_nobody_pays(escrow: int, dues: list[Due]) -> None:
    shares = split(fen(escrow), dues, SELLER)
    assert sum(share.amount.minor for share in shares) == escrow
    assert all(0 <= share.amount.minor <= share.due.amount.minor for share in shares)
    assert sorted(id(share.due) for share in shares[:-1]) == sorted(id(one) for one in dues)


@given(amounts, any_dues)
def test_nobody_gets_before_those_who_go_first_have_all(escrow: int, dues: list[Due]) -> None:
    shares = split(fen(escrow), dues, SELLER)
    short = {share.due.part for share in shares if share.missing}
    assert len(short) == 0 or shares[-1].amount.minor == 0
    if short:
        first = min(PRIORITY.index(part) for part in short)
        later = [share for share in shares[:-1] if PRIORITY.index(share.due.part) > first]
        assert all(share.amount.minor == 0 for share in later)
        earlier = [share for share in shares[:-1] if PRIORITY.index(share.due.part) < first]
        assert all(not share.missing for share in earlier)


@given(amounts, st.lists(st.integers(1, 10**6), min_size=1, max_size=20))
def test_a_purchase_sold_in_many_orders_is_paid_for_exactly(whole: int, sold: list[int]) -> None:
    bought, before, paid = sum(sold), 0, 0
    for steps in sold:
        part = next_part(fen(whole), fen(paid), before + steps, bought).minor
        assert part >= 0
        paid, before = paid + part, before + steps
    assert paid == whole


@given(amounts, st.lists(st.integers(1, 10**6), min_size=2, max_size=20), st.data())
def test_a_part_that_was_taken_back_leaves_no_gap(whole: int, sold: list[int], data: st.DataObject) -> None:
    bought, parts = sum(sold), dict[int, int]()
    for at, steps in enumerate(sold):
        until = sum(sold[one] for one in parts) + steps
        parts[at] = next_part(fen(whole), fen(sum(parts.values())), until, bought).minor
        back = data.draw(st.integers(0, at))
        if back < at and back in parts:
            del parts[back]
    for at in set(range(len(sold))) - parts.keys():
        until = sum(sold[one] for one in parts) + sold[at]
        parts[at] = next_part(fen(whole), fen(sum(parts.values())), until, bought).minor
    assert sum(parts.values()) == whole


def test_more_than_was_bought_is_worth_nothing() -> None:
    assert next_part(fen(1_000), fen(1_000), 1_050, 1_000) == fen(0)


@pytest.mark.parametrize(
    ("goods", "refunded", "permille", "expected"),
    [(5_990, 0, 20, 120), (5_990, 990, 20, 100), (5_990, 7_000, 20, 0), (25, 0, 20, 1), (24, 0, 20, 0), (100, 0, 0, 0)],
)
def test_the_platform_takes_its_part_of_what_was_paid_for_goods(
    goods: int, refunded: int, permille: int, expected: int
) -> None:
    assert part_of_goods(fen(goods), fen(refunded), permille) == fen(expected)


@given(st.integers(0, 10**9), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 10**6)), max_size=10))
def test_a_weight_is_split_without_loss(whole: int, weights: list[tuple[int, int]]) -> None:
    parts = by_weight(whole, weights)
    assert sum(parts.values()) == (whole if any(weight for _, weight in weights) else 0)
