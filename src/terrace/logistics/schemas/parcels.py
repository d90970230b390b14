"""What the REST interface takes and says of parcels and scans."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from terrace.http.rest import MoneyValue, QuantityValue, Text
from terrace.logistics import queries
from terrace.logistics.domain import Direction, Effect, ParcelStatus, ScanKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.shelf import Care
from terrace.logistics.models import Consignment, Parcel, Scan
from terrace.logistics.schemas.fields import Note, Number, kilograms, numbers_of
from terrace.registry import queries as registry

Grams = Annotated[int, Field(ge=1, le=500_000)]


class ParcelFilters(Schema):
    """Filters of the list of parcels; `open` leaves what is on its way, `care` what has to be seen to."""

    text: str | None = Field(None, max_length=40)
    direction: Direction | None = None
    status: ParcelStatus | None = None
    care: Care | None = None
    open: bool | None = None


class ParcelIn(Schema):
    """A parcel to announce. Units and parties by their numbers, `weight_grams` of the whole parcel.

    `cod` is the cash on delivery that who fetches it pays for its carrier.

    One that goes down needs `to_unit`, `phone` and, unless a post announces it, the caller's own `carrier`.
    """

    direction: Direction
    from_unit: Number
    to_unit: Number = ""
    carrier: Number = ""
    waybill: Annotated[Text, Field(max_length=40)] = ""
    recipient: Annotated[Text, Field(max_length=80)]
    phone: Annotated[Text, Field(max_length=40)] = ""
    region: Annotated[Text, Field(max_length=120)] = ""
    address: Annotated[Text, Field(max_length=200)] = ""
    weight_grams: Grams
    is_cold: bool = False
    cod: MoneyValue | None = None


class WaybillIn(Schema):
    """The carrier that takes a parcel, by its party's number, and the waybill that it gave."""

    carrier: Number = ""
    waybill: Annotated[Text, Field(max_length=40)]


class NewsIn(Schema):
    """What the carrier says, and when that was; without a moment it was now."""

    status: Literal["in_transit", "delivered", "returned", "lost"]
    at: AwareDatetime | None = None


class ScanIn(Schema):
    """A scan at the unit, or on the vehicle of the tour, with that number.

    `at` is the moment of who scanned, `shelf` the compartment where it is laid.
    """

    code: Annotated[Text, Field(max_length=40)]
    kind: ScanKind
    unit: Number = ""
    tour: Number = ""
    at: AwareDatetime | None = None
    shelf: Annotated[Text, Field(max_length=20)] = ""
    note: Annotated[Text, Field(max_length=200)] = ""


class Scanned(Schema):
    """What bears the code, where it stands now, and what the scan meant: `move`, `repeat` or `late`."""

    number: str
    status: str
    effect: str

    @classmethod
    def of(cls, row: Parcel | Consignment, effect: Effect) -> "Scanned":
        """Return the answer to a scan."""
        return cls(number=row.number, status=str(row.status), effect=effect.name.lower())


class ScanOut(Schema):
    """A scan of the history; `moved` is false for one that came late. `unit` is a number, "" for none.

    `proof` of a hand-over at a point is `code`, `signature` or `photo`; `to_other`: to who was named to collect it.
    """

    kind: ScanKind
    status: str
    at: datetime
    moved: bool
    unit: str
    proof: str
    to_other: bool
    note: str


class ParcelOut(Schema):
    """A parcel, without its recipient. Units and carrier by their numbers, "" for none."""

    number: str
    direction: Direction
    status: ParcelStatus
    reference: str
    carrier: str
    waybill: str
    from_unit: str
    to_unit: str
    unit_at: str
    weight: QuantityValue
    is_cold: bool
    cod: MoneyValue | None
    shelf: str
    is_astray: bool
    keep_until: datetime | None
    seen_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class ParcelWay(ParcelOut):
    """A parcel with its way so far, the oldest scan first."""

    scans: list[ScanOut]


class HandOverIn(Schema):
    """The pick-up code that the recipient was sent, and how cash on delivery was paid: needed where there is any."""

    code: Annotated[Text, Field(min_length=1, max_length=10)]
    paid: CashWay | None = None


class RefusedIn(Schema):
    """What the recipient said who refuses a parcel."""

    note: Note = ""


class LongerIn(Schema):
    """For how many days from today a parcel is kept."""

    days: Annotated[int, Field(ge=1, le=14)]


def parcels_out(rows: Sequence[Parcel]) -> list[ParcelOut]:
    """Return parcels as JSON, with one look-up for each kind of number."""
    units = numbers_of(pk for row in rows for pk in (row.from_unit_id, row.to_unit_id, row.unit_at_id))
    parties = registry.parties_by_id({row.carrier_id for row in rows if row.carrier_id})
    return [
        ParcelOut(
            number=row.number,
            direction=Direction(row.direction),
            status=ParcelStatus(row.status),
            reference=row.reference,
            carrier=parties[row.carrier_id].number if row.carrier_id else "",
            waybill=row.waybill,
            from_unit=units.get(row.from_unit_id, ""),
            to_unit=units.get(row.to_unit_id or 0, ""),
            unit_at=units.get(row.unit_at_id or 0, ""),
            weight=kilograms(row.weight_grams),
            is_cold=row.is_cold,
            cod=MoneyValue.of(row.cod),
            shelf=row.shelf,
            is_astray=row.is_astray,
            keep_until=row.keep_until,
            seen_at=row.seen_at,
            sent_at=row.sent_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def way_out(row: Parcel) -> ParcelWay:
    """Return a parcel with its way as JSON."""
    scans = list(queries.scans_of(row))
    units = numbers_of(scan.unit_id for scan in scans)
    return ParcelWay(**parcels_out([row])[0].dict(), scans=[_scan_out(scan, units) for scan in scans])


def _scan_out(scan: Scan, units: dict[int, str]) -> ScanOut:
    return ScanOut(
        kind=ScanKind(scan.kind),
        status=scan.status,
        at=scan.at,
        moved=scan.moved,
        unit=units.get(scan.unit_id or 0, ""),
        proof=scan.proof,
        to_other=scan.to_other,
        note=scan.note,
    )
