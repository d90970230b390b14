"""Lots: what may happen to them, what of that moves mass, and what the public may read. Pure rules.

A lot is an identified quantity of one product with one history (ISO 22005:2007; GS1 Global Traceability Standard 2.0).
Its history is a ledger of mass: each event writes entries of so many steps, more or less, and a lot's steps left are
the sum of its entries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from terrace.kernel.errors import Invalid
from terrace.kernel.events import Event
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.shares import largest_remainder
from terrace.kernel.words import Choice, Text, _, in_context

ACTS: Mapping[str, Text] = {
    "traceability.create_lot": _("took in a lot"),
    "traceability.split_lot": _("split a lot"),
    "traceability.merge_lots": _("merged lots"),
    "traceability.lose": _("recorded a loss"),
    "traceability.take_back_lot": _("gave a lot back to whom it came from"),
    "traceability.pack": _("packed from a lot"),
    "traceability.unpack": _("put back what was packed"),
    "traceability.set_aside": _("set a lot aside"),
    "traceability.release": _("let a lot go again that was set aside"),
    "traceability.note": _("noted a step of a lot"),
    "traceability.inspect": _("recorded a test of a lot"),
    "traceability.grade": _("graded a lot"),
    "traceability.recall": _("recalled a lot"),
    "traceability.end_recall": _("ended the recall of a lot"),
}
"""What the record of acts calls this context's acts."""
LONGEST_NOTE = 200
MOST_PARTS = 50
"""Into how many lots one act splits, and of how many it merges: what a person can check on one screen."""


class Permission(Choice):
    """What a post may allow about traceability."""

    VIEW = "traceability.view", _("See lots of the area")
    RECORD = "traceability.record", _("Record what happens to lots")
    INSPECT = "traceability.inspect", _("Record tests and grades of lots")


class EventKind(Choice):
    """What happens to a lot, from the tree to the buyer's door."""

    HARVESTED = "harvested", _("Harvested")
    TAKEN_IN = "taken_in", _("Taken in")
    SENT = "sent", in_context("a lot", "Sent")
    ARRIVED = "arrived", in_context("a lot", "Arrived")
    INSPECTED = "inspected", _("Tested")
    GRADED = "graded", _("Graded")
    COOLED = "cooled", _("Cooled")
    SPLIT = "split", in_context("a lot", "Split")
    MERGED = "merged", in_context("a lot", "Merged")
    LOST = "lost", in_context("a lot", "Loss")
    PACKED = "packed", in_context("a lot", "Packed")
    UNPACKED = "unpacked", _("Put back")
    SHIPPED = "shipped", in_context("a lot", "Shipped")
    DELIVERED = "delivered", in_context("a lot", "Delivered")
    NOTED = "noted", _("Noted")
    RECALLED = "recalled", _("Recalled")
    CLEARED = "cleared", _("Recall ended")

    @property
    def moves_mass(self) -> bool:
        """Whether its entries are other than zero."""
        return self in _MOVING

    @property
    def is_noted(self) -> bool:
        """Whether it may be noted from above: it moves no mass, and no act of its own keeps more about it."""
        return self in _NOTED


_MOVING = frozenset(
    {
        EventKind.TAKEN_IN,
        EventKind.SPLIT,
        EventKind.MERGED,
        EventKind.LOST,
        EventKind.PACKED,
        EventKind.UNPACKED,
    }
)
_NOTED = frozenset(
    {
        EventKind.HARVESTED,
        EventKind.SENT,
        EventKind.ARRIVED,
        EventKind.COOLED,
        EventKind.SHIPPED,
        EventKind.DELIVERED,
        EventKind.NOTED,
    }
)


BY_HAND = (EventKind.COOLED, EventKind.NOTED)
"""The steps that people record on a lot's page; all others are part of an act."""


class LossReason(Choice):
    """Why there is less of a lot than before."""

    ROTTEN = "rotten", _("Rotten")
    BRUISED = "bruised", _("Bruised or crushed")
    DRIED = "dried", _("Lost water")
    FROST = "frost", _("Frozen or overheated")
    PESTS = "pests", _("Pests")
    SORTED_OUT = "sorted_out", _("Sorted out when graded")
    SAMPLE = "sample", _("Taken as a sample")
    MISSING = "missing", _("Missing when weighed again")
    OTHER = "other", _("Something else")


class Grade(Choice):
    """The class of goods after grading, as the standards of UNECE and GB/T name them."""

    EXTRA = "extra", _("Extra class")
    FIRST = "first", _("Class I")
    SECOND = "second", _("Class II")
    PROCESSING = "processing", _("For processing")


class Measure(Choice):
    """What a test measures. Sugar is at least its limit, everything else at most."""

    SUGAR = "sugar", _("Sugar")
    MOISTURE = "moisture", _("Moisture")
    RESIDUES = "residues", _("Pesticide residues")
    DEFECTS = "defects", _("Defects")

    @property
    def unit(self) -> str:
        """The unit of its value: degrees Brix, per cent by mass, milligrams in a kilogram."""
        return {Measure.SUGAR: "°Bx", Measure.RESIDUES: "mg/kg"}.get(self, "%")

    @property
    def at_least(self) -> bool:
        """Whether the limit is the lowest value that passes; else it is the highest."""
        return self is Measure.SUGAR

    @property
    def most(self) -> Decimal:
        """The highest value that there can be: a slip of the finger lies above it."""
        return Decimal(1000) if self is Measure.RESIDUES else Decimal(100)


