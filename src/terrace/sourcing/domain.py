"""Supply and demand, and what is bought: when a notice ends, which fit one another, what goods come to. Pure rules."""

from dataclasses import dataclass
from datetime import date

from terrace.kernel.errors import Invalid
from terrace.kernel.events import Event
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Choice, _, in_context

LONGEST_WINDOW_DAYS = 366
FARTHEST_OPENING_DAYS = 731
"""How far ahead a window may begin: two harvests can be promised, the year 9999 is a slip of the finger."""
LIKELY_UNITS = 200_000
"""Up to so many kilograms, litres or pieces one notice is believed at once: 200 tonnes. Above, it is asked."""
FAR_TIMES = 3
"""A price above so many times the reference price, or below such a part of it, is asked: a slip of the point."""
LIKELY_PRICE_MINOR = 1_000_000
"""Where no reference price tells better, a price of one unit of trade is believed at once up to so many minor units."""
REFERENCE_DAYS = 31
"""A reference price that is older says nothing of the market of the day."""
LIKELY_PURCHASE_UNITS = 5_000
"""Up to so many kilograms, litres or pieces one weighing is believed at once: a small lorry. Above, it is asked."""
LIKELY_TARE_PERMILLE = 300
"""Crates weigh less than this part of what stands on the scales; more is asked about."""
LARGEST_PURCHASE_UNITS = 100_000
"""A hundred tonnes: no scales of a point weigh more at once."""
WHOLE = 1000
"""Moisture is in thousandths of the weight: 145 is 14.5 %."""
ACTS = {
    "sourcing.record_supply": _("recorded supply"),
    "sourcing.change_supply": _("changed a supply notice"),
    "sourcing.withdraw_supply": _("withdrew a supply notice"),
    "sourcing.rest_supply": _("withdrew the supply of a producer that rests"),
    "sourcing.expire_supply": _("let a supply notice expire"),
    "sourcing.record_demand": _("recorded demand"),
    "sourcing.change_demand": _("changed a demand notice"),
    "sourcing.withdraw_demand": _("withdrew a demand notice"),
    "sourcing.rest_demand": _("withdrew the demand of a buyer that rests"),
    "sourcing.forget_party": _("removed what was personal from a notice"),
    "sourcing.expire_demand": _("let a demand notice expire"),
    "sourcing.give_advice": _("sent advice"),
    "sourcing.acknowledge_advice": _("acknowledged advice"),
    "sourcing.set_reference_price": _("entered a reference price"),
    "sourcing.withdraw_reference_price": _("withdrew a reference price"),
    "sourcing.import_reference_prices": _("imported reference prices"),
    "sourcing.record_purchase": _("weighed and bought goods"),
    "sourcing.void_purchase": _("voided a purchase"),
    "sourcing.pay_purchase": _("paid a purchase"),
    "sourcing.note_loss": _("noted a loss of goods that are not sold yet"),
    "sourcing.bear_loss": _("let the buyer bear a loss"),
    "sourcing.owe_purchase": _("could not pay a purchase: the buyer's account does not hold it"),
    "sourcing.give_mandate": _("let points buy on the account of a firm"),
    "sourcing.withdraw_mandate": _("let points no longer buy on the account of a firm"),
    "sourcing.sell_supply": _("took what was bought off a supply notice"),
    "sourcing.restore_supply": _("gave a supply notice back what a voided purchase had taken"),
}
"""The acts of this context in words, for the record of acts."""


class Permission(Choice):
    """What a post may allow about supply and demand."""

    VIEW = "sourcing.view", _("See supply and demand of the area")
    RECORD_SUPPLY = "sourcing.record_supply", _("Record supply for producers of the area")
    RECORD_DEMAND = "sourcing.record_demand", _("Record demand for buyers and shops of the area")
    ADVISE = "sourcing.advise", _("Send advice down to stations and points")
    ACKNOWLEDGE = "sourcing.acknowledge", _("Acknowledge advice for the unit")
    PRICES = "sourcing.prices", _("Enter and import reference prices")
    PURCHASE = "sourcing.purchase", _("Weigh and record purchases from producers of the area")


