"""What the REST interface of the network takes and gives."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from ninja import Field, Schema

from terrace.network.domain import Service
from terrace.network.domain.hours import read_hours
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import Details

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text without the one character that PostgreSQL does not keep."""
Name = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class AreaOut(Schema):
    """An area. `parent` is the code above it, "" for none; without `is_placed` its point is that of an area above."""

    code: str
    parent: str
    level: str
    tier: str
    county: str
    names: dict[str, str]
    latitude: float | None
    longitude: float | None
    is_placed: bool


class PeriodValue(Schema):
    """Open on each of `days` (1 Monday to 7 Sunday) from `opens` to `closes`, by the local clock."""

    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1, max_length=7)
    opens: Clock
    closes: Clock


class UnitIn(Schema):
    """What a unit tells its visitors: names by language, services, hours, telephone, address."""

    names: dict[str, Name]
    services: list[Service] = Field([], max_length=len(Service))
    hours: list[PeriodValue] = Field([], max_length=14)
    phone: Text = Field("", max_length=30)
    address: Text = Field("", max_length=200)

    def details(self) -> Details:
        """Return the details as the services take them; raises `Invalid` at `hours`."""
        hours = read_hours([period.dict() for period in self.hours])
        return Details(self.names, self.services, hours, self.phone, self.address)


class NewUnitIn(UnitIn):
    """A unit to found in the area with the code `area`, as of a day, at a point of WGS84 where it is known.

    `is_further` confirms that the area, above the villages, is to have more than one.
    """

    area: Text = Field(max_length=32)
    founded_on: date | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    is_further: bool = False


class ChangedUnitIn(UnitIn):
    """A change of a unit that was read at `version`."""

    version: int = Field(ge=1, le=2**31 - 1)


class PlaceIn(Schema):
    """Where a unit, read at `version`, stands, in degrees of WGS84."""

    version: int = Field(ge=1, le=2**31 - 1)
    latitude: Latitude
    longitude: Longitude


class CloseIn(Schema):
    """The closing of a unit that was read at `version`, as of a day or today."""

    version: int = Field(ge=1, le=2**31 - 1)
    closed_on: date | None = None


class UnitOut(Schema):
    """A service unit. Without a point it stands somewhere in its area."""

    number: str
    version: int
    area: str
    tier: str
    names: dict[str, str]
    services: list[Service]
    hours: list[PeriodValue]
    phone: str
    address: str
    latitude: float | None
    longitude: float | None
    founded_on: date
    closed_on: date | None


def areas_out(areas: Sequence[Area]) -> list[AreaOut]:
    """Return the areas as JSON."""
    return [
        AreaOut(
            code=area.code,
            parent=area.parent_id or "",
            level=area.level,
            tier=area.tier,
            county=area.county_code,
            names=area.names,
            latitude=area.latitude,
            longitude=area.longitude,
            is_placed=area.is_placed,
        )
        for area in areas
    ]


def units_out(units: Sequence[ServiceUnit]) -> list[UnitOut]:
    """Return the units as JSON."""
    return [
        UnitOut(
            number=unit.number,
            version=unit.version,
            area=unit.area_id,
            tier=unit.tier,
            names=unit.names,
            services=[Service(service) for service in unit.services],
            hours=[PeriodValue(**period.plain) for period in unit.opening_hours],
            phone=unit.phone,
            address=unit.address,
            latitude=unit.latitude,
            longitude=unit.longitude,
            founded_on=unit.founded_on,
            closed_on=unit.closed_on,
        )
        for unit in units
    ]
