"""One step of a parcel: the rule asked, the scan written, the parcel moved, and those told who wait for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import events
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import (
    Direction,
    Effect,
    ParcelDelivered,
    ParcelLost,
    ParcelReturned,
    ParcelSent,
    ParcelStatus,
    Proof,
    ScanKind,
    Seen,
)
from terrace.logistics.domain.parcels import SENT, after, status_after
from terrace.logistics.models import Parcel, Scan, ScanPhoto, Tour
from terrace.logistics.services import fees, following, news, shelving, telling
from terrace.network.models import ServiceUnit

_NEWS = {
    ParcelStatus.DELIVERED: ParcelDelivered,
    ParcelStatus.RETURNED: ParcelReturned,
    ParcelStatus.LOST: ParcelLost,
}


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody says happened to a parcel, where and when; `act` is what the record of acts calls saying so."""

    kind: ScanKind
    at: datetime
    act: str = "logistics.scan_parcel"
    unit: ServiceUnit | None = None
    tour: Tour | None = None
    note: str = ""
    photo: File[bytes] | None = None
    shelf: str = ""
    proof: Proof | None = None
    to_other: bool = False

    @property
    def seen(self) -> Seen:
        """The step as the rules see it: at a unit it is on no vehicle, whoever brought it."""
        workspace = current().plan.get(self.unit.tier).workspace if self.unit else None
        return Seen(
            status_after(self.kind, workspace),
            self.at,
            self.unit.pk if self.unit else None,
            self.tour.pk if self.tour and not self.unit else None,
        )