class Status(Choice):
    """Where a notice stands. Only an open one is counted, matched or changed."""

    OPEN = "open", _("Open")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    BOUGHT = "bought", in_context("a notice", "Bought")


def standing(status: Status, closes_on: date, today: date) -> Status:
    """Return where a notice kept as `status` stands on `today`: past its last day it has expired, job or not."""
    return Status.EXPIRED if status is Status.OPEN and closes_on < today else status


def is_far(price_minor: int, reference_minor: int) -> bool:
    """Say whether a price lies so far from the reference price that a slip of the finger is likelier."""
    return price_minor > FAR_TIMES * reference_minor or price_minor * FAR_TIMES < reference_minor


@dataclass(frozen=True, slots=True)
class SupplyRecorded(Event):
    """A point or a producer recorded what will be for sale."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class DemandRecorded(Event):
    """A shop or a leader recorded what is wanted."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class Window:
    """From a day to a day, both inclusive."""

    opens_on: date
    closes_on: date

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.closes_on - self.opens_on).days + 1

    def share(self, steps: int, first: date, last: date) -> int:
        """Return how many of `steps`, spread evenly over the window's days, fall on the days `first` to `last`.

        Rounded down cumulatively, so that the shares of consecutive weeks add
        up to `steps` exactly. The sums of the balance do the same in SQL.
        """
        before = min(self.days, max(0, (first - self.opens_on).days))
        until = min(self.days, max(0, (last - self.opens_on).days + 1))
        return steps * until // self.days - steps * before // self.days

    def overlap(self, other: "Window") -> int:
        """Return how many days two windows share."""
        return max(0, (min(self.closes_on, other.closes_on) - max(self.opens_on, other.opens_on)).days + 1)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a possible match. `price_minor` is per unit of trade, None where no price was named."""

    product_id: int
    variety_id: int | None
    quantity: Quantity
    window: Window
    price_minor: int | None
    area_path: str


def fits(supply: Side, demand: Side) -> bool:
    """Say whether a supply could serve a demand at all: same product, no other variety, days in common."""
    same_variety = None in (supply.variety_id, demand.variety_id) or supply.variety_id == demand.variety_id
    return supply.product_id == demand.product_id and same_variety and supply.window.overlap(demand.window) > 0


def fitness(supply: Side, demand: Side) -> int:
    """Return how well two sides fit, 0 to 100: 40 for quantity covered, 30 price, 20 days in common, 10 nearness.

    A rule of thumb to order phone calls by, not a promise; `fits` is the condition.
    """
    if not fits(supply, demand):
        return 0
    covered = min(supply.quantity.steps, demand.quantity.steps) * 40 // max(1, demand.quantity.steps)
    shared = supply.window.overlap(demand.window) * 20 // min(supply.window.days, demand.window.days)
    return (
        covered
        + _price_points(supply.price_minor, demand.price_minor)
        + shared
        + _nearness(supply.area_path, demand.area_path)
    )


def _price_points(asked: int | None, offered: int | None) -> int:
    if asked is None or offered is None:
        return 15
    if offered >= asked:
        return 30
    return max(0, 30 - (asked - offered) * 100 // max(1, asked))


def _nearness(one: str, other: str) -> int:
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return 10 * shared // max(1, len(one), len(other))


class PayRule(Choice):
    """When the producer is paid."""

    NOW = "now", _("Now, from the buyer's account")
    AT_GRADING = "at_grading", _("When the lot is graded")
    AT_SALE = "at_sale", _("When the goods are sold, from the order's money")


class PaidState(Choice):
    """Where a purchase stands between the scales and the producer's account."""

    PAID = "paid", in_context("a purchase", "Paid")
    DUE = "due", _("Waits for the buyer's money")
    AT_GRADING = "at_grading", _("Paid when graded")
    AT_SALE = "at_sale", _("Paid when sold")
    LOST = "lost", _("Lost before it was sold")
    VOID = "void", in_context("a purchase", "Void")


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the scales said: `gross` on them, `tare` of crates and sacks. Both None where goods are counted."""

    net: Quantity
    gross: Quantity | None = None
    tare: Quantity | None = None

    @classmethod
    def of(cls, gross: Quantity, tare: Quantity) -> "Weighing":
        """Return the weighing of goods in crates: net is gross less tare. Raises `Invalid` unless something is left."""
        if tare.steps < 0:
            raise Invalid(_("The tare cannot be below zero."), field="tare")
        if gross.steps <= 0:
            raise Invalid(_("Enter a weight above zero."), field="gross")
        if gross <= tare:
            raise Invalid(_("The crates cannot weigh as much as crates and goods together."), field="tare")
        return cls(gross - tare, gross, tare)

    @classmethod
    def counted(cls, count: Quantity) -> "Weighing":
        """Return the counting of goods that no scales weigh. Raises `Invalid` unless there are any."""
        if count.steps <= 0:
            raise Invalid(_("Enter a quantity above zero."), field="count")
        return cls(count)


@dataclass(frozen=True, slots=True)
class Moisture:
    """The water in goods and what the price is quoted at, in thousandths of the weight."""

    measured: int
    standard: int


def payable(net: Quantity, moisture: Moisture | None) -> Quantity:
    """Return the quantity that is paid: `net`, where moisture matters as if it were dried to the standard moisture.

    Drying takes water and leaves the dry matter, so net x (1 - measured) =
    payable x (1 - standard), both moistures on the wet basis; rounded half up,
    once, to a step. Drier goods than the standard come to more than they weigh. It
    is the "water shrink" of D. R. Hicks and H. A. Cloud, Calculating Grain Weight
    Shrinkage in Corn Due to Mechanical Drying, NCH-61, Purdue University 1991,
    without its allowance for handling: nothing is handled between scales and price.
    """
    if moisture is None:
        return net
    dry, of = WHOLE - moisture.measured, WHOLE - moisture.standard
    return Quantity((2 * net.steps * dry + of) // (2 * of), net.unit)


def check_moisture(moisture: Moisture) -> None:
    """Raise `Invalid` unless the goods are partly water and partly not."""
    if not 0 < moisture.measured < WHOLE:
        raise Invalid(_("Moisture is a part of the weight: more than 0 and less than 100 %."), field="moisture")


def worth(price: Money, quantity: Quantity) -> Money:
    """Return what a quantity costs at the price of one unit of trade, rounded half up once."""
    return price.per(quantity.steps, quantity.unit.steps)


def premium(price: Money, reference: Money | None, quantity: Quantity) -> Money | None:
    """Return by how much the producer gets more than the market pays, below zero where less; None without a reference.

    It is (price - reference) x quantity, rounded once: not the difference of two rounded amounts.
    """
    return None if reference is None else worth(price - reference, quantity)


def worth_of_lost(whole: Money, before: int, steps: int, of: int) -> Money:
    """Return what `steps` that were lost of a purchase of `of` steps are worth, when `before` were lost already.

    Cut from the end of the running total, where what is sold is cut from its beginning:
    so what was sold and what was lost add up to `whole` exactly, in whatever order they came.
    """
    left = max(0, of - before)
    return whole.per(left, of) - whole.per(max(0, left - steps), of)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a weighing comes to: the quantity that is paid, the amount, and what of it is above the market price."""

    payable: Quantity
    amount: Money
    premium: Money | None


def reckon(weighing: Weighing, moisture: Moisture | None, price: Money, reference: Money | None) -> Reckoning:
    """Return what a weighing comes to at a price for one unit of trade, held against the reference price of the day."""
    quantity = payable(weighing.net, moisture)
    return Reckoning(quantity, worth(price, quantity), premium(price, reference, quantity))


def is_heavy_tare(weighing: Weighing) -> bool:
    """Say whether the crates weigh so much of the whole that a slip of the finger is likelier."""
    if weighing.gross is None or weighing.tare is None:
        return False
    return weighing.tare.steps * WHOLE > LIKELY_TARE_PERMILLE * weighing.gross.steps
