"""What the REST interface takes and says of the tours of today as they go."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import Text
from terrace.logistics.domain.live import TourStanding
from terrace.logistics.queries import LiveTour
from terrace.logistics.schemas.fields import LogisticsVersionIn, Number, numbers_of
from terrace.logistics.schemas.tours import LoadsIn, PersonId
from terrace.logistics.services import Replanned


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


class ReplanIn(Schema):
    """Which vehicle goes on with a tour, by its number; else the tour goes on itself, or nobody goes on with it."""

    vehicle: Number | None = None
    goes_on_itself: bool = False


class CarryOutIn(Schema):
    """The token of what was worked out, and who drives the vehicle that goes on, by id."""

    token: Annotated[Text, Field(max_length=50_000)]
    driver: PersonId | None = None


class StopThenOut(Schema):
    """A stop of a tour as it would be: the unit by its number, when, and whether another tour was to come there."""

    unit: str
    at: time
    is_new: bool


class ChangedTourOut(Schema):
    """A tour that would drive otherwise: its stops to come, the metres more, and the seconds later that it is home."""

    number: str
    extra_metres: int
    seconds_later: int
    stops: list[StopThenOut]


class NotTakenOut(Schema):
    """How many things at a unit no tour can take, and why."""

    unit: str
    things: int
    why: str


class ReplannedOut(Schema):
    """What would become of the rest of a tour. `on_board` things are on a vehicle that nobody takes over from."""

    changed: list[ChangedTourOut]
    not_taken: list[NotTakenOut]
    on_board: int
    token: str


def replanned_out(found: Replanned) -> ReplannedOut:
    """Return what would become of a tour's rest as JSON."""
    stops = [then.stop for one in found.changed for then in one.stops] + [one.stop for one in found.not_taken]
    numbers = numbers_of(stop.unit_id for stop in stops)
    return ReplannedOut(
        changed=[
            ChangedTourOut(
                number=one.tour.number,
                extra_metres=one.extra_m,
                seconds_later=one.later_s,
                stops=[
                    StopThenOut(unit=numbers[then.stop.unit_id], at=then.at, is_new=then.is_new) for then in one.stops
                ],
            )
            for one in found.changed
        ],
        not_taken=[
            NotTakenOut(unit=numbers[one.stop.unit_id], things=one.things, why=str(one.why)) for one in found.not_taken
        ],
        on_board=found.on_board,
        token=found.token,
    )


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
