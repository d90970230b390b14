"""What the REST interface takes and says of roads that are closed or slow."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import Text
from terrace.logistics.models import RoadCondition
from terrace.logistics.schemas.fields import Number, numbers_of
from terrace.logistics.services import ConditionGiven
from terrace.network.domain.places import read_point


class ConditionIn(Schema):
    """What is closed (`pace_percent` nought) or slow: near a unit or a point, or between two areas by their codes."""

    centre: Number
    from_on: date
    until_on: date | None = None
    reason: Annotated[Text, Field(max_length=120)]
    pace_percent: Annotated[int, Field(ge=0, le=95)] = 0
    unit: Number | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    radius_m: Annotated[int, Field(ge=50, le=50_000)] | None = None
    one_area: Number | None = None
    other_area: Number | None = None

    def given(self, unit_id: int | None) -> ConditionGiven:
        """Return it as the service takes it."""
        areas = (self.one_area or "", self.other_area or "") if self.one_area or self.other_area else None
        return ConditionGiven(
            from_on=self.from_on,
            until_on=self.until_on,
            reason=self.reason,
            pace_percent=self.pace_percent,
            unit_id=unit_id,
            point=read_point(self.latitude, self.longitude),
            radius_m=self.radius_m,
            areas=areas,
        )


class ConditionOut(Schema):
    """What is closed or slow. From `ended_on` on it holds no more."""

    id: int
    version: int
    centre: str
    from_on: date
    until_on: date | None
    ended_on: date | None
    reason: str
    pace_percent: int
    unit: str | None
    latitude: float | None
    longitude: float | None
    radius_m: int | None
    one_area: str | None
    other_area: str | None


def conditions_out(rows: Sequence[RoadCondition]) -> list[ConditionOut]:
    """Return conditions as JSON."""
    numbers = numbers_of([pk for row in rows for pk in (row.centre_id, row.unit_id)])
    return [
        ConditionOut(
            id=row.pk,
            version=row.version,
            centre=numbers[row.centre_id],
            from_on=row.from_on,
            until_on=row.until_on,
            ended_on=row.ended_on,
            reason=row.reason,
            pace_percent=row.pace_percent,
            unit=numbers[row.unit_id] if row.unit_id else None,
            latitude=row.latitude,
            longitude=row.longitude,
            radius_m=row.radius_m,
            one_area=row.one_area_id,
            other_area=row.other_area_id,
        )
        for row in rows
    ]
