"""What the REST interface takes and says of where vehicles were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime

from terrace.logistics.domain.tracking import Fix, LeftOut, PositionSource
from terrace.logistics.models import Position
from terrace.logistics.queries import DrivenTour
from terrace.logistics.schemas.fields import Number, numbers_of
from terrace.logistics.services import Taken, ToldPosition
from terrace.network.domain.places import Point

MOST_POSITIONS = 500


class PositionIn(Schema):
    """Where a vehicle was (WGS84) and when; how exact that is and how fast it drove, where that is known."""

    at: AwareDatetime
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    accuracy_m: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    speed_kmh: Annotated[int, Field(ge=0, le=1_000)] | None = None

    def as_fix(self) -> Fix:
        """Return the position as the rules take it."""
        point = Point(round(self.latitude, 6), round(self.longitude, 6))
        return Fix(self.at, point, self.accuracy_m, self.speed_kmh)


class ToldPositionIn(PositionIn):
    """Where a driver's phone was while a tour was driven."""

    tour: Number

    def as_told(self) -> ToldPosition:
        """Return the position as the services take it."""
        return ToldPosition(self.tour, self.as_fix())


class ToldPositionsIn(Schema):
    """Positions of a driver's phone, in any order."""

    positions: Annotated[list[ToldPositionIn], Field(min_length=1, max_length=MOST_POSITIONS)]


class PositionsIn(Schema):
    """Positions of a vehicle, in any order."""

    positions: Annotated[list[PositionIn], Field(min_length=1, max_length=MOST_POSITIONS)]


class LeftOutValue(Schema):
    """How many positions were left out for one reason."""

    reason: LeftOut
    count: int


class TakenOut(Schema):
    """What became of positions: `new` ones were taken, `known` ones had been told before."""

    new: int
    known: int
    left_out: list[LeftOutValue]


class PositionOut(Schema):
    """Where a tour's vehicle was, and who told it."""

    at: datetime
    latitude: float
    longitude: float
    accuracy_m: int | None
    speed_kmh: int | None
    source: PositionSource


def taken_out(taken: Taken) -> TakenOut:
    """Return what became of positions as JSON."""
    left_out = [LeftOutValue(reason=reason, count=count) for reason, count in sorted(taken.left_out.items())]
    return TakenOut(new=taken.new, known=taken.known, left_out=left_out)


def positions_out(rows: Sequence[Position]) -> list[PositionOut]:
    """Return positions as JSON."""
    return [
        PositionOut(
            at=row.at,
            latitude=row.latitude,
            longitude=row.longitude,
            accuracy_m=row.accuracy_m,
            speed_kmh=row.speed_kmh,
            source=PositionSource(row.source),
        )
        for row in rows
    ]


class DrivenHaltOut(Schema):
    """A halt by plan and as it was, the yard at the end last; `planned_m` and `driven_m` are the way to it.

    `told_at` is what the driver told, `seen_at` what positions say; what is not known is null.
    """

    unit: str
    planned_at: datetime | None
    told_at: datetime | None
    seen_at: datetime | None
    late_minutes: int | None
    planned_m: int | None
    driven_m: int | None
    is_detour: bool


class StandstillOut(Schema):
    """Where a vehicle stood for ten minutes or longer, but not at its halts."""

    begins_at: datetime
    ends_at: datetime
    latitude: float
    longitude: float


class DrivenOut(Schema):
    """A tour planned against driven; `driven_m` is null where positions do not tell of nearly all of it."""

    halts: list[DrivenHaltOut]
    standstills: list[StandstillOut]
    planned_m: int | None
    driven_m: int | None


def driven_out(told: DrivenTour) -> DrivenOut:
    """Return a tour planned against driven as JSON."""
    units = numbers_of(halt.unit_id for halt in told.halts)
    halts = [
        DrivenHaltOut(
            unit=units[halt.unit_id],
            planned_at=halt.planned_at,
            told_at=halt.told_at,
            seen_at=halt.leg.seen,
            late_minutes=halt.late,
            planned_m=halt.planned_m,
            driven_m=halt.leg.metres,
            is_detour=halt.is_detour,
        )
        for halt in told.halts
    ]
    stood = [
        StandstillOut(
            begins_at=one.still.begins,
            ends_at=one.still.ends,
            latitude=one.still.point.latitude,
            longitude=one.still.point.longitude,
        )
        for one in told.stood
    ]
    return DrivenOut(halts=halts, standstills=stood, planned_m=told.planned_m, driven_m=told.metres)
