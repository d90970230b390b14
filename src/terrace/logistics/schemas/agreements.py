"""What the REST interface takes and says of agreements with carriers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.kernel.money import Money
from terrace.logistics import queries
from terrace.logistics.domain.agreements import Round
from terrace.logistics.models import Agreement, Zone
from terrace.logistics.queries.agreements import Terms
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number
from terrace.logistics.schemas.tours import LocalTime
from terrace.logistics.services import AgreementGiven, ZoneGiven


class RoundValue(Schema):
    """What is handed over until `by` is ready for tours at `ready_at`, by the clocks of the centre."""

    by: LocalTime
    ready_at: LocalTime


class ZoneIn(Schema):
    """Areas by code that cost the same; none for all that no other zone names."""

    name: Annotated[Text, Field(min_length=1, max_length=40)]
    areas: Annotated[list[Number], Field(max_length=1000)] = []
    per_parcel: MoneyValue
    per_kg: MoneyValue
    first_grams: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    return_parcel: MoneyValue | None = None
    return_kg: MoneyValue | None = None

    def given(self) -> ZoneGiven:
        """Return the zone as the service takes it."""
        return ZoneGiven(
            self.name,
            self.per_parcel.money,
            self.per_kg.money,
            self.first_grams,
            self.return_parcel.money if self.return_parcel else None,
            self.return_kg.money if self.return_kg else None,
            tuple(self.areas),
        )


class CarrierAgreementIn(Schema):
    """What was agreed, both days included; `ends_on` null for until it is ended."""

    starts_on: date
    ends_on: date | None = None
    minimum: MoneyValue | None = None
    rounds: Annotated[list[RoundValue], Field(max_length=6)] = []
    zones: Annotated[list[ZoneIn], Field(min_length=1, max_length=12)]

    def given(self) -> AgreementGiven:
        """Return the agreement as the service takes it."""
        return AgreementGiven(
            self.starts_on,
            [zone.given() for zone in self.zones],
            self.ends_on,
            self.minimum.money if self.minimum else None,
            [Round(one.by, one.ready_at) for one in self.rounds],
        )


class AgreementEndIn(LogisticsVersionIn):
    """The last day of an agreement."""

    ends_on: date


class ZoneOut(Schema):
    """A zone; one without areas is for all that no other zone names."""

    name: str
    areas: list[str]
    per_parcel: MoneyValue
    per_kg: MoneyValue
    first_grams: int
    return_parcel: MoneyValue
    return_kg: MoneyValue


class CarrierAgreementOut(Schema):
    """A carrier's contract with a centre. Its prices never change; its last day may."""

    id: int
    version: int
    carrier: str
    starts_on: date
    ends_on: date | None
    minimum: MoneyValue
    rounds: list[RoundValue]
    zones: list[ZoneOut]


def agreement_out(row: Agreement) -> CarrierAgreementOut:
    """Return an agreement with all that it says as JSON."""
    return agreements_out([row])[0]


def agreements_out(rows: Sequence[Agreement]) -> list[CarrierAgreementOut]:
    """Return agreements with all that they say as JSON."""
    areas = queries.areas_of(rows)
    return [_agreement_out(terms.agreement, terms, areas) for terms in queries.terms_of_all(rows)]


def _agreement_out(row: Agreement, terms: Terms, areas: Mapping[int, list[str]]) -> CarrierAgreementOut:
    zones = {zone.pk: zone for zone in [*terms.named.values(), *([terms.rest] if terms.rest else [])]}
    return CarrierAgreementOut(
        id=row.pk,
        version=row.version,
        carrier=row.carrier.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        minimum=_money(row.minimum),
        rounds=[RoundValue(by=one.by, ready_at=one.ready_at) for one in terms.rounds],
        zones=[_zone_out(zone, areas.get(zone.pk, [])) for zone in zones.values()],
    )


def _zone_out(zone: Zone, areas: list[str]) -> ZoneOut:
    return ZoneOut(
        name=zone.name,
        areas=areas,
        per_parcel=_money(zone.rate.per_parcel),
        per_kg=_money(zone.rate.per_kg),
        first_grams=zone.first_grams,
        return_parcel=_money(zone.return_rate.per_parcel),
        return_kg=_money(zone.return_rate.per_kg),
    )


def _money(amount: Money) -> MoneyValue:
    return MoneyValue(minor=amount.minor, currency=amount.currency)
