"""What the REST interface takes and says of vehicles, carriers and tariffs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, QuantityValue, Text
from terrace.logistics import queries
from terrace.logistics.domain import TariffKind
from terrace.logistics.models import Carrier, ParcelFee, Tariff, Vehicle
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number, kilograms, numbers_of
from terrace.logistics.services import VehicleGiven
from terrace.registry import queries as registry


class VehicleIn(Schema):
    """A vehicle and how many grams it carries."""

    plate: Annotated[Text, Field(min_length=1, max_length=20)]
    label: Annotated[Text, Field(max_length=60)] = ""
    capacity_grams: Annotated[int, Field(ge=1, le=40_000_000)]
    is_cold: bool = False

    def given(self, *, is_active: bool = True) -> VehicleGiven:
        """Return the vehicle as the service takes it."""
        return VehicleGiven(self.plate, self.capacity_grams, self.label, self.is_cold, is_active)


class NewVehicleIn(VehicleIn):
    """A vehicle of a centre, named by its number."""

    unit: Number


class ChangedVehicleIn(VehicleIn, LogisticsVersionIn):
    """A vehicle that is there; one that is not active is put on no new tour."""

    is_active: bool = True


class VehicleOut(Schema):
    """A vehicle of a centre."""

    number: str
    version: int
    unit: str
    plate: str
    label: str
    capacity: QuantityValue
    is_cold: bool
    is_active: bool


class CarrierIn(Schema):
    """An enterprise of the register, by its number, that is to share a centre's network."""

    unit: Number
    party: Number


class CarrierStandIn(LogisticsVersionIn):
    """Whether a carrier hands over new parcels."""

    is_active: bool


class CarrierOut(Schema):
    """A courier company that shares a centre's network, and what it owes for parcels that were handed over."""

    number: str
    version: int
    party: str
    unit: str
    is_active: bool
    owed: MoneyValue | None


class TariffIn(Schema):
    """What is paid in an area from a day on; `party` is the carrier that it was agreed with, "" for all."""

    kind: TariffKind
    area: Number
    party: Number = ""
    starts_on: date
    per_parcel: MoneyValue
    per_kg: MoneyValue
    first_grams: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class FeeFilters(Schema):
    """Filters of the fees; `owed` leaves those that wait for the carrier's money."""

    kind: Literal["fleet", "outlet", "return"] | None = None
    owed: bool | None = None


class FeeOut(Schema):
    """What a carrier pays a unit for a parcel of so many grams; `paid_at` null if owed.

    The prices are the tariff's of that day, from `tariff_starts_on` on. With a `zone`
    they are those of its agreement, of which an outlet gets its tariff's share.
    """

    parcel: str
    kind: TariffKind
    unit: str
    carrier: str
    weight: QuantityValue
    per_parcel: MoneyValue
    per_kg: MoneyValue
    first_grams: int
    tariff_starts_on: date
    zone: str
    amount: MoneyValue
    at: datetime
    paid_at: datetime | None


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


def fees_out(rows: Sequence[ParcelFee]) -> list[FeeOut]:
    """Return fees as JSON, each with the prices that it comes from."""
    units, parties = numbers_of(row.unit_id for row in rows), registry.parties_by_id({row.payer_id for row in rows})
    return [
        FeeOut(
            parcel=row.parcel.number,
            kind=TariffKind(row.kind),
            unit=units[row.unit_id],
            carrier=parties[row.payer_id].number,
            weight=kilograms(row.parcel.weight_grams),
            per_parcel=MoneyValue(minor=row.rate.per_parcel.minor, currency=row.currency),
            per_kg=MoneyValue(minor=row.rate.per_kg.minor, currency=row.currency),
            first_grams=row.rate.first_grams,
            tariff_starts_on=row.agreed_on,
            zone=row.zone.name if row.zone else "",
            amount=MoneyValue(minor=row.amount_minor, currency=row.currency),
            at=row.created_at,
            paid_at=row.paid_at,
        )
        for row in rows
    ]


def vehicles_out(rows: Sequence[Vehicle]) -> list[VehicleOut]:
    """Return vehicles as JSON."""
    units = numbers_of(row.unit_id for row in rows)
    return [
        VehicleOut(
            number=row.number,
            version=row.version,
            unit=units[row.unit_id],
            plate=row.plate,
            label=row.label,
            capacity=kilograms(row.capacity_grams),
            is_cold=row.is_cold,
            is_active=row.is_active,
        )
        for row in rows
    ]


def carriers_out(rows: Sequence[Carrier]) -> list[CarrierOut]:
    """Return carriers as JSON."""
    units, parties = numbers_of(row.unit_id for row in rows), registry.parties_by_id({row.party_id for row in rows})
    owed = queries.owed_by(parties)
    return [
        CarrierOut(
            number=row.number,
            version=row.version,
            party=parties[row.party_id].number,
            unit=units[row.unit_id],
            is_active=row.is_active,
            owed=MoneyValue.of(owed.get(row.party_id)),
        )
        for row in rows
    ]


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
