"""Values that look like a slip of the finger: asked about once, and taken from who is sure."""

from terrace.http import written
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import _
from terrace.sourcing.domain import LIKELY_UNITS, is_far
from terrace.sourcing.models import ReferencePrice


class Unlikely(Invalid):
    """The quantity is so large that a slip of the finger is likelier: it is taken from who says `sure`."""

    code = "unlikely"
    message = _("This is very much for one notice. Is it really so much?")


class UnlikelyPrice(Invalid):
    """The price lies far from the reference price: it is taken from who says `sure_of_price`."""

    code = "unlikely_price"


def ask_about_quantity(quantity: Quantity) -> None:
    """Raise `Unlikely` above what is believed at once."""
    if quantity.steps > LIKELY_UNITS * quantity.unit.steps:
        raise Unlikely(field="quantity")


def ask_about_price(price: Money, reference: ReferencePrice | None) -> None:
    """Raise `UnlikelyPrice` where `reference` is known and the price of one unit of trade lies far from it."""
    if reference is not None and is_far(price.minor, reference.price_minor):
        told = {"price": written.money(reference.price)}
        raise UnlikelyPrice(_("This is far from the reference price of %(price)s. Is it right?") % told, field="price")
