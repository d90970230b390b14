"""How much of the prefecture a demo fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from terrace.config.demo.cast import COUNTY, OTHER_COUNTY


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a county takes part: stations, and points below each; None for all that there are."""

    stations: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Sellers:
    """How many firms of each county trade beside the cast's shop, and how much each of them does in the last weeks."""

    count: int = 0
    points: int = 8
    """At so many points of the county each of them buys, another one's nowhere."""
    purchases: int = 9
    orders: int = 12
    tours_apart: int = 1
    """A tour that fetches what lies at these points goes after five days, or after so many times five."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a demo. Shares are per household or party; `members` and `joined` are what takes long for many."""

    name: str
    counties: Mapping[str, Extent]
    households: tuple[int, int]
    """Fewest and most in a village; the keeper's village of the cast has the twenty of a page."""
    supplies: float
    """Supply notices for each household."""
    has_members: bool = True
    """Whether every household's people are on record, not only those of the cast's village."""
    joined: float = 0.3
    """Share of the households that join a cooperative which deals in a crop of theirs."""
    purchases: int = 12
    orders: int = 12
    """How many purchases and orders the cast's shop has had in the last weeks."""
    sellers: Sellers = Sellers()


_WHOLE = Extent()
_CENTRE_ONLY = Extent(stations=0, points=0)
OTHERS = ("621202", "621221", "621222", "621223", "621224", "621225", "621228")

SMALL = Scale(
    "small",
    MappingProxyType({COUNTY: Extent(3, 4), OTHER_COUNTY: Extent(2, 4)}),
    (7, 11),
    1.1,
    purchases=45,
    orders=80,
)
COUNTY_WIDE = Scale(
    "county",
    MappingProxyType({COUNTY: _WHOLE, OTHER_COUNTY: _CENTRE_ONLY}),
    (8, 13),
    0.4,
    has_members=False,
    joined=0.05,
    purchases=60,
    orders=100,
    sellers=Sellers(6, points=12, purchases=30, orders=50),
)
PREFECTURE = Scale(
    "prefecture",
    MappingProxyType(dict.fromkeys((COUNTY, OTHER_COUNTY, *OTHERS), _WHOLE)),
    (9, 15),
    0.2,
    has_members=False,
    joined=0.02,
    purchases=60,
    orders=100,
    sellers=Sellers(2, tours_apart=2),
)
SCALES = MappingProxyType({scale.name: scale for scale in (SMALL, COUNTY_WIDE, PREFECTURE)})