@dataclass(frozen=True, slots=True)
class Result:
    """One value of a test: so many units of its measure against a limit. `passed` is asked only without a limit."""

    measure: Measure
    value: Decimal
    limit: Decimal | None = None
    passed: bool | None = None
    substance: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether the value keeps within its limit, or was said to pass where there is none."""
        if self.limit is None:
            return bool(self.passed)
        return self.value >= self.limit if self.measure.at_least else self.value <= self.limit


def check_results(results: Sequence[Result]) -> None:
    """Raise `Invalid` at the measure that breaks a rule: there is a value, within reason, and how it was judged."""
    if not results:
        raise Invalid(_("Enter the value of one test at least."), field="results")
    for result in results:
        if not 0 <= result.value <= result.measure.most:
            raise Invalid(_("This value is out of reach of any test."), field=result.measure)
        if result.limit is not None and not 0 <= result.limit <= result.measure.most:
            raise Invalid(_("This limit is out of reach of any test."), field=f"{result.measure}_limit")
        if result.limit is None and result.passed is None:
            raise Invalid(_("Enter the limit, or say whether it passed."), field=f"{result.measure}_limit")


@dataclass(frozen=True, slots=True)
class NewLot:
    """A quantity of one product that somebody takes in.

    `area_id` is the code of the village that it comes from, `unit_id` the point where it lies, `producer_id` the
    party that grew or made it, `owner_id` the one that bought it: where nobody did, it is its producer's own.
    """

    product_id: int
    variety_id: int | None
    quantity: Quantity
    producer_id: int | None
    area_id: str
    unit_id: int
    harvested_on: date | None = None
    grade: str = ""
    owner_id: int | None = None


Origins = Mapping[int, int]
"""How many steps of a lot come from which lots that were taken in, by their ids."""


def share_of(origins: Origins, steps: int) -> dict[int, int]:
    """Return the origins of `steps` that leave a lot: in proportion, by largest remainder, and none of zero.

    Cut again and again from what is left of a mixture, no origin ever gives more than it has, and all of them
    are used up together with the lot: so every household is paid for all of its goods, in however many parcels.
    """
    parts = zip(sorted(origins), largest_remainder(steps, [origins[root] for root in sorted(origins)]), strict=True)
    return {root: part for root, part in parts if part}


def less(origins: Origins, part: Origins) -> dict[int, int]:
    """Return what is left of `origins` when `part` of them is gone."""
    return {root: left for root, steps in origins.items() if (left := steps - part.get(root, 0))}


def mixture(parts: Sequence[Origins]) -> dict[int, int]:
    """Return the origins of a lot that `parts` were put into."""
    mixed: dict[int, int] = {}
    for part in parts:
        for root, steps in part.items():
            mixed[root] = mixed.get(root, 0) + steps
    return mixed


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a section: what it is, and its value, which the page writes in the reader's language."""

    label: Text
    value: object


@dataclass(frozen=True, slots=True)
class Share:
    """Who got how much of a price: a bar of the picture and a line of the table beside it."""

    label: Text
    amount: Money


@dataclass(frozen=True, slots=True)
class Section:
    """What a context adds to a lot's public page: facts as lines, shares of one whole as bars. No personal data."""

    title: Text
    facts: tuple[Fact, ...] = ()
    shares: tuple[Share, ...] = ()
    note: Text = ""


@dataclass(frozen=True, slots=True)
class LotGraded(Event):
    """A lot was graded. What was bought of it is found by its origins: `queries.composition`."""

    lot_id: int


@dataclass(frozen=True, slots=True)
class LotLost(Event):
    """Some of a lot was lost. How much of whose goods that was, and why, says `queries.loss_of`."""

    event_id: int
    lot_id: int


@dataclass(frozen=True, slots=True)
class UngradedPacked(Event):
    """Some of a lot that has no grade was packed: nobody grades it any more."""

    lot_id: int


@dataclass(frozen=True, slots=True)
class LotsRecalled(Event):
    """Lots were recalled: one that somebody named, and all that were made of it."""

    lot_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TraceRequested(Event):
    """Somebody reads a lot's public page: whoever knows more of the lot adds a section."""

    lot_id: int
    add: Callable[[Section], None]


def code_path(gtin: str) -> str:
    """Return the path of the code of goods, of whichever lot: a GS1 Digital Link with its primary key alone."""
    return f"/01/{gtin}"


def link_path(gtin: str, number: str) -> str:
    """Return the path of a lot's public page: a GS1 Digital Link URI (URI Syntax 1.4, primary key 01, qualifier 10)."""
    return f"{code_path(gtin)}/10/{number}"


def number_on_label(said: str) -> str:
    """Return the lot number of what a label says: the number as people type it, or the address that a camera reads."""
    return said.partition("/10/")[2].partition("?")[0].rstrip("/") if "://" in said else said.strip().upper()


def element_string(gtin: str, number: str) -> str:
    """Return GTIN and lot number as people read them below a code (GS1 General Specifications, section 4.14)."""
    return f"(01){gtin}(10){number}"
