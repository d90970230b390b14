"""Supply and demand: what a notice is, when it ends, which notices fit one another. Pure rules."""

from dataclasses import dataclass
from datetime import date

from terrace.kernel.events import Event
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Choice, _

LONGEST_WINDOW_DAYS = 366
FARTHEST_OPENING_DAYS = 731
"""How far ahead a window may begin: two harvests can be promised, the year 9999 is a slip of the finger."""
LIKELY_UNITS = 200_000
"""Up to so many kilograms, litres or pieces one notice is believed at once: 200 tonnes. Above, it is asked."""
FAR_TIMES = 3
"""A price above so many times the reference price, or below such a part of it, is asked: a slip of the point."""
LIKELY_PRICE_MINOR = 1_000_000
"""Where no reference price tells better, a price of one unit of trade is believed at once up to so many minor units."""
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
