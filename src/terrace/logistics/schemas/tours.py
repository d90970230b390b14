"""What the REST interface takes and says of tours."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated

from ninja import Field, Schema

from terrace.accounts import queries as accounts
from terrace.http.rest import QuantityValue, Text
from terrace.logistics import queries
from terrace.logistics.domain import LoadState, TourStatus
from terrace.logistics.models import Tour
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number, kilograms, numbers_of

LocalTime = Annotated[time, Field(json_schema_extra={"format": "time-local"})]
"""A time on the clocks here; the format `time` would ask for a zone, `time-local` of the OpenAPI registry has none."""
PersonId = Annotated[int, Field(ge=1, le=2**53)]


class TourFilters(Schema):
    """Filters of the list of tours."""

    first: date | None = None
    last: date | None = None
    status: TourStatus | None = None


class TourOut(Schema):
    """A tour of a day at its `version`. The centre by its number, the vehicle by its plate, the driver by name."""

    number: str
    version: int
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

    id: int
    place: int
    unit: str
    planned_at: LocalTime | None
    arrived_at: datetime | None
    left_at: datetime | None


class LoadOut(Schema):
    """What rides: from the stop at a place to the stop at a place, null for the yard at start or end."""

    id: int
    number: str
    takes: int | None
    drops: int | None
    weight: QuantityValue
    state: LoadState


class TourPlan(TourOut):
    """A tour with its stops and what rides."""

    stops: list[StopOut]
    loads: list[LoadOut]


class DriverOut(Schema):
    """Somebody who holds a driver's post at a centre today."""

    id: int
    name: str


class TourIn(Schema):
    """Who drives what and when: the vehicle by its number, the driver by the id that the list of drivers says."""

    vehicle: Number
    driver: PersonId
    on: date
    starts_at: LocalTime


class NewTourIn(TourIn):
    """A tour of a centre, named by its number."""

    unit: Number


class ChangedTourIn(TourIn, LogisticsVersionIn):
    """A tour that has not left, changed from the version that was read."""


class TourStopIn(LogisticsVersionIn):
    """One more stop, at the unit with this number."""

    unit: Number
    planned_at: LocalTime | None = None


class PlacesIn(LogisticsVersionIn):
    """By how many places a stop moves, up where it is below zero."""

    places: Annotated[int, Field(ge=-60, le=60)]


class TimedIn(LogisticsVersionIn):
    """When the tour is to be at a stop, null for no time."""

    planned_at: LocalTime | None = None


class LoadsIn(LogisticsVersionIn):
    """Parcels and consignments to put on the tour, by their numbers."""

    codes: Annotated[list[Number], Field(min_length=1, max_length=200)]


class ProblemIn(Schema):
    """What is wrong on the way."""

    text: Annotated[Text, Field(min_length=1, max_length=120)]


class MovedOut(Schema):
    """How many things were loaded or unloaded."""

    count: int


def tours_out(rows: Sequence[Tour]) -> list[TourOut]:
    """Return tours as JSON, with one look-up for each kind of name."""
    units = numbers_of(row.unit_id for row in rows)
    people = accounts.people_by_id({row.driver_id for row in rows})
    return [
        TourOut(
            number=row.number,
            version=row.version,
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
    units, places = numbers_of(stop.unit_id for stop in stops), {stop.pk: stop.place for stop in stops}
    halts = [
        StopOut(
            id=stop.pk,
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
            id=load.pk,
            number=str(load.parcel or load.consignment),
            takes=places.get(load.take_at_id or 0),
            drops=places.get(load.drop_at_id or 0),
            weight=kilograms(load.grams),
            state=LoadState(load.state),
        )
        for load in queries.loads_of(row)
    ]
    return TourPlan(**tours_out([row])[0].dict(), stops=halts, loads=loads)
