"""What the REST interface takes and says of the tours of today as they go."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Schema

from terrace.logistics.domain.live import TourStanding
from terrace.logistics.queries import LiveTour
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number, numbers_of
from terrace.logistics.schemas.tours import LoadsIn, PersonId


class ExpectedStopOut(Schema):
    """A stop that is still to come, the unit by its number, when it can be expected, and how much later than planned.

    Null for a stop without an hour.
    """

    unit: str
    expected_at: datetime | None
    seconds_late: int | None


class LiveTourOut(Schema):
    """How a tour of today goes: how late it is at the most, where it was seen last, what its driver reported.

    `done` of `stops` stops are reached.
    """

    number: str
    version: int
    vehicle: str
    standing: TourStanding
    seconds_late: int
    done: int
    stops: int
    ahead: list[ExpectedStopOut]
    seen_at: datetime | None
    latitude: float | None
    longitude: float | None
    trouble: str


class PickUpIn(LoadsIn):
    """What waits at a unit, by its number, and is to be fetched by a tour."""

    unit: Number


class ReliefIn(LogisticsVersionIn):
    """Which vehicle goes on with a tour, by its number, and who drives, by the id that the list of drivers says."""

    vehicle: Number
    driver: PersonId


def live_out(found: Sequence[LiveTour]) -> list[LiveTourOut]:
    """Return tours as JSON."""
    numbers = numbers_of(stop.unit_id for one in found for stop in one.stops)
    return [
        LiveTourOut(
            number=one.tour.number,
            version=one.tour.version,
            vehicle=one.tour.vehicle.plate,
            standing=one.standing,
            seconds_late=round(one.late.total_seconds()),
            done=one.done,
            stops=len(one.stops),
            ahead=[
                ExpectedStopOut(
                    unit=numbers[ahead.stop.unit_id],
                    expected_at=ahead.expected,
                    seconds_late=None if ahead.late is None else round(ahead.late.total_seconds()),
                )
                for ahead in one.ahead
            ],
            seen_at=one.seen.at if one.seen else None,
            latitude=one.seen.point.latitude if one.seen else None,
            longitude=one.seen.point.longitude if one.seen else None,
            trouble=one.trouble,
        )
        for one in found
    ]
