"""What grows where in Longnan, how much of it a household has, and what it fetches."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Crop:
    """A product as a demo deals with it, all per unit of trade (a kilogram, a litre, a piece).

    `price` is in fen, `least` and `most` are what one household offers, `swing` is
    how far the price moves in a year, `sought` is demand over supply: below one
    there is a surplus, above it a gap.
    """

    price: int
    least: int
    most: int
    swing: float = 0.10
    sought: float = 0.9


CROPS: Mapping[str, Crop] = MappingProxyType(
    {
        "apple": Crop(560, 300, 3000, 0.18, 0.75),
        "pear": Crop(360, 200, 1500, 0.18, 0.7),
        "peach": Crop(520, 100, 900, 0.2, 0.8),
        "cherry": Crop(2200, 40, 300, 0.2, 1.3),
        "kiwifruit": Crop(680, 100, 900, 0.15),
        "persimmon": Crop(320, 100, 800, 0.15, 0.6),
        "olive": Crop(900, 200, 1800, 0.06, 1.2),
        "walnut": Crop(1500, 50, 500, 0.12, 1.25),
        "chestnut": Crop(1300, 40, 300, 0.15),
        "sichuan-pepper": Crop(7800, 15, 150, 0.12, 1.1),
        "dried-chili": Crop(1900, 30, 250),
        "codonopsis": Crop(6200, 30, 250, 0.08),
        "astragalus": Crop(1900, 50, 450, 0.08, 0.8),
        "angelica": Crop(4800, 50, 350, 0.1, 1.15),
        "rhubarb": Crop(1300, 100, 700, 0.08, 0.7),
        "buckwheat": Crop(520, 100, 500, 0.06, 1.1),
        "kidney-bean": Crop(1100, 50, 350),
        "rapeseed-oil": Crop(1800, 30, 200, 0.05),
        "wood-ear": Crop(8200, 10, 100, 0.1, 1.2),
        "silver-ear": Crop(9000, 5, 50),
        "shiitake": Crop(7600, 10, 100, 0.1, 1.1),
        "potato": Crop(160, 500, 4000, 0.25, 0.55),
        "konjac": Crop(420, 200, 1500, 0.12),
        "garlic": Crop(700, 50, 400, 0.25),
        "honey": Crop(6800, 10, 120, 0.05, 1.5),
        "eggs": Crop(150, 60, 500, 0.12, 1.6),
        "cured-pork": Crop(6600, 20, 120, 0.1, 1.3),
        "tea": Crop(24000, 5, 50, 0.2, 0.9),
        "hanging-noodles": Crop(1100, 40, 300, 0.04, 1.2),
        "dried-persimmon": Crop(2600, 20, 180, 0.12, 1.2),
        "olive-oil": Crop(16000, 100, 800, 0.03, 0.8),
        "apple-chips": Crop(7800, 100, 600, 0.03, 0.8),
        "apple-juice": Crop(1600, 300, 2000, 0.03, 0.7),
        "woven-basket": Crop(6800, 30, 300, 0.02, 1.1),
        "embroidery": Crop(12000, 10, 80, 0.02, 0.8),
    }
)

GROWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "621202": ("olive", "sichuan-pepper", "persimmon", "honey", "eggs", "potato", "cherry", "rapeseed-oil"),
        "621221": ("walnut", "chestnut", "persimmon", "eggs", "honey", "potato", "shiitake", "pear"),
        "621222": ("codonopsis", "tea", "walnut", "sichuan-pepper", "honey", "dried-chili", "eggs", "konjac"),
        "621223": ("angelica", "astragalus", "rhubarb", "potato", "honey", "kidney-bean", "eggs", "buckwheat"),
        "621224": ("wood-ear", "shiitake", "walnut", "honey", "tea", "silver-ear", "eggs", "konjac"),
        "621225": ("potato", "walnut", "buckwheat", "sichuan-pepper", "apple", "eggs", "garlic", "hanging-noodles"),
        "621226": ("apple", "walnut", "potato", "sichuan-pepper", "honey", "rhubarb", "eggs", "pear", "kidney-bean"),
        "621227": ("walnut", "pear", "kiwifruit", "honey", "shiitake", "eggs", "chestnut", "potato"),
        "621228": ("honey", "wood-ear", "walnut", "shiitake", "cured-pork", "eggs", "kiwifruit", "potato"),
    }
)
"""What households of each county grow, the most common first."""

MADE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "621202": ("olive-oil",),
        "621222": ("embroidery", "dried-persimmon"),
        "621225": ("hanging-noodles", "embroidery"),
        "621226": ("apple-chips", "apple-juice", "hanging-noodles", "woven-basket"),
        "621227": ("dried-persimmon", "woven-basket"),
    }
)
"""What firms and workshops of a county make."""

COMMON = ("potato", "eggs", "honey", "walnut", "apple", "sichuan-pepper", "wood-ear", "rapeseed-oil", "dried-chili")
QUOTED = 12
"""How many products each county's market quotes."""


def quoted_in(county: str) -> list[str]:
    """Return the codes of the products whose price the county's market quotes every week."""
    known = dict.fromkeys((*GROWN[county], *MADE.get(county, ()), *COMMON))
    return list(known)[:QUOTED]
