"""What the REST interface takes and says of consignments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime

from terrace.http.rest import QuantityValue
from terrace.logistics import queries
from terrace.logistics.domain import ConsignmentStatus
from terrace.logistics.models import Consignment
from terrace.logistics.schemas.fields import Note, Number, kilograms, numbers_of
from terrace.traceability import queries as lots
from terrace.traceability.domain import LossReason


class ConsignmentFilters(Schema):
    """Filters of the list of consignments."""

    status: ConsignmentStatus | None = None


class ConsignmentLineOut(Schema):
    """A lot of a consignment by its number: what was sent, and what arrived, null until it was counted."""

    lot: str
    sent: QuantityValue
    arrived: QuantityValue | None


class ConsignmentOut(Schema):
    """A consignment with its lots. Units by their numbers, `unit_at` "" while it is on a vehicle."""

    number: str
    status: ConsignmentStatus
    from_unit: str
    to_unit: str
    unit_at: str
    crates: int
    weight: QuantityValue
    is_cold: bool
    lines: list[ConsignmentLineOut]
    ready_at: datetime | None
    waits_until: datetime | None
    sent_at: datetime | None
    arrived_at: datetime | None


class GoodsIn(Schema):
    """How much of a lot, by the lot's number."""

    lot: Number
    quantity: QuantityValue


class ConsignmentIn(Schema):
    """Lots to make up at a unit. `weight_grams` is what they weigh with their crates; pieces have to be weighed."""

    from_unit: Number
    to_unit: Number
    lots: Annotated[list[GoodsIn], Field(min_length=1, max_length=40)]
    crates: Annotated[int, Field(ge=0, le=10_000)] = 0
    weight_grams: Annotated[int, Field(ge=1, le=40_000_000)] | None = None
    is_cold: bool = False
    ready_at: AwareDatetime | None = None
    waits_until: AwareDatetime | None = None


class WindowIn(Schema):
    """From when a consignment can be fetched, null for at once, and until when it may wait, null for that day."""

    ready_at: AwareDatetime | None = None
    waits_until: AwareDatetime | None = None


class CountIn(Schema):
    """What arrived; a lot that is not named came in full. Where less came than was sent, `reason` says why."""

    arrived: Annotated[list[GoodsIn], Field(max_length=40)] = []
    reason: LossReason | None = None
    note: Note = ""


def consignments_out(rows: Sequence[Consignment]) -> list[ConsignmentOut]:
    """Return consignments as JSON, with one look-up for each kind of number."""
    units = numbers_of(pk for row in rows for pk in (row.from_unit_id, row.to_unit_id, row.unit_at_id))
    lines = queries.lines_of(rows)
    known = lots.lots_by_id(line.lot_id for found in lines.values() for line in found)
    return [
        ConsignmentOut(
            number=row.number,
            status=ConsignmentStatus(row.status),
            from_unit=units.get(row.from_unit_id, ""),
            to_unit=units.get(row.to_unit_id, ""),
            unit_at=units.get(row.unit_at_id or 0, ""),
            crates=row.crates,
            weight=kilograms(row.grams),
            is_cold=row.is_cold,
            lines=[
                ConsignmentLineOut(
                    lot=known[line.lot_id].number,
                    sent=QuantityValue.of(line.sent),
                    arrived=QuantityValue.of(line.arrived) if line.arrived is not None else None,
                )
                for line in lines[row.pk]
            ],
            ready_at=row.ready_at,
            waits_until=row.waits_until,
            sent_at=row.sent_at,
            arrived_at=row.arrived_at,
        )
        for row in rows
    ]
