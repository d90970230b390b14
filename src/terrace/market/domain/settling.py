"""How the money of a completed order is shared: who is due what and why, in which order, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from terrace.kernel.money import Money
from terrace.kernel.shares import largest_remainder
from terrace.kernel.words import Choice, _
from terrace.ledger.domain import Part

PRIORITY = (Part.GROWER, Part.CARRIER, Part.FLEET, Part.OUTLET, Part.PACKING, Part.PLATFORM)
"""Who is paid first as long as the money lasts; what is left after all of them is the seller's."""


class Rule(Choice):
    """By which rule an amount came about; its numbers stand beside it."""

    PRICE = "price", _("Price times quantity")
    TARIFF = "tariff", _("Tariff by parcel and kilogram")
    PARCELS = "parcels", _("So much for each parcel")
    PERMILLE = "permille", _("A part of the price of the goods")
    REST = "rest", _("What is left")


class ReceiverKind(Choice):
    """Whose account the money goes to."""

    PARTY = "party", _("Producer or buyer")
    UNIT = "unit", _("Service unit")
    PLATFORM = "platform", _("Platform")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is paid: a party or a unit by id, or the platform."""

    kind: ReceiverKind
    id: int = 0


PLATFORM = Receiver(ReceiverKind.PLATFORM)


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody is due of an order's money, by which rule and from which numbers.

    `purchase_id` and `steps` tell a grower's due which purchase it pays and for how much of it.
    """

    part: Part
    receiver: Receiver
    amount: Money
    rule: Rule
    numbers: Mapping[str, int | str]
    purchase_id: int | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody gets of it: all that was due, or as much as was left."""

    due: Due
    amount: Money

    @property
    def missing(self) -> Money:
        """What the money did not cover."""
        return self.due.amount - self.amount


def split(escrow: Money, dues: Sequence[Due], seller: Receiver) -> list[Share]:
    """Share `escrow` among `dues` by `PRIORITY` and give the rest to `seller`; the shares add up to it exactly.

    Where the money does not cover a part any more, those of that part share
    what is left in proportion to what each is due, by largest remainder, and
    later parts get nothing. Raises `ValueError` for a negative amount or a part
    that has no place in the order.
    """
    if min([escrow.minor, *(due.amount.minor for due in dues)]) < 0:
        raise ValueError("nobody is due less than nothing")
    shares: list[Share] = []
    left = escrow.minor
    by_priority = sorted(dues, key=lambda due: PRIORITY.index(due.part))
    for _part, group in groupby(by_priority, key=lambda due: due.part):
        paid = _as_far_as(left, list(group))
        left -= sum(share.amount.minor for share in paid)
        shares += paid
    rest = Money(left, escrow.currency)
    covered = escrow.minor - left
    numbers = {"whole": escrow.minor, "others": covered}
    return [*shares, Share(Due(Part.SELLER, seller, rest, Rule.REST, numbers), rest)]


def _as_far_as(left: int, group: Sequence[Due]) -> list[Share]:
    wanted = [due.amount.minor for due in group]
    amounts = wanted if sum(wanted) <= left else largest_remainder(left, wanted)
    return [Share(due, Money(amount, due.amount.currency)) for due, amount in zip(group, amounts, strict=True)]


def part_of_goods(goods: Money, refunded: Money, permille: int) -> Money:
    """Return the platform's `permille` of what was paid for goods and not refunded, rounded half up once."""
    kept = Money(max(0, goods.minor - refunded.minor), goods.currency)
    return kept.per(permille, 1000)


def next_part(whole: Money, given: Money, until: int, of: int) -> Money:
    """Return what brings a purchase of `of` steps to what `until` of them are worth, when `given` was given before.

    Rounded cumulatively, so that all parts of a purchase add up to `whole` exactly, in however many orders it was
    sold, and whichever of them were taken back; of more than was bought nothing is worth anything.
    """
    return max(Money(0, whole.currency), whole.per(min(of, until), of) - given)


def by_weight(whole: int, weights: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Split `whole` among the keys of `(key, weight)` pairs by largest remainder; keys named twice are added up."""
    summed: dict[int, int] = {}
    for key, weight in weights:
        summed[key] = summed.get(key, 0) + weight
    if not any(summed.values()):
        return {}
    return dict(zip(summed, largest_remainder(whole, list(summed.values())), strict=True))
