"""What the REST interface of logistics takes and gives. Recipients are taken, and never given out again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Annotated, Literal

from ninja import Field, Schema

from terrace.accounts import queries as accounts
from terrace.http.rest import MoneyValue, QuantityValue, Text
from terrace.kernel.quantity import Quantity, Unit
from terrace.logistics import queries
from terrace.logistics.domain import (
    ConsignmentStatus,
    Direction,
    Effect,
    LoadState,
    ParcelStatus,
    ScanKind,
    TariffKind,
    TourStatus,
)
from terrace.logistics.models import Consignment, Parcel, Scan, Tariff, Tour
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.traceability import queries as lots

Number = Annotated[str, Field(max_length=40)]
Grams = Annotated[int, Field(ge=1, le=500_000)]
LocalTime = Annotated[time, Field(json_schema_extra={"format": "time-local"})]
"""A time on the clocks here; the format `time` would ask for a zone, `time-local` of the OpenAPI registry has none."""


class ParcelFilters(Schema):
    """Filters of the list of parcels; `open` leaves what is on its way."""

    text: str | None = Field(None, max_length=40)
    direction: Direction | None = None
    status: ParcelStatus | None = None
    open: bool | None = None


class ParcelIn(Schema):
    """A parcel to announce. Units and parties by their numbers, `weight_grams` of the whole parcel.

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


class WaybillIn(Schema):
    """The carrier that takes a parcel, by its party's number, and the waybill that it gave."""

    carrier: Number = ""
    waybill: Annotated[Text, Field(max_length=40)]


class NewsIn(Schema):
    """What the carrier says, and when that was; without a moment it was now."""

    status: Literal["in_transit", "delivered", "returned", "lost"]
    at: datetime | None = None


class ScanIn(Schema):
    """A scan at the unit, or on the vehicle of the tour, with that number; `at` is the moment of who scanned."""

    code: Annotated[Text, Field(max_length=40)]
    kind: ScanKind
    unit: Number = ""
    tour: Number = ""
    at: datetime | None = None
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
    """A scan of the history; `moved` is false for one that came late. `unit` is a number, "" for none."""

    kind: ScanKind
    status: str
    at: datetime
    moved: bool
    unit: str
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
    seen_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class ParcelWay(ParcelOut):
    """A parcel with its way so far, the oldest scan first."""

    scans: list[ScanOut]


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
    sent_at: datetime | None
    arrived_at: datetime | None


class TourFilters(Schema):
    """Filters of the list of tours."""

    first: date | None = None
    last: date | None = None
    status: TourStatus | None = None


class TourOut(Schema):
    """A tour of a day. The centre by its number, the vehicle by its plate, the driver by name."""

    number: str
    status: TourStatus
    unit: str
    vehicle: str
    driver: str
    on: date
    starts_at: LocalTime
    started_at: datetime | None
    finished_at: datetime | None


class StopOut(Schema):
    """A stop in the order of driving; the unit by its number."""

    place: int
    unit: str
    planned_at: LocalTime | None
    arrived_at: datetime | None
    left_at: datetime | None


class LoadOut(Schema):
    """What rides: from the stop at a place to the stop at a place, null for the yard at start or end."""

    number: str
    takes: int | None
    drops: int | None
    weight: QuantityValue
    state: LoadState


class TourPlan(TourOut):
    """A tour with its stops and what rides."""

    stops: list[StopOut]
    loads: list[LoadOut]


class TariffFilters(Schema):
    """Filters of the tariffs."""

    kind: TariffKind | None = None


class TariffOut(Schema):
    """A tariff. `party` is the number of the carrier that it was agreed with, "" for all."""

    kind: TariffKind
    area: str
    party: str
    starts_on: date
    per_parcel: MoneyValue
    per_kg: MoneyValue
    first_grams: int


