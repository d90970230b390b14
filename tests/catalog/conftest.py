"""What the tests of the catalogue share."""

from typing import Any

from terrace.catalog.domain import Category, Keeping, ProductTerms, Season, Storage
from terrace.kernel.quantity import Unit


def terms(**changes: Any) -> ProductTerms:
    """Return what there is to say about quinces, with `changes`."""
    usual: dict[str, Any] = {
        "names": {"en": "Quince", "zh-hans": "榅桲"},
        "category": Category.FRUIT,
        "unit": Unit.KILOGRAM,
        "hs_code": "080840",
        "season": Season(9, 11),
        "keeping": Keeping(Storage.COLD, 90, 0, 2),
    }
    return ProductTerms(**{**usual, **changes})
