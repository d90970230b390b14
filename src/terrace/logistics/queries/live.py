"""The tours of today as they go, for who plans them: how late each is, and when its stops can be expected."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from terrace.audit import queries as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.domain.live import Course, Passed, TourStanding
from terrace.logistics.domain.tracking import expected
from terrace.logistics.models import Stop, Tour
from terrace.logistics.queries.positions import LastSeen, last_positions

REPORTED = "logistics.report_problem"


@dataclass(frozen=True, slots=True)
class StopAhead:
    """A stop that is still to come, when it can be expected, and how much later than planned; None for no time."""

    stop: Stop
    expected: datetime | None
    late: timedelta | None


@dataclass(frozen=True, slots=True)
class LiveTour:
    """A tour of today: how it goes, where it was seen last, what of it is done and what is still to come."""

    tour: Tour
    standing: TourStanding
    late: timedelta
    stops: Sequence[Stop]
    ahead: Sequence[StopAhead]
    seen: LastSeen | None
    trouble: str

    @property
    def here(self) -> Stop | None:
        """The stop at which it is."""
        return next((stop for stop in self.stops if stop.arrived_at and stop.left_at is None), None)

    @property
    def done(self) -> int:
        """How many stops it has reached."""
        return sum(stop.arrived_at is not None for stop in self.stops)


def live_tours(actor: Actor, now: datetime) -> list[LiveTour]:
    """Return the tours of today and those still under way where the actor plans tours, the most urgent first."""
    today = clock.today(now)
    found = Tour.objects.filter(within(actor.paths(Permission.DISPATCH)))
    found = found.filter(Q(on=today) | Q(status=TourStatus.UNDER_WAY)).exclude(status=TourStatus.CANCELLED)
    tours = list(found.select_related("vehicle").order_by("starts_at", "id"))
    stops = _stops(tours)
    seen, troubles = last_positions(tours), _troubles(tours)
    live = [_live(tour, stops[tour.pk], seen.get(tour.pk), troubles.get(tour.pk), now) for tour in tours]
    return sorted(live, key=lambda one: (one.standing.rank, -one.late, one.tour.starts_at, one.tour.pk))


def _stops(tours: Sequence[Tour]) -> Mapping[int, list[Stop]]:
    rows = Stop.objects.filter(tour_id__in=[tour.pk for tour in tours]).order_by("tour_id", "place", "id")
    by_tour: dict[int, list[Stop]] = defaultdict(list)
    for stop in rows:
        by_tour[stop.tour_id].append(stop)
    return by_tour


def _troubles(tours: Sequence[Tour]) -> dict[int, tuple[datetime, str]]:
    """Return the latest problem reported of each tour, by its id."""
    acts = audit.history_of_many({Tour: [tour.pk for tour in tours]}).filter(act=REPORTED)
    found: dict[int, tuple[datetime, str]] = {}
    for act in acts:
        seen = datetime.fromisoformat(act.details["at"]) if "at" in act.details else act.at
        found.setdefault(int(act.subject_id), (seen, str(act.details.get("text", ""))))
    return found


def _live(
    tour: Tour, stops: Sequence[Stop], seen: LastSeen | None, trouble: tuple[datetime, str] | None, now: datetime
) -> LiveTour:
    course = Course(
        status=TourStatus(tour.status),
        begins=_moment(tour.on, tour.starts_at),
        started_at=tour.started_at,
        stops=[_passed(tour, stop) for stop in stops],
        heard_at=seen.at if seen else None,
        trouble_at=trouble[0] if trouble else None,
    )
    coming = [stop for stop in stops if stop.arrived_at is None] if course.status.is_open else []
    planned = [_moment(tour.on, stop.planned_at) if stop.planned_at else None for stop in coming]
    ahead = [
        StopAhead(stop, moment, moment - plan if moment and plan else None)
        for stop, plan, moment in zip(coming, planned, expected(planned, course.lateness(now), now), strict=True)
    ]
    late = max((one.late for one in ahead if one.late is not None), default=max(course.lateness(now), timedelta()))
    told = trouble[1] if trouble and course.is_in_trouble else ""
    return LiveTour(tour, course.standing(late, now), late, stops, ahead, seen, told)


def _passed(tour: Tour, stop: Stop) -> Passed:
    return Passed(
        _moment(tour.on, stop.planned_at) if stop.planned_at else None,
        arrived=stop.arrived_at,
        left=stop.left_at,
    )


def _moment(on: date, at: time) -> datetime:
    """Return a time of a day as a moment."""
    return clock.begin_of(on) + timedelta(hours=at.hour, minutes=at.minute)
