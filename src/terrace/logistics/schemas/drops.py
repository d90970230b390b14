"""What the REST interface takes and says of what tours bring to units."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime

from terrace.logistics import queries
from terrace.logistics.models import DropReceipt, Stop
from terrace.logistics.schemas.fields import Note, Number

Numbers = Annotated[list[Number], Field(max_length=500)]


class DropIn(Schema):
    """What is not as it should be of what a tour brought; what is not named is here and well."""

    missing: Numbers = []
    damaged: Numbers = []
    at: AwareDatetime | None = None
    note: Note = ""


class DropReceiptOut(Schema):
    """The keeper's word."""

    at: datetime
    expected: int
    arrived: int
    missing: int
    damaged: int


class DropOut(Schema):
    """What a tour brings to a stop, by its numbers, and the keeper's word on it, null before."""

    tour: str
    place: int
    pieces: list[str]
    receipt: DropReceiptOut | None


def drop_out(stop: Stop) -> DropOut:
    """Return what a tour brings to a stop as JSON."""
    found = queries.receipts_of(stop.tour).get(stop.pk)
    return DropOut(
        tour=stop.tour.number,
        place=stop.place,
        pieces=queries.pieces_for(stop),
        receipt=_receipt(found) if found else None,
    )


def _receipt(found: DropReceipt) -> DropReceiptOut:
    return DropReceiptOut(
        at=found.at,
        expected=found.expected,
        arrived=found.arrived,
        missing=found.missing,
        damaged=found.damaged,
    )