def lock(parcel_id: int) -> Parcel:
    """Return the parcel as it is now, locked until the transaction ends. Raises `NotFound`."""
    found = Parcel.objects.select_for_update(of=("self",)).filter(pk=parcel_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def lock_parcels(*, parcel_ids: Collection[int]) -> None:
    """Let nobody move any of these parcels before the caller's transaction ends.

    For who acts on what they belong to as well: news of a parcel is told while
    the parcel is held, so whoever hears it takes what is theirs after the parcel.
    """
    locked = Parcel.objects.select_for_update(of=("self",)).filter(pk__in=list(parcel_ids)).order_by("pk")
    list(locked.values_list("pk", flat=True))


def take(by: Actor, parcel: Parcel, step: Step) -> Effect:
    """Take one step with a parcel that the caller has locked and authorised; return what it meant.

    Raises `Impossible`. A clock that goes ahead was put right by the caller.
    """
    seen = seen_of(parcel, step)
    latest = Seen(ParcelStatus(parcel.status), parcel.seen_at, parcel.unit_at_id, parcel.tour_at_id)
    effect = after(Direction(parcel.direction), latest, seen)
    if effect is Effect.REPEAT:
        _seen_again(parcel, seen.at)
        _lay_elsewhere(parcel, step.shelf)
        return effect
    if effect is Effect.LATE and _is_known(parcel, step):
        return Effect.REPEAT
    write(by, parcel, step, moved=effect is Effect.MOVE)
    if effect is Effect.MOVE:
        _move(by, parcel, step, seen)
    return effect


def seen_of(parcel: Parcel, step: Step) -> Seen:
    """Return the step as the rules see it; a return that arrives where it goes to has reached its recipient."""
    seen = step.seen
    is_home = parcel.is_return and seen.status.is_on_shelf and seen.unit_id == parcel.to_unit_id
    ends_as = ParcelStatus.RETURNED if parcel.goes_home else ParcelStatus.DELIVERED
    return replace(seen, status=ends_as) if is_home else seen


def write(by: Actor, parcel: Parcel, step: Step, *, moved: bool) -> Scan:
    """Write the scan of a step, its picture and its line in the record of acts."""
    scan = scan_of(by, parcel, step, moved=moved)
    scan.save(force_insert=True)
    if step.photo:
        picture = ScanPhoto(scan=scan)
        picture.photo.save(step.photo.name or "scan.jpg", step.photo, save=True)
    if moved:
        news.note_news(parcel, scan)
    details = {"kind": str(step.kind), "at": step.at.isoformat(), "moved": moved}
    audit.record(by=by, act=step.act, subject=parcel, area_path=_place(parcel, step), details=details)
    return scan


def scan_of(by: Actor, parcel: Parcel, step: Step, *, moved: bool) -> Scan:
    """Return the scan of a step, not yet saved."""
    return Scan(
        parcel=parcel,
        kind=step.kind,
        status=seen_of(parcel, step).status,
        at=step.at,
        moved=moved,
        unit=step.unit,
        tour=step.tour,
        person_id=by.person_id,
        signed=by.signature or (by.name if by.person_id is None else f"#{by.person_id}"),
        note=step.note,
        proof=str(step.proof or ""),
        to_other=step.to_other,
    )


def _place(parcel: Parcel, step: Step) -> str:
    """Return where the record of acts files the step: where it happened, else where the parcel belongs."""
    if step.unit:
        return step.unit.area_path
    return step.tour.area_path if step.tour else parcel.area_path


def _seen_again(parcel: Parcel, at: datetime) -> None:
    """Remember the latest moment at which a parcel was seen where it is: what comes from before that is late."""
    if at > parcel.seen_at:
        parcel.seen_at = at
        parcel.save(update_fields=["seen_at"])


def _lay_elsewhere(parcel: Parcel, shelf: str) -> None:
    """Remember the compartment that is named with a scan of what lies there already."""
    if shelf and ParcelStatus(parcel.status).is_on_shelf and shelf != parcel.shelf:
        parcel.shelf = shelf
        parcel.save(update_fields=["shelf"])


def _is_known(parcel: Parcel, step: Step) -> bool:
    """Say whether a phone sends what it sent before."""
    return Scan.objects.filter(parcel=parcel, kind=step.kind, at=step.at, unit=step.unit, tour=step.tour).exists()


def _move(by: Actor, parcel: Parcel, step: Step, seen: Seen) -> None:
    is_new_trouble = seen.status.is_exception and parcel.status != seen.status
    before = parcel.unit_at_id
    parcel.status, parcel.seen_at = seen.status, seen.at
    parcel.unit_at_id, parcel.tour_at_id = seen.unit_id, seen.tour_id
    was_astray_at = before if parcel.is_astray else None
    parcel.is_astray = (
        step.unit is not None and seen.status.is_on_shelf and not shelving.is_on_its_way(parcel, step.unit)
    )
    parcel.is_refused = parcel.is_refused or seen.status is ParcelStatus.REFUSED
    parcel.ended_at = seen.at if seen.status.is_final else None
    is_first_sent = parcel.leaves_by_carrier and parcel.sent_at is None and seen.status in SENT
    if is_first_sent:
        parcel.sent_at = seen.at
    parcel.shelf = step.shelf if seen.status.is_on_shelf else ""
    code = shelving.shelve(parcel, seen)
    parcel.save()
    _follow(parcel, seen, step.tour)
    if is_new_trouble:
        telling.tell_trouble(by, parcel, seen)
    if parcel.is_astray and step.unit is not None and was_astray_at != step.unit.pk:
        telling.tell_astray(by, parcel, step.unit, seen.at)
    if code:
        telling.tell_code(parcel, code)
    if is_first_sent:
        events.publish(ParcelSent(parcel.pk, parcel.reference, seen.at))
    if seen.status is ParcelStatus.DELIVERED and parcel.direction == Direction.DOWN:
        fees.charge(by=by, parcel=parcel, now=seen.at)
    if seen.status is ParcelStatus.RETURNED and parcel.direction == Direction.DOWN:
        fees.charge_return(by=by, parcel=parcel, now=seen.at)
    if seen.status in _NEWS:
        events.publish(_NEWS[seen.status](parcel.pk, parcel.reference, seen.at))


def _follow(parcel: Parcel, seen: Seen, tour: Tour | None) -> None:
    """Let the tour's list follow what happened to the parcel."""
    if seen.status is ParcelStatus.ON_VEHICLE and tour:
        following.loaded(parcel, tour, parcel.weight_grams)
    elif seen.status.is_final or seen.status in SENT:
        following.ended(parcel)
    elif seen.unit_id is not None:
        following.unloaded(parcel, seen.unit_id)
    else:
        following.off_other_tours(parcel, seen.tour_id)
