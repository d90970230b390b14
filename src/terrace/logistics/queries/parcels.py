"""Which parcels an actor sees, and parcels by what they are about."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.logistics.domain import Direction, ParcelStatus, Permission
from terrace.logistics.domain.parcels import SHELVES
from terrace.logistics.models import Parcel, Scan

OPEN = Q(ended_at__isnull=True)
"""Still on its way."""


def parcels_visible_to(actor: Actor) -> QuerySet[Parcel]:
    """Return the parcels from or to units below the actor's posts, and those that its own parties carry or sent.

    What lies at the wrong place is seen there too, without for whom it is, until it goes on.
    """
    paths = actor.paths(Permission.VIEW)
    strays = Q(is_astray=True, unit_at_id__in=actor.units if paths else ())
    own = Q(carrier_id__in=actor.own_parties) | Q(sender_id__in=actor.own_parties)
    return Parcel.objects.filter(within(paths, "from_path") | within(paths, "to_path") | own | strays)


def get_parcel(actor: Actor, number: str) -> Parcel:
    """Return the parcel `number`, or raise `NotFound` when the actor does not see it."""
    found = parcels_visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def sees_recipient(actor: Actor, parcel: Parcel) -> bool:
    """Say whether the actor sees who a visible parcel is for: who handles it at either end, and whose it is."""
    handled = any(actor.may(Permission.HANDLE, path) for path in (parcel.from_path, parcel.to_path) if path)
    own = {parcel.carrier_id, parcel.sender_id} & actor.own_parties
    return handled or bool(own) or actor.is_system


def find_parcel_by_code(code: str) -> Parcel | None:
    """Return the parcel that bears `code`: its number, else its waybill, one on its way before others; None for none.

    Raises `Invalid` where two carriers gave the waybill to parcels that are both on their way.
    """
    text = code.strip()
    if not text:
        return None
    if numbered := Parcel.objects.filter(number=text.upper()).first():
        return numbered
    found = list(Parcel.objects.filter(waybill=text).order_by(F("ended_at").desc(nulls_first=True), "-id")[:2])
    if len(found) > 1 and all(row.ended_at is None for row in found):
        raise Invalid(_("Two carriers use this waybill. Enter the number that begins with W-."), field="code")
    return next(iter(found), None)


def parcels_found_by(rows: QuerySet[Parcel], text: str) -> QuerySet[Parcel]:
    """Return those of the parcels whose number, waybill or reference holds `text`."""
    wanted = text.strip()
    found = Q(number__icontains=wanted) | Q(waybill__icontains=wanted) | Q(reference__icontains=wanted)
    return rows.filter(found)


def find_parcel_for(number: str, tail: str) -> Parcel | None:
    """Return the parcel that bears the number or waybill and whose phone ends in `tail`, four digits; else None.

    For who waits for it and has no account. An emptied parcel has no phone, and so nobody finds it.
    """
    found = find_parcel_by_code(number)
    is_theirs = found is not None and len(tail) == 4 and bool(found.phone) and found.phone.endswith(tail)
    return found if is_theirs else None


def parcels_about(reference: str) -> QuerySet[Parcel]:
    """Return the parcels with the reference, in the order in which they were registered. The caller has authorised."""
    return Parcel.objects.filter(reference=reference).exclude(reference="").order_by("id")


def carried_by(party_ids: Iterable[int]) -> QuerySet[Parcel]:
    """Return the parcels on their way that are of one of the carriers. The caller speaks for them."""
    return Parcel.objects.filter(OPEN, carrier__in=list(party_ids)).order_by("id")


def brought_back() -> QuerySet[Parcel]:
    """Return the parcels that went up and came back, or never left: whose they are, the caller knows."""
    return Parcel.objects.filter(direction=Direction.UP, status=ParcelStatus.RETURNED)


def arrived_about(references: Collection[str]) -> set[str]:
    """Return which of these references name a return that has arrived at the unit that it went to."""
    rows = Parcel.objects.filter(reference__in=references, status=ParcelStatus.DELIVERED, to_unit__isnull=False)
    return set(rows.filter(direction=Direction.UP).order_by("id").values_list("reference", flat=True))


def parcels_by_id(ids: Iterable[int]) -> dict[int, Parcel]:
    """Return parcels by id. The caller has authorised the look."""
    return Parcel.objects.in_bulk(set(ids))


def ids_of_parcels(numbers: Iterable[str]) -> dict[str, int]:
    """Return the ids of parcels by number; a number that no parcel bears is left out. The caller has authorised."""
    rows = Parcel.objects.filter(number__in=set(numbers)).order_by("id")
    return dict(rows.values_list("number", "id"))


def scans_of(parcel: Parcel) -> QuerySet[Scan]:
    """Return the history of a parcel by the clocks of who scanned, the oldest first, with its pictures."""
    return Scan.objects.filter(parcel=parcel).select_related("picture", "tour").order_by("at", "id")


def shelf_of(unit_id: int) -> QuerySet[Parcel]:
    """Return the parcels that lie at a unit to be handed over there, the longest waiting first."""
    here = Parcel.objects.filter(unit_at=unit_id, to_unit=unit_id, direction=Direction.DOWN, is_refused=False)
    return here.filter(status__in=SHELVES).order_by("shelved_at", "id")


def coming_to(unit_id: int) -> QuerySet[Parcel]:
    """Return the parcels that are on their way to a unit, returns too, and what carriers announced there."""
    ends_here = Q(to_unit=unit_id, is_refused=False)
    announced = Q(from_unit=unit_id, direction=Direction.DOWN, status=ParcelStatus.REGISTERED)
    coming = Parcel.objects.filter(OPEN, ends_here | announced)
    return coming.exclude(unit_at=unit_id, status__in=SHELVES).order_by("-seen_at", "-id")


def trouble_at(unit_id: int) -> QuerySet[Parcel]:
    """Return the parcels that somebody at a unit has to look at: damaged or missing there, the oldest first."""
    odd = [ParcelStatus.DAMAGED, ParcelStatus.MISSING]
    return Parcel.objects.filter(OPEN, unit_at=unit_id, status__in=odd).order_by("seen_at", "id")


def leaving_from(unit_id: int) -> QuerySet[Parcel]:
    """Return the parcels that lie at a unit and have to go on from there: up, back, or farther down."""
    here = Parcel.objects.filter(OPEN, unit_at=unit_id).exclude(status__in=[ParcelStatus.MISSING, ParcelStatus.DAMAGED])
    stays = Q(to_unit=unit_id, direction=Direction.DOWN, is_refused=False)
    return here.exclude(stays).order_by("seen_at", "id")


def parcel_counts(path: str, first: date, last: date) -> tuple[int, int]:
    """Return how many parcels of the area at `path` were registered on the days `first` to `last`: (up, down)."""
    begins, ends = (datetime.combine(day, at, _zone()) for day, at in ((first, time.min), (last, time.max)))
    made = Parcel.objects.filter(created_at__gte=begins, created_at__lte=ends)
    up = made.filter(within([path], "from_path"), direction=Direction.UP)
    down = made.filter(within([path], "to_path"), direction=Direction.DOWN)
    return up.count(), down.count()


def _zone() -> ZoneInfo:
    return ZoneInfo(current().time_zone)


def was_away(parcel: Parcel) -> bool:
    """Say whether a parcel that came down was seen on a tour or at another unit than the one it came to first."""
    elsewhere = Q(tour__isnull=False) | Q(unit__isnull=False) & ~Q(unit=parcel.from_unit_id)
    return Scan.objects.filter(elsewhere, parcel=parcel, moved=True).exists()
