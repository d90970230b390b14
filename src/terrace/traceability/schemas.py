"""What the REST interface of traceability takes and gives."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import QuantityValue, Text
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.traceability import queries
from terrace.traceability.domain import (
    LONGEST_NOTE,
    MOST_PARTS,
    EventKind,
    Grade,
    LossReason,
    Measure,
    Result,
    element_string,
    link_path,
)
from terrace.traceability.models import Inspection, Lot, LotUse
from terrace.traceability.queries import Step
from terrace.traceability.services import InspectionGiven

Number = Annotated[str, Field(max_length=20)]
Measured = Annotated[Decimal, Field(ge=0, le=99999, max_digits=9, decimal_places=4)]
Note = Annotated[Text, Field(max_length=LONGEST_NOTE)]


class LotFilters(Schema):
    """What narrows a list of lots: part of a number, a product, an area where it grew or lies, and how it stands."""

    text: str = Field("", max_length=20)
    product: str = Field("", max_length=40)
    area: str = Field("", max_length=32)
    standing: str = Field("", pattern="^(stock|away|empty|recalled)?$")


class LotOut(Schema):
    """A lot. `producer` is "" for who may not see it, `unit` while it is under way; `link` leads to its public page.

    `owner` is whose goods they are: who bought them, or else their producer.
    """

    number: str
    product: str
    variety: str
    producer: str
    owner: str
    area: str
    unit: str
    began_with: QuantityValue
    left: QuantityValue
    grade: str
    harvested_on: date | None
    created_at: datetime
    gtin: str
    element_string: str
    link: str
    recalled_at: datetime | None
    recall_reason: str


class StepOut(Schema):
    """What happened to a lot, and what it gained or lost by it; `unit` is where, "" where that is not known."""

    kind: EventKind
    at: datetime
    lot: str
    quantity: QuantityValue
    unit: str
    reason: str
    reference: str


class OriginOut(Schema):
    """How much of what a lot began with came from a lot that was taken in."""

    lot: str
    quantity: QuantityValue


class UseOut(Schema):
    """How much of a lot was packed into what `reference` names, and when it was put back."""

    reference: str
    quantity: QuantityValue
    packed_at: datetime
    undone_at: datetime | None


class ResultValue(Schema):
    """One value of a test in its measure's unit: °Bx, % or mg/kg. `passed` is needed only without a limit."""

    measure: Measure
    value: Measured
    limit: Measured | None = None
    passed: bool | None = None
    substance: str = Field("", max_length=60)


class TestIn(Schema):
    """A test of a lot, with the laboratory or office behind it."""

    results: list[ResultValue] = Field(max_length=50)
    tested_by: Text = Field(min_length=1, max_length=120)
    tested_on: date

    def given(self) -> InspectionGiven:
        """Return the test as the service takes it."""
        return InspectionGiven([Result(**dict(row)) for row in self.results], self.tested_by, self.tested_on)


class TestOut(Schema):
    """A test of a lot."""

    tested_on: date
    tested_by: str
    results: list[ResultValue]


class SplitIn(Schema):
    """The parts that become lots of their own."""

    parts: list[QuantityValue] = Field(min_length=1, max_length=MOST_PARTS)


class MergeIn(Schema):
    """The lots that become one."""

    lots: list[Number] = Field(min_length=2, max_length=MOST_PARTS)


class LossIn(Schema):
    """What is gone, and why."""

    quantity: QuantityValue
    reason: LossReason
    note: Note = ""


class StepIn(Schema):
    """A step recorded by hand: cooled or noted."""

    kind: EventKind
    note: Note = ""


class GradeIn(Schema):
    """The class of a lot."""

    grade: Grade


class RecallIn(Schema):
    """Why nobody should eat it; the public reads this."""

    reason: Note


def lots_out(actor: Actor, lots: Sequence[Lot]) -> list[LotOut]:
    """Return lots as JSON, as `actor` sees them, with one look-up for each kind of name."""
    return [
        LotOut(
            number=row.lot.number,
            product=row.product.code,
            variety=row.variety.code if row.variety else "",
            producer=row.producer.number if row.producer else "",
            owner=row.owner_number,
            area=row.lot.area_id,
            unit=row.unit.number if row.unit else "",
            began_with=QuantityValue.of(row.lot.began_with),
            left=QuantityValue.of(row.lot.left),
            grade=row.lot.grade,
            harvested_on=row.lot.harvested_on,
            created_at=row.lot.created_at,
            gtin=row.lot.gtin,
            element_string=element_string(row.lot.gtin, row.lot.number),
            link=link_path(row.lot.gtin, row.lot.number),
            recalled_at=row.lot.recalled_at,
            recall_reason=row.lot.recall_reason,
        )
        for row in queries.named(lots, actor)
    ]


def steps_out(lot: Lot, steps: Sequence[Step]) -> list[StepOut]:
    """Return the steps of a journey as JSON, with one look-up for lots and one for units."""
    numbers, units = queries.numbers_of_lots(step.lot_id for step in steps), queries.numbers_of_units(steps)
    return [
        StepOut(
            kind=step.kind,
            at=step.at,
            lot=numbers[step.lot_id],
            quantity=QuantityValue.of(Quantity(step.steps, Unit(lot.unit))),
            unit=units.get(step.unit_id or 0, ""),
            reason=step.reason,
            reference=step.reference,
        )
        for step in steps
    ]


def uses_out(lot: Lot, uses: Sequence[LotUse]) -> list[UseOut]:
    """Return what was packed of a lot as JSON."""
    return [
        UseOut(
            reference=use.reference,
            quantity=QuantityValue.of(Quantity(use.steps, Unit(lot.unit))),
            packed_at=use.packed_at,
            undone_at=use.undone_at,
        )
        for use in uses
    ]


def test_out(test: Inspection) -> TestOut:
    """Return a test as JSON."""
    rows = [row.result for row in test.results.order_by("id")]
    results = [
        ResultValue(measure=r.measure, value=r.value, limit=r.limit, passed=r.passed, substance=r.substance)
        for r in rows
    ]
    return TestOut(tested_on=test.tested_on, tested_by=test.tested_by, results=results)
