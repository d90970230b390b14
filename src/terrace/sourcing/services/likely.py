"""Values that look like a slip of the finger: asked about once, and taken from who is sure."""

from terrace.http import written
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import _
from terrace.sourcing.domain import (
    LIKELY_PRICE_MINOR,
    LIKELY_PURCHASE_UNITS,
    LIKELY_UNITS,
    Weighing,
    is_far,
    is_heavy_tare,
)
from terrace.sourcing.models import ReferencePrice


class Unlikely(Invalid):
    """The quantity is so large that a slip of the finger is likelier: it is taken from who says `sure`."""

    code = "unlikely"
    message = _("This is very much for one notice. Is it really so much?")


class UnlikelyPrice(Invalid):
    """The price lies far from the reference price, or is very high where there is none.

    It is taken from who says `sure_of_price`.
    """

    code = "unlikely_price"


def ask_about_quantity(quantity: Quantity) -> None:
    """Raise `Unlikely` above what is believed at once."""
    if quantity.steps > LIKELY_UNITS * quantity.unit.steps:
        raise Unlikely(field="quantity")


def ask_about_price(price: Money, reference: ReferencePrice | None) -> None:
    """Raise `UnlikelyPrice` where the price of one unit of trade lies far from `reference`, or is absurd without one.

    Any market's price of the product is a reference (`queries.latest_price`). Where
    nobody quoted any, the bound is in minor units: 10,000.00 yuan, 1,000,000 yen. The
    currencies of the world differ by more than a bound can follow, but in none of
    them does a kilogram of farm goods usually cost a million of the smallest coin; a
    dear thing in a small coin is asked about once.
    """
    if reference is None:
        if price.minor > LIKELY_PRICE_MINOR:
            raise UnlikelyPrice(_("This price is very high. Is it right?"), field="price")
    elif is_far(price.minor, reference.price_minor):
        told = {"price": written.money(reference.price)}
        raise UnlikelyPrice(_("This is far from the reference price of %(price)s. Is it right?") % told, field="price")


def ask_about_weighing(weighing: Weighing) -> None:
    """Raise `Unlikely` where the scales show more than a small lorry brings, or the crates weigh much of the whole."""
    if weighing.net.steps > LIKELY_PURCHASE_UNITS * weighing.net.unit.steps:
        raise Unlikely(
            _("This is very much for one weighing. Is it right?"), field="gross" if weighing.gross else "count"
        )
    if is_heavy_tare(weighing):
        raise Unlikely(_("The crates weigh much of the whole. Is the tare right?"), field="tare")


def ask_about_purchase_price(price: Money, reference: ReferencePrice | None) -> None:
    """Raise `UnlikelyPrice` as `ask_about_price` does, and for any price below the reference price.

    The point is there to pay more than the market does, so less is asked about.
    """
    ask_about_price(price, reference)
    if reference is not None and price.minor < reference.price_minor:
        told = {"price": written.money(reference.price)}
        raise UnlikelyPrice(_("This is below the reference price of %(price)s. Is it right?") % told, field="price")
