"""A few days of the month that `bench/month.py` lives through: every parcel accounted for, all money as reckoned."""

from pathlib import Path

import pytest

from bench.month import lived


@pytest.mark.slow
def test_some_days_of_parcels_add_up_to_the_books(db: None, tmp_path: Path) -> None:
    figures = lived(tmp_path, days=3, parcels=45, seed=3, is_by_hand=True)
    assert figures["problems"] == []
    assert figures["parcels"]["delivered"] > 10
    assert figures["did"]["tours"] > 1
