"""What weighed goods come to: tables of cases, and rules that hold for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing.domain import (
    Moisture,
    Weighing,
    check_moisture,
    is_heavy_tare,
    payable,
    premium,
    worth,
)
from tests.amounts import fen, grams

STEPS = st.integers(1, 10**8)
PERMILLE = st.integers(1, 999)
PRICE = st.integers(1, 10**7)


@pytest.mark.parametrize(("gross", "tare", "net"), [(98_500, 6_500, 92_000), (1_000, 0, 1_000), (2, 1, 1)])
def test_net_is_gross_less_tare(gross: int, tare: int, net: int) -> None:
    assert Weighing.of(grams(gross), grams(tare)).net == grams(net)


@pytest.mark.parametrize(
    ("gross", "tare", "field"), [(0, 0, "gross"), (-5, -9, "tare"), (5, 5, "tare"), (5, 6, "tare"), (5, -1, "tare")]
)
def test_refuses_scales_that_show_no_goods(gross: int, tare: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Weighing.of(grams(gross), grams(tare))
    assert refused.value.field == field


def test_counted_goods_have_no_crates() -> None:
    eggs = Weighing.counted(Quantity(360, Unit.PIECE))
    assert (eggs.net.steps, eggs.gross, eggs.tare) == (360, None, None)
    with pytest.raises(Invalid):
        Weighing.counted(Quantity(0, Unit.PIECE))


@pytest.mark.parametrize(
    ("net", "measured", "standard", "paid"),
    [
        (100_000, 140, 140, 100_000),  # at the standard: as it weighs
        (100_000, 255, 155, 88_166),  # the seed trade's own example: 11.83 % shrink
        (100_000, 100, 140, 104_651),  # drier than the standard comes to more
        (100_000, 570, 140, 50_000),  # half of the dry matter, half of the weight
        (1, 500, 500, 1),
        (3, 500, 1, 2),  # 1.5015 g, rounded half up
        (1, 999, 1, 0),
    ],
)
def test_moist_goods_are_paid_as_if_dried_to_the_standard(net: int, measured: int, standard: int, paid: int) -> None:
    assert payable(grams(net), Moisture(measured, standard)) == grams(paid)


@pytest.mark.parametrize("measured", [0, -1, 1000, 1500])
def test_refuses_goods_that_are_all_water_or_none(measured: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_moisture(Moisture(measured, 140))
    assert refused.value.field == "moisture"


@given(STEPS, PERMILLE, PERMILLE)
def test_drying_keeps_the_dry_matter_to_half_a_step(net: int, measured: int, standard: int) -> None:
    paid = payable(grams(net), Moisture(measured, standard)).steps
    assert abs(2 * (paid * (1000 - standard) - net * (1000 - measured))) <= 1000 - standard


@given(STEPS, PERMILLE, PERMILLE, PERMILLE)
def test_wetter_goods_never_come_to_more(net: int, one: int, other: int, standard: int) -> None:
    drier, wetter = sorted((one, other))
    assert payable(grams(net), Moisture(wetter, standard)) <= payable(grams(net), Moisture(drier, standard))


@given(STEPS)
def test_goods_whose_moisture_does_not_matter_are_paid_as_they_weigh(net: int) -> None:
    assert payable(grams(net), None) == grams(net)


@pytest.mark.parametrize(
    ("price", "reference", "weight", "amount", "above"),
    [
        (500, 420, 92_000, 46_000, 7_360),
        (500, 500, 92_000, 46_000, 0),
        (400, 420, 92_000, 36_800, -1_840),
        (333, 332, 500, 167, 1),  # 166.5 cents and half a cent, each rounded once
    ],
)
def test_amount_and_premium(price: int, reference: int, weight: int, amount: int, above: int) -> None:
    assert worth(fen(price), grams(weight)) == fen(amount)
    assert premium(fen(price), fen(reference), grams(weight)) == fen(above)


def test_without_a_reference_there_is_no_premium() -> None:
    assert premium(fen(500), None, grams(92_000)) is None


@given(PRICE, PRICE, STEPS)
def test_market_price_and_premium_make_up_the_amount_to_a_cent(price: int, reference: int, weight: int) -> None:
    above = premium(fen(price), fen(reference), grams(weight))
    assert above is not None
    rest = worth(fen(price), grams(weight)) - worth(fen(reference), grams(weight)) - above
    assert abs(rest.minor) <= 1


@given(PRICE, PRICE, STEPS)
def test_the_premium_is_above_zero_only_for_a_price_above_the_market(price: int, reference: int, weight: int) -> None:
    above = premium(fen(price), fen(reference), grams(weight))
    assert above is not None
    assert above.minor <= 0 or price > reference
    assert above.minor >= 0 or price < reference


def test_crates_that_weigh_much_of_the_whole_are_doubted() -> None:
    assert not is_heavy_tare(Weighing.of(grams(100_000), grams(30_000)))
    assert is_heavy_tare(Weighing.of(grams(100_000), grams(30_001)))
    assert not is_heavy_tare(Weighing.counted(Quantity(30, Unit.PIECE)))
