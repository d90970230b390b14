"""What lies somewhere and needs a person: at the wrong place, too long on the shelf, called back by its sender."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.logistics.domain import Direction, LoadState, Permission
from terrace.logistics.domain.parcels import LIES, SHELVES
from terrace.logistics.domain.shelf import Care
from terrace.logistics.models import Load, Parcel

RIDES = Load.objects.filter(state__in=(LoadState.PLANNED, LoadState.LOADED), parcel__isnull=False).values("parcel_id")


def needing(rows: QuerySet[Parcel], care: Care, now: datetime) -> QuerySet[Parcel]:
    """Return those of the parcels that need somebody's care of one kind."""
    return rows.filter(_needs(care, now))


def on_shelf_found_by(rows: QuerySet[Parcel], text: str) -> QuerySet[Parcel]:
    """Return those of the parcels on a shelf that somebody at the counter names.

    By the end of a phone's number, a name, a compartment, or a part of number or waybill.
    """
    wanted = text.strip()
    named = Q(recipient__icontains=wanted) | Q(shelf__iexact=wanted)
    return rows.filter(named | Q(phone__endswith=wanted) | Q(number__icontains=wanted) | Q(waybill__icontains=wanted))


def astray_below(actor: Actor) -> QuerySet[Parcel]:
    """Return the parcels at the wrong place that ride on no tour, for who plans tours where they began."""
    rows = Parcel.objects.filter(within(actor.paths(Permission.DISPATCH), "from_path"), is_astray=True)
    return rows.exclude(pk__in=RIDES).order_by("seen_at", "id")


def astray_at(units: Collection[int]) -> QuerySet[Parcel]:
    """Return the parcels that lie at units and do not belong there. The caller works there."""
    return Parcel.objects.filter(unit_at_id__in=units, is_astray=True).order_by("seen_at", "id")


def overdue_at(units: Collection[int], now: datetime) -> QuerySet[Parcel]:
    """Return the parcels that lie on the shelves of units for too long, the longest first. The caller works there."""
    return needing(Parcel.objects.filter(unit_at_id__in=units), Care.OVERDUE, now).order_by("shelved_at", "id")


def called_back_at(units: Collection[int], now: datetime) -> QuerySet[Parcel]:
    """Return the parcels that lie at units and were called back by their senders. The caller works there."""
    return needing(Parcel.objects.filter(unit_at_id__in=units), Care.CALLED_BACK, now).order_by("seen_at", "id")


def _needs(care: Care, now: datetime) -> Q:
    if care is Care.ASTRAY:
        return Q(is_astray=True)
    if care is Care.OVERDUE:
        return Q(keep_until__lte=now, status__in=SHELVES)
    return Q(called_back_at__isnull=False, to_unit=None, sent_at=None, direction=Direction.UP, status__in=LIES)
