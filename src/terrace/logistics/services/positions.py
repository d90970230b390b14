"""Positions of vehicles taken in, from phones, trackers and files; and deleted when their time is over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import Forbidden
from terrace.logistics import queries
from terrace.logistics.domain import Permission
from terrace.logistics.domain.tracking import Fix, LeftOut, PositionSource, why_left_out
from terrace.logistics.models import Position, Tour, Vehicle

BATCH = 5_000


@dataclass(frozen=True, slots=True)
class ToldPosition:
    """Where a driver's phone was while its tour, by number, was driven."""

    tour: str
    fix: Fix


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of positions: taken, known before, and left out for which reasons."""

    new: int = 0
    known: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    def __add__(self, other: "Taken") -> "Taken":
        left_out = Counter(self.left_out) + Counter(other.left_out)
        return Taken(self.new + other.new, self.known + other.known, left_out)


@transaction.atomic
def tell_positions(*, by: Actor, told: Sequence[ToldPosition], now: datetime | None = None) -> Taken:
    """Take in where the actor's phone was on tours that the actor drives; told again they change nothing.

    Those of a tour that somebody else drives, and from before it left or after it came home, are left out.
    Raises `Forbidden` for who drives no tours.
    """
    if by.person_id is None or not by.holds(Permission.DRIVE):
        raise Forbidden(permission=Permission.DRIVE.value)
    found = {one.number: one for one in _driven(by.person_id, {one.tour for one in told})}
    taken = Taken()
    for number in sorted({one.tour for one in told}):
        fixes = [one.fix for one in told if one.tour == number]
        tour = found.get(number)
        during = [fix for fix in fixes if tour and queries.was_under_way(tour, fix.at)]
        if tour and during:
            taken += _take(tour.vehicle, during, PositionSource.PHONE, now or clock.now())
        if len(during) < len(fixes):
            taken += Taken(left_out={LeftOut.NO_TOUR: len(fixes) - len(during)})
    return taken


@transaction.atomic
def take_positions(
    *, by: Actor, vehicle: Vehicle, fixes: Sequence[Fix], source: PositionSource, now: datetime | None = None
) -> Taken:
    """Take in where a vehicle was, as its tracker tells it; told again they change nothing. Raises `Forbidden`."""
    by.require(Permission.TRACK, vehicle.area_path)
    taken = _take(vehicle, fixes, source, now or clock.now())
    if taken.new:
        details = {"new": taken.new, "source": str(source)}
        act = "logistics.take_positions"
        audit.record(by=by, act=act, subject=vehicle, area_path=vehicle.area_path, details=details, now=now)
    return taken


def forget_positions(*, now: datetime | None = None) -> int:
    """Delete positions that are older than the setting `position_days`; return how many. Safe to repeat."""
    before, gone = _oldest(now or clock.now()), 0
    while batch := list(Position.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += Position.objects.filter(pk__in=batch).delete()[0]
    return gone


@transaction.atomic
def forget_driver(*, person_id: int, now: datetime | None = None) -> int:
    """Delete where somebody was who drove tours, when their account is erased; return how many positions."""
    gone = 0
    for tour in Tour.objects.filter(driver_id=person_id, started_at__gte=_oldest(now or clock.now())).order_by("pk"):
        if deleted := queries.positions_during(tour).delete()[0]:
            gone += deleted
            act = "logistics.forget_positions"
            audit.record(by=SYSTEM, act=act, subject=tour, area_path=tour.area_path, details={"count": deleted})
    return gone


def _take(vehicle: Vehicle, fixes: Iterable[Fix], source: PositionSource, now: datetime) -> Taken:
    """Write the positions that are believed and not known; what two tell at once is written once."""
    home = queries.placed([vehicle.unit_id]).get(vehicle.unit_id)
    left_out, believed = Counter[LeftOut](), dict[datetime, Fix]()
    for fix in fixes:
        centre = home.point if home else None
        why = why_left_out(fix, now=now, oldest=_oldest(now), centre=centre)
        if why is not None:
            left_out[why] += 1
        else:
            believed.setdefault(fix.at, fix)
    same = Position.objects.filter(vehicle=vehicle, source=source, at__in=believed)
    known = set(same.values_list("at", flat=True))
    new = [_row(vehicle, fix, source) for at, fix in sorted(believed.items()) if at not in known]
    Position.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return Taken(len(new), len(known), left_out)


def _row(vehicle: Vehicle, fix: Fix, source: PositionSource) -> Position:
    return Position(
        vehicle=vehicle,
        source=source,
        at=fix.at,
        latitude=fix.point.latitude,
        longitude=fix.point.longitude,
        accuracy_m=fix.accuracy_m,
        speed_kmh=fix.speed_kmh,
        area_path=vehicle.area_path,
        county_code=vehicle.county_code,
    )


def _driven(person_id: int, numbers: Iterable[str]) -> Iterable[Tour]:
    mine = Tour.objects.filter(driver_id=person_id, number__in=list(numbers), started_at__isnull=False)
    return mine.select_related("vehicle").order_by("pk")


def _oldest(now: datetime) -> datetime:
    return now - timedelta(days=settings.ENV.position_days)