def parcels_out(rows: Sequence[Parcel]) -> list[ParcelOut]:
    """Return parcels as JSON, with one look-up for each kind of number."""
    units = _numbers(pk for row in rows for pk in (row.from_unit_id, row.to_unit_id, row.unit_at_id))
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
            weight=_kilograms(row.weight_grams),
            seen_at=row.seen_at,
            sent_at=row.sent_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def way_out(row: Parcel) -> ParcelWay:
    """Return a parcel with its way as JSON."""
    scans = list(queries.scans_of(row))
    units = _numbers(scan.unit_id for scan in scans)
    return ParcelWay(**parcels_out([row])[0].dict(), scans=[_scan_out(scan, units) for scan in scans])


def consignments_out(rows: Sequence[Consignment]) -> list[ConsignmentOut]:
    """Return consignments as JSON, with one look-up for each kind of number."""
    units = _numbers(pk for row in rows for pk in (row.from_unit_id, row.to_unit_id, row.unit_at_id))
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
            weight=_kilograms(row.grams),
            is_cold=row.is_cold,
            lines=[
                ConsignmentLineOut(
                    lot=known[line.lot_id].number,
                    sent=QuantityValue.of(line.sent),
                    arrived=QuantityValue.of(line.arrived) if line.arrived is not None else None,
                )
                for line in lines[row.pk]
            ],
            sent_at=row.sent_at,
            arrived_at=row.arrived_at,
        )
        for row in rows
    ]


def tours_out(rows: Sequence[Tour]) -> list[TourOut]:
    """Return tours as JSON, with one look-up for each kind of name."""
    units = _numbers(row.unit_id for row in rows)
    people = accounts.people_by_id({row.driver_id for row in rows})
    return [
        TourOut(
            number=row.number,
            status=TourStatus(row.status),
            unit=units[row.unit_id],
            vehicle=row.vehicle.plate,
            driver=people[row.driver_id].name,
            on=row.on,
            starts_at=row.starts_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )
        for row in rows
    ]


def plan_out(row: Tour) -> TourPlan:
    """Return a tour with its stops and loads as JSON."""
    stops = queries.stops_of(row)
    units, places = _numbers(stop.unit_id for stop in stops), {stop.pk: stop.place for stop in stops}
    halts = [
        StopOut(
            place=stop.place,
            unit=units[stop.unit_id],
            planned_at=stop.planned_at,
            arrived_at=stop.arrived_at,
            left_at=stop.left_at,
        )
        for stop in stops
    ]
    loads = [
        LoadOut(
            number=str(load.parcel or load.consignment),
            takes=places.get(load.take_at_id or 0),
            drops=places.get(load.drop_at_id or 0),
            weight=_kilograms(load.grams),
            state=LoadState(load.state),
        )
        for load in queries.loads_of(row)
    ]
    return TourPlan(**tours_out([row])[0].dict(), stops=halts, loads=loads)


def tariffs_out(rows: Sequence[Tariff]) -> list[TariffOut]:
    """Return tariffs as JSON."""
    parties = registry.parties_by_id({row.party_id for row in rows if row.party_id})
    return [
        TariffOut(
            kind=TariffKind(row.kind),
            area=row.area_id,
            party=parties[row.party_id].number if row.party_id else "",
            starts_on=row.starts_on,
            per_parcel=MoneyValue(minor=row.per_parcel_minor, currency=row.currency),
            per_kg=MoneyValue(minor=row.per_kg_minor, currency=row.currency),
            first_grams=row.first_grams,
        )
        for row in rows
    ]


def _scan_out(scan: Scan, units: dict[int, str]) -> ScanOut:
    return ScanOut(
        kind=ScanKind(scan.kind),
        status=scan.status,
        at=scan.at,
        moved=scan.moved,
        unit=units.get(scan.unit_id or 0, ""),
        note=scan.note,
    )


def _numbers(ids: Iterable[int | None]) -> dict[int, str]:
    return {pk: unit.number for pk, unit in network.units_by_id(pk for pk in ids if pk is not None).items()}


def _kilograms(grams: int) -> QuantityValue:
    return QuantityValue.of(Quantity(grams, Unit.KILOGRAM))
