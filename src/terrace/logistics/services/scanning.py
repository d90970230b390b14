"""Scanning: whoever handles things says where one is, by the number or waybill that it bears."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import Effect, Permission, ScanKind
from terrace.logistics.models import Consignment, Parcel, Tour
from terrace.logistics.services.consignments import lock_consignment
from terrace.logistics.services.goods import take_goods
from terrace.logistics.services.steps import Step, lock, take
from terrace.network.models import ServiceUnit

BY_HAND = frozenset(
    {ScanKind.ARRIVED, ScanKind.LOADED, ScanKind.MISSING, ScanKind.DAMAGED, ScanKind.RETURNED, ScanKind.LOST}
)
"""What may be said by a scan alone: a hand-over takes a code or a photo, a carrier's news a carrier."""
LONGEST_NOTE = 200


@transaction.atomic
def scan(
    *,
    by: Actor,
    code: str,
    kind: ScanKind,
    tour: Tour | None = None,
    unit: ServiceUnit | None = None,
    at: datetime | None = None,
    note: str = "",
    photo: File[bytes] | None = None,
    now: datetime | None = None,
) -> tuple[Parcel | Consignment, Effect]:
    """Note that what bears `code` was seen at `unit`, or on the vehicle of `tour`; return it and what that meant.

    `at` is the moment by the clock of who scanned, which may come from a phone
    that had no network; a clock that goes ahead counts as now. Sent twice it
    changes nothing, sent late it completes the history. Raises `Forbidden` for
    who neither handles parcels there nor drives the tour, `NotFound` for an
    unknown code, `Impossible` with what to do instead.
    """
    _require_there(by, tour, unit)
    if kind not in BY_HAND:
        raise Invalid(_("This is not said by a scan alone."), field="kind")
    if kind is ScanKind.LOADED and tour is None:
        raise Invalid(_("Say onto which tour it was loaded."), field="tour")
    refuse_identity_number(note, field="note")
    known = queries.find_by_code(code)
    if known is None:
        told = _("Nothing here bears this number. Read it again, or type what stands below the bars.")
        raise NotFound(told, field="code")
    if kind in (ScanKind.RETURNED, ScanKind.LOST):
        by.require(Permission.HANDLE, known.from_path)
    moment = now or clock.now()
    seen, where = min(at or moment, moment), unit if tour is None or kind is ScanKind.ARRIVED else None
    if isinstance(known, Consignment):
        goods = lock_consignment(known.pk)
        return goods, take_goods(by, goods, kind, seen, unit=where, tour=tour, note=note[:LONGEST_NOTE])
    parcel = lock(known.pk)
    step = Step(kind, seen, unit=where, tour=tour, note=note[:LONGEST_NOTE], photo=photo)
    return parcel, take(by, parcel, step)


def _require_there(by: Actor, tour: Tour | None, unit: ServiceUnit | None) -> None:
    """Raise `Forbidden` unless the actor works at the unit, or is the tour's driver."""
    if tour is not None and by.person_id is not None and by.person_id == tour.driver_id:
        by.require(Permission.DRIVE, tour.area_path)
        return
    if unit is None and tour is None:
        raise Invalid(_("Say where it was seen."), field="unit")
    place = unit.area_path if unit else tour.area_path if tour else ""
    if not (by.may(Permission.HANDLE, place) or by.may(Permission.DISPATCH, place)):
        raise Forbidden(permission=Permission.HANDLE.value)
