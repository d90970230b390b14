"""Where vehicles were on tours: only for who plans tours there, and for who drove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, NotFound
from terrace.logistics.domain import Permission
from terrace.logistics.domain.tracking import Fix, PositionSource, best_track
from terrace.logistics.models import Position, Tour, Vehicle
from terrace.network.domain.places import Point


@dataclass(frozen=True, slots=True)
class LastSeen:
    """Where a vehicle was seen last on a tour, and when."""

    at: datetime
    point: Point


def may_see_track(actor: Actor, tour: Tour) -> bool:
    """Say whether the actor may read where a tour's vehicle was: who plans tours there, and who drove it."""
    is_driver = actor.person_id is not None and actor.person_id == tour.driver_id
    return is_driver or actor.may(Permission.DISPATCH, tour.area_path)


def require_track(actor: Actor, tour: Tour) -> None:
    """Raise `Forbidden` unless the actor may read where a tour's vehicle was."""
    if not may_see_track(actor, tour):
        raise Forbidden(permission=Permission.DISPATCH.value)


def positions_for(actor: Actor, tour: Tour) -> QuerySet[Position]:
    """Return the positions of a tour, the first first, or raise `Forbidden`."""
    require_track(actor, tour)
    return positions_during(tour).order_by("at", "id")


def positions_during(tour: Tour) -> QuerySet[Position]:
    """Return where a tour's vehicle was between leaving the yard, or taking the tour over, and coming home."""
    begins = tour.relieved_at or tour.started_at
    if begins is None:
        return Position.objects.none()
    during = Q(at__gte=begins)
    if tour.finished_at is not None:
        during &= Q(at__lte=tour.finished_at)
    return Position.objects.filter(during, vehicle_id=tour.vehicle_id)


def was_under_way(tour: Tour, at: datetime) -> bool:
    """Say whether a tour was being driven at a moment by who drives it now."""
    begins = tour.relieved_at or tour.started_at
    has_begun = begins is not None and begins <= at
    return has_begun and (tour.finished_at is None or at <= tour.finished_at)


def track_of(tour: Tour) -> list[Fix]:
    """Return the positions of a tour that are believed, by the source that told most of them."""
    by_source: dict[PositionSource, list[Fix]] = {}
    for row in positions_during(tour).order_by("at", "id"):
        by_source.setdefault(PositionSource(row.source), []).append(row.fix)
    return best_track(by_source)


def last_positions(tours: Iterable[Tour]) -> dict[int, LastSeen]:
    """Return where the vehicles of tours were seen last on them, by the ids of the tours; in two look-ups.

    The caller has found the tours for somebody who plans them, or drives them.
    """
    ends = Coalesce(OuterRef("finished_at"), F("at"))
    begins = Coalesce(OuterRef("relieved_at"), OuterRef("started_at"))
    during = Position.objects.filter(vehicle=OuterRef("vehicle"), at__gte=begins, at__lte=ends)
    seen = Tour.objects.filter(pk__in=[tour.pk for tour in tours], started_at__isnull=False)
    seen = seen.annotate(last=Subquery(during.order_by("-at", "-id").values("pk")[:1])).filter(last__isnull=False)
    of_tour = dict(seen.order_by("pk").values_list("pk", F("last")))
    rows = Position.objects.in_bulk(of_tour.values())
    return {pk: LastSeen(rows[last].at, rows[last].fix.point) for pk, last in of_tour.items()}


def get_tracked_vehicle(actor: Actor, number: str) -> Vehicle:
    """Return the vehicle of which the actor, mostly a tracker's server, tells where it is, or raise `NotFound`."""
    found = Vehicle.objects.filter(number=number).first()
    if found is None or not actor.may(Permission.TRACK, found.area_path):
        raise NotFound
    return found


def positions_held_about(person_id: int) -> list[Mapping[str, Any]]:
    """Return where somebody was on the tours that they drove, in plain values, the first first."""
    tours = Tour.objects.filter(driver_id=person_id, started_at__isnull=False).order_by("started_at", "id")
    return [
        {
            "tour": tour.number,
            "moment": row.at,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "source": row.source,
        }
        for tour in tours
        for row in positions_during(tour).order_by("at", "id")
    ]
