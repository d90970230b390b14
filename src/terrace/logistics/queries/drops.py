"""What tours put down at units, and what keepers confirmed of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import LoadState, Permission, TourStatus
from terrace.logistics.models import DropReceipt, Load, Stop, Tour
from terrace.network import queries as network

BROUGHT = (LoadState.LOADED, LoadState.DROPPED)
ASKED_FOR = timedelta(days=7)
"""So long the desk asks what a tour brought."""


def get_drop(actor: Actor, stop_id: int) -> Stop:
    """Return a stop of a tour that has left, at a unit where the actor works, or raise `NotFound`."""
    found = Stop.objects.filter(pk=stop_id, tour__started_at__isnull=False).select_related("tour").first()
    if found is None:
        raise NotFound
    unit = network.units_by_id([found.unit_id])[found.unit_id]
    if not actor.may(Permission.HANDLE, unit.area_path):
        raise NotFound
    return found


def brought_to(stop: Stop) -> list[Load]:
    """Return what a tour brings to a stop, or brought, as far as it was loaded; parcels first."""
    loads = stop.drops.filter(state__in=BROUGHT).select_related("parcel", "consignment")
    return list(loads.order_by("consignment_id", "parcel_id", "id"))


def pieces_for(stop: Stop) -> list[str]:
    """Return the numbers of what a tour brings to a stop."""
    return [number_of(load) for load in brought_to(stop)]


def last_seen(stop: Stop) -> list[datetime]:
    """Return when what a tour brings to a stop was seen last: the keeper's word comes after the driver's."""
    rows = [load.parcel or load.consignment for load in brought_to(stop)]
    return [row.seen_at for row in rows if row]


def still_riding(tour: Tour, numbers: Collection[str]) -> set[str]:
    """Return of the numbers those that nobody scanned as unloaded yet."""
    named = Q(parcel__number__in=numbers) | Q(consignment__number__in=numbers)
    rows = tour.loads.filter(named, state=LoadState.LOADED).select_related("parcel", "consignment")
    return {number_of(load) for load in rows.order_by("pk")}


def number_of(load: Load) -> str:
    """Return what the label of a load says."""
    row = load.parcel or load.consignment
    return row.number if row else ""


def drops_to_confirm(unit_id: int, now: datetime) -> QuerySet[Stop]:
    """Return the stops at a unit of which tours brought something that nobody confirmed, the first first."""
    there = Stop.objects.filter(unit_id=unit_id, receipt__isnull=True, tour__started_at__gte=now - ASKED_FOR)
    there = there.filter(tour__status__in=[TourStatus.UNDER_WAY, TourStatus.FINISHED])
    brought = there.annotate(pieces=Count("drops", filter=Q(drops__state__in=BROUGHT))).filter(pieces__gt=0)
    return brought.select_related("tour").order_by("tour__started_at", "place", "id")


def receipts_of(tour: Tour) -> dict[int, DropReceipt]:
    """Return what keepers confirmed of a tour, by the ids of its stops."""
    return {row.stop_id: row for row in DropReceipt.objects.filter(stop__tour=tour).order_by("pk")}
