"""How amounts are written for readers."""

import pytest
from django.utils import translation

from terrace.http import written
from terrace.kernel.quantity import Quantity, Unit


@pytest.mark.parametrize(
    ("language", "steps", "unit", "text"),
    [
        ("en", 1, Unit.PIECE, "1 piece"),
        ("en", 0, Unit.PIECE, "0 pieces"),
        ("en", 12, Unit.PIECE, "12 pieces"),
        ("en", 1_000, Unit.KILOGRAM, "1 kg"),
        ("zh-hans", 1, Unit.PIECE, "1 个"),
    ],
)
def test_one_piece_is_no_pieces(language: str, steps: int, unit: Unit, text: str) -> None:
    with translation.override(language):
        assert written.quantity(Quantity(steps, unit)).replace("\N{NO-BREAK SPACE}", " ") == text
