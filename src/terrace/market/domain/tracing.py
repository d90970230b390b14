"""Where the money went of the goods of one lot, however often they were split and mixed: shares of orders. Pure rules.

An order's money is cut by price to its lines and by weight to the lots taken in that its goods come from; each cut is
by largest remainder, so the lots' shares of an order add up to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm

from terrace.kernel.shares import largest_remainder
from terrace.ledger.domain import Part
from terrace.market.domain.settling import by_weight

NO_LOT = 0
"""Stands for goods that were packed without a lot."""
_OF_THE_GOODS = (Part.GROWER, Part.SELLER)
"""What is paid for the goods themselves: a grower who was paid at the scales got it of what the seller has now."""


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """A completed order: what each part got, what each line cost, and how many steps of which lots lie in it.

    Lots are those taken in (roots). `growers` is what the growers of each got of the order itself, `before` what they
    got at the scales or at grading for these very goods, which the seller's part paid back.
    """

    parts: Mapping[Part, int]
    lines: Mapping[int, int]
    goods: Mapping[int, Mapping[int, int]]
    growers: Mapping[int, int] = field(default_factory=dict)
    before: Mapping[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Sold:
    """What the goods of one root brought: what each part got, for so many steps."""

    parts: dict[Part, int] = field(default_factory=lambda: defaultdict(int))
    steps: int = 0


def sold_by_root(orders: Iterable[SoldOrder]) -> dict[int, Sold]:
    """Return what the goods of each root brought in these orders; all together it is all of their money."""
    found: dict[int, Sold] = defaultdict(Sold)
    for order in orders:
        for root, parts in shares_of(order).items():
            found[root].steps += sum(roots.get(root, 0) for roots in order.goods.values())
            for part, minor in parts.items():
                found[root].parts[part] += minor
    return dict(found)


def shares_of(order: SoldOrder) -> dict[int, dict[Part, int]]:
    """Cut an order's parts to the roots of its goods; of what growers and seller got, growers have what was theirs."""
    whole = _by_root(sum(order.parts.values()), order)
    fees = {part: by_weight(got, whole.items()) for part, got in order.parts.items() if part not in _OF_THE_GOODS}
    rest = by_weight(sum(order.parts.get(part, 0) for part in _OF_THE_GOODS), whole.items())
    shares: dict[int, dict[Part, int]] = {}
    for root in whole:
        left = rest.get(root, 0)
        grower = min(left, order.growers.get(root, 0) + order.before.get(root, 0))
        fees_here = {part: cut.get(root, 0) for part, cut in fees.items()}
        shares[root] = {**fees_here, Part.GROWER: grower, Part.SELLER: left - grower}
    return shares


def _by_root(whole: int, order: SoldOrder) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    prices = [(line, price) for line, price in order.lines.items() if order.goods.get(line)]
    for line, minor in by_weight(whole, prices).items():
        for root, part in by_weight(minor, order.goods[line].items()).items():
            found[root] += part
    return dict(found)


def mixed(sold: Mapping[int, Sold], origins: Sequence[tuple[int, int]], steps: int) -> dict[Part, int]:
    """Return where the money went of `steps` of a mixture with these origins, by the weight of each that was sold.

    What was sold for is rounded once, and its parts add up to it. Nothing for a mixture of which nothing was sold.
    """
    weights = [(root, weight) for root, weight in origins if root in sold and sold[root].steps]
    if not weights:
        return {}
    whole_weight = sum(weight for _root, weight in weights)
    common = lcm(*(sold[root].steps for root, _weight in weights))
    minor: dict[Part, int] = defaultdict(int)
    for root, weight in weights:
        for part, got in sold[root].parts.items():
            minor[part] += got * weight * (common // sold[root].steps)
    divisor = common * whole_weight
    whole = (2 * sum(minor.values()) * steps + divisor) // (2 * divisor)
    if not whole:
        return {}
    return dict(zip(minor, largest_remainder(whole, list(minor.values())), strict=True))
