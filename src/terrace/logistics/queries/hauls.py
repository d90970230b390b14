"""What waits to be carried on a day between a centre and the units below it, as planners know it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from terrace.kernel import clock
from terrace.kernel.db import within
from terrace.logistics.domain import ConsignmentStatus, Direction, ParcelStatus
from terrace.logistics.domain.day import CRATE_ML, KILOGRAM, LOOSE_ML_PER_KG, DayRules, Haul, ShutOut, WhyNot
from terrace.logistics.domain.fleet import seconds_of
from terrace.logistics.models import Consignment, Load, Parcel
from terrace.logistics.queries.tours import CARRIED, NO_RIDER
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits to be carried, and what of it no plan can carry."""

    hauls: tuple[Haul, ...]
    shut_out: tuple[ShutOut, ...]


def hauls_of(centre: ServiceUnit, on: date, rules: DayRules) -> Waits:
    """Return what waits for a day on no tour yet: down from the centre, up to it, and between units below it."""
    parcels = [_of_parcel(parcel, centre, on, rules) for parcel in _parcels(centre, on)]
    goods = [_of_goods(row, centre, on) for row in _goods(centre, on)]
    found = [*parcels, *goods]
    return Waits(
        tuple(one for one in found if isinstance(one, Haul)), tuple(one for one in found if isinstance(one, ShutOut))
    )


def _parcels(centre: ServiceUnit, on: date) -> Iterator[Parcel]:
    """Yield the parcels that lie below or at the centre and have to go elsewhere below it, or up."""
    ridden = Load.objects.filter(state__in=CARRIED, parcel__isnull=False).values("parcel_id")
    here: QuerySet[Parcel] = Parcel.objects.filter(within([centre.area_path], "from_path") | _below(centre))
    here = here.filter(ended_at__isnull=True, tour_at__isnull=True).exclude(status__in=NO_RIDER)
    here = here.annotate(lies_at=Coalesce("unit_at_id", "from_unit_id")).exclude(pk__in=ridden)
    homeward = Q(to_unit__isnull=True) | Q(is_refused=True)
    arrived = homeward & Q(lies_at=centre.pk) | ~homeward & Q(lies_at=F("to_unit_id"))
    here = here.exclude(due_on__gt=on)
    return here.exclude(arrived).order_by("id").iterator(chunk_size=2_000)


def _below(centre: ServiceUnit) -> Q:
    return within([centre.area_path], "to_path")


def _goods(centre: ServiceUnit, on: date) -> QuerySet[Consignment]:
    """Return the consignments that wait to be fetched below the centre and are ready on the day."""
    ridden = Load.objects.filter(state__in=CARRIED, consignment__isnull=False).values("consignment_id")
    waiting = [ConsignmentStatus.WAITING, ConsignmentStatus.ON_THE_WAY]
    here = Consignment.objects.filter(within([centre.area_path], "from_path"), status__in=waiting)
    here = here.exclude(ready_at__gte=clock.begin_of(on + timedelta(days=1)))
    return here.filter(unit_at__isnull=False).exclude(pk__in=ridden).exclude(unit_at=centre).order_by("id")


def _of_parcel(parcel: Parcel, centre: ServiceUnit, on: date, rules: DayRules) -> Haul | ShutOut:
    lies_at = parcel.unit_at_id or parcel.from_unit_id
    goes_up = parcel.leaves_by_carrier or parcel.is_refused or parcel.is_astray  # home, and down again from there
    if lies_at != centre.pk and not goes_up and parcel.to_unit_id != centre.pk:
        return ShutOut(parcel.number, lies_at, WhyNot.FROM_ELSEWHERE)
    ready_at = parcel.ready_at if _still_comes(parcel) and parcel.due_on == on else None
    return Haul(
        number=parcel.number,
        unit_id=parcel.to_unit_id if lies_at == centre.pk and parcel.to_unit_id else lies_at,
        goes_up=lies_at != centre.pk,
        grams=parcel.weight_grams,
        is_cold=parcel.is_cold,
        ml=parcel.weight_grams * rules.ml_per_kg // KILOGRAM,
        from_s=seconds_of(ready_at) if ready_at else 0,
        purpose=f"for carrier {parcel.carrier_id or 0}",
    )


def _still_comes(parcel: Parcel) -> bool:
    """Say whether its carrier has announced it and brings it later."""
    return parcel.direction == Direction.DOWN and parcel.status == ParcelStatus.REGISTERED


def _of_goods(row: Consignment, centre: ServiceUnit, on: date) -> Haul | ShutOut:
    lies_at = row.unit_at_id or row.from_unit_id
    if row.to_unit_id != centre.pk:
        return ShutOut(row.number, lies_at, WhyNot.FROM_ELSEWHERE)
    return Haul(
        number=row.number,
        unit_id=lies_at,
        goes_up=True,
        grams=row.grams,
        ml=row.crates * CRATE_ML or row.grams * LOOSE_ML_PER_KG // KILOGRAM,
        is_cold=row.is_cold,
        from_s=_second_of(row.ready_at, on),
        may_wait=row.waits_until is not None and clock.today(row.waits_until) > on,
        is_parcel=False,
        purpose="for farm goods",
    )


def _second_of(at: datetime | None, on: date) -> int:
    """Return the second of a day at which something is ready, 0 for before that day."""
    return max(0, int((at - clock.begin_of(on)).total_seconds())) if at else 0
