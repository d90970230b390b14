"""What waits to be carried on a day between a centre and the units below it, as planners know it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from terrace.kernel import clock
from terrace.kernel.db import within
from terrace.logistics.domain import ConsignmentStatus, Direction, ParcelStatus
from terrace.logistics.domain.day import CRATE_ML, KILOGRAM, LOOSE_ML_PER_KG, DayRules, Haul
from terrace.logistics.domain.fleet import seconds_of
from terrace.logistics.models import Consignment, Load, Parcel
from terrace.logistics.queries.tours import CARRIED, NO_RIDER
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def hauls_of(centre: ServiceUnit, on: date, rules: DayRules) -> tuple[Haul, ...]:
    """Return what waits for a day on no tour yet: down from the centre, up to it, and between units below it."""
    parcels, goods = list(_parcels(centre, on)), list(_goods(centre, on))
    ways = [_way_of_parcel(parcel, centre) for parcel in parcels] + [_way_of_goods(row) for row in goods]
    units = network.units_by_id({pk for way in ways if centre.pk not in way for pk in way})
    ends = [_ends(*way, centre, units) for way in ways]
    found = [_of_parcel(parcel, end, on, rules) for parcel, end in zip(parcels, ends, strict=False)]
    return (*found, *(_of_goods(row, end, on, rules) for row, end in zip(goods, ends[len(parcels) :], strict=True)))


def room_of(row: Parcel | Consignment, rules: DayRules) -> int:
    """Return what room something needs on a vehicle, in millilitres."""
    if isinstance(row, Parcel):
        return row.weight_grams * rules.ml_per_kg // KILOGRAM
    return row.crates * CRATE_ML or row.grams * LOOSE_ML_PER_KG // KILOGRAM


class _Ends(NamedTuple):
    """Where something is dropped, or taken where it goes up, and its other end where that is not the yard."""

    unit_id: int
    goes_up: bool
    other_id: int | None = None


def _ends(lies_at: int, goes_to: int, centre: ServiceUnit, units: Mapping[int, ServiceUnit]) -> _Ends:
    """Return the ends of a way: between two units it goes down where it begins above its end, else up."""
    if lies_at == centre.pk:
        return _Ends(goes_to, goes_up=False)
    if goes_to == centre.pk:
        return _Ends(lies_at, goes_up=True)
    if units[goes_to].area_path.startswith(units[lies_at].area_path):
        return _Ends(goes_to, goes_up=False, other_id=lies_at)
    return _Ends(lies_at, goes_up=True, other_id=goes_to)


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
    """Return the consignments that wait to be carried in the centre's area and are ready on the day."""
    ridden = Load.objects.filter(state__in=CARRIED, consignment__isnull=False).values("consignment_id")
    waiting = [ConsignmentStatus.WAITING, ConsignmentStatus.ON_THE_WAY]
    here = Consignment.objects.filter(within([centre.area_path], "from_path"), status__in=waiting)
    here = here.exclude(ready_at__gte=clock.begin_of(on + timedelta(days=1)))
    leaves = Q(unit_at=centre) & ~_below(centre)
    return here.filter(unit_at__isnull=False).exclude(leaves).exclude(pk__in=ridden).order_by("id")


def _way_of_parcel(parcel: Parcel, centre: ServiceUnit) -> tuple[int, int]:
    """Return from where to where a parcel rides: what goes up or back rides home, and on from there."""
    lies_at = parcel.unit_at_id or parcel.from_unit_id
    goes_home = parcel.leaves_by_carrier or parcel.is_refused or parcel.is_astray
    is_at_home = lies_at == centre.pk
    return lies_at, (parcel.to_unit_id if is_at_home or not goes_home else None) or centre.pk


def _of_parcel(parcel: Parcel, ends: _Ends, on: date, rules: DayRules) -> Haul:
    ready_at = parcel.ready_at if _still_comes(parcel) and parcel.due_on == on else None
    return Haul(
        number=parcel.number,
        unit_id=ends.unit_id,
        goes_up=ends.goes_up,
        other_id=ends.other_id,
        grams=parcel.weight_grams,
        is_cold=parcel.is_cold,
        ml=room_of(parcel, rules),
        from_s=seconds_of(ready_at) if ready_at else 0,
        purpose=f"for carrier {parcel.carrier_id or 0}",
    )


def _still_comes(parcel: Parcel) -> bool:
    """Say whether its carrier has announced it and brings it later."""
    return parcel.direction == Direction.DOWN and parcel.status == ParcelStatus.REGISTERED


def _way_of_goods(row: Consignment) -> tuple[int, int]:
    return row.unit_at_id or row.from_unit_id, row.to_unit_id


def _of_goods(row: Consignment, ends: _Ends, on: date, rules: DayRules) -> Haul:
    return Haul(
        number=row.number,
        unit_id=ends.unit_id,
        goes_up=ends.goes_up,
        other_id=ends.other_id,
        grams=row.grams,
        ml=room_of(row, rules),
        is_cold=row.is_cold,
        from_s=_second_of(row.ready_at, on),
        may_wait=row.waits_until is not None and clock.today(row.waits_until) > on,
        is_parcel=False,
        purpose="for farm goods",
    )


def _second_of(at: datetime | None, on: date) -> int:
    """Return the second of a day at which something is ready, 0 for before that day."""
    return max(0, int((at - clock.begin_of(on)).total_seconds())) if at else 0
