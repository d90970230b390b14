"""What stands on a lot's label, as a reader's program finds it: in Chinese and in English, and true of the goods."""

from datetime import timedelta

import pytest

from terrace.traceability import services
from terrace.traceability.domain import element_string
from terrace.traceability.models import Lot
from tests.conftest import Cast
from tests.paper import pieces_of
from tests.traceability.conftest import HARVEST, NOW, kilos, taken_in

pytestmark = pytest.mark.slow
LATER = NOW + timedelta(days=9)


def _label(cast: Cast, lot: Lot) -> str:
    answer = cast.keeper.client.get(f"/lots/{lot.number}/label.pdf")
    return " ".join(pieces_of(answer.content))


def test_it_names_the_goods_their_grower_and_village_their_weight_and_days(cast: Cast) -> None:
    lot = taken_in(cast)

    words = _label(cast, lot)

    assert cast.farmer.party
    for expected in (lot.number, element_string(lot.gtin, lot.number), "Fuji", "富士", "800"):
        assert expected in words, (expected, words)
    for day in (HARVEST, NOW):
        assert day.strftime("%Y-%m-%d") in words, (day, words)
    for label in ("Village", "村", "Harvested", "Taken in", "Grower"):
        assert label in words, (label, words)


def test_a_part_was_taken_in_when_the_whole_was(cast: Cast) -> None:
    (part,) = services.split_lot(by=cast.keeper.actor, lot=taken_in(cast), parts=[kilos(100)], now=LATER)

    words = _label(cast, part)

    assert "2026-09-20" in words
    assert "2026-09-29" not in words
