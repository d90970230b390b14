"""What a basket holds and costs right now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _
from terrace.market.domain.buying import MOST_LINES
from terrace.market.models import Offer
from terrace.registry import queries as registry
from terrace.registry.models import Party


class NotOnSale(DomainError):
    """An offer of the basket cannot be bought now; `offer` is its number."""

    code = "not_on_sale"


class TooMany(Invalid):
    """More of an offer than one order may have."""

    code = "too_many"


class SoldOut(DomainError):
    """There is not as much left as the buyer wants; `offer` is its number, `left` how many there are."""

    code = "sold_out"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of the offer with that number."""

    offer: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Priced:
    """A line of a basket with what it costs now."""

    offer: Offer
    seller: Party
    quantity: int
    goods: Money
    freight: Money
    is_on_sale: bool

    def problem(self) -> DomainError | None:
        """Return why this line cannot be ordered as it is, None when it can."""
        told = {"goods": self.offer.title, "left": self.offer.available, "most": self.offer.most_per_order}
        name: dict[str, object] = {"offer": self.offer.number}
        if not self.is_on_sale:
            return NotOnSale(_("%(goods)s is not on sale now.") % told, field="wanted", **name)
        if self.quantity > self.offer.most_per_order:
            return TooMany(_("At most %(most)d of %(goods)s go into one order.") % told, field="wanted", **name)
        if self.quantity > self.offer.available:
            said = _("Of %(goods)s only %(left)d are left.") if self.offer.available else _("%(goods)s is sold out.")
            return SoldOut(said % told, field="wanted", left=self.offer.available, **name)
        return None


@dataclass(frozen=True, slots=True)
class Basket:
    """The lines of a basket, in the order in which they were put in."""

    lines: Sequence[Priced]

    @property
    def wanted(self) -> list[Wanted]:
        """Return what it holds, as a checkout takes it."""
        return [Wanted(line.offer.number, line.quantity) for line in self.lines]

    @property
    def goods(self) -> Money:
        """What the goods cost."""
        return Money(sum(line.goods.minor for line in self.lines), current().currency)

    @property
    def freight(self) -> Money:
        """What sending them costs."""
        return Money(sum(line.freight.minor for line in self.lines), current().currency)

    @property
    def total(self) -> Money:
        """What the buyer would pay."""
        return self.goods + self.freight

    def by_seller(self) -> Mapping[int, list[Priced]]:
        """Return the lines by the id of their seller: an order each."""
        found: dict[int, list[Priced]] = defaultdict(list)
        for line in self.lines:
            found[line.seller.pk].append(line)
        return found

    def require_orderable(self) -> None:
        """Raise `NotOnSale`, `TooMany` or `SoldOut` for the first line that cannot be ordered as it is."""
        for line in self.lines:
            if problem := line.problem():
                raise problem


def priced(wanted: Sequence[Wanted], today: date) -> Basket:
    """Return what the wanted goods cost on `today`: two statements however many they are.

    Raises `Invalid` for nothing, too many lines, an offer twice, or no whole
    quantity above zero, and `NotFound` for an offer that there is not.
    """
    _check(wanted)
    offers = {offer.number: offer for offer in Offer.objects.filter(number__in=[one.offer for one in wanted])}
    sellers = registry.parties_by_id({offer.seller_id for offer in offers.values()})
    return Basket([_priced(one, offers, sellers, today) for one in wanted])


def _priced(one: Wanted, offers: Mapping[str, Offer], sellers: Mapping[int, Party], today: date) -> Priced:
    offer = offers.get(one.offer)
    if offer is None:
        raise NotFound(_("There is no such offer."), field="wanted", offer=one.offer)
    goods = offer.price * one.quantity
    is_on_sale = offer.is_on_sale(today) and sellers[offer.seller_id].is_active
    return Priced(
        offer, sellers[offer.seller_id], one.quantity, goods, offer.freight.of(goods, one.quantity), is_on_sale
    )


def _check(wanted: Sequence[Wanted]) -> None:
    problem: Text = ""
    if not wanted:
        problem = _("The basket is empty.")
    elif len(wanted) > MOST_LINES:
        problem = _("At most %(most)d different goods go into one basket.") % {"most": MOST_LINES}
    elif len({one.offer for one in wanted}) < len(wanted):
        problem = _("The same goods stand twice in the basket.")
    elif any(one.quantity < 1 for one in wanted):
        problem = _("Enter a quantity above zero.")
    if problem:
        raise Invalid(problem, field="wanted")
