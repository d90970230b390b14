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
from terrace.logistics.domain import Effect, Impossible, Permission, ScanKind, TourStatus
from terrace.logistics.domain.parcels import heard_at
from terrace.logistics.models import Consignment, Parcel, Tour
from terrace.logistics.services import following
from terrace.logistics.services.consignments import lock_consignment
from terrace.logistics.services.goods import take_goods
from terrace.logistics.services.shelving import compartment
from terrace.logistics.services.steps import Step, lock, take
from terrace.logistics.services.tours import lock_tour
from terrace.network import queries as network
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
    shelf: str = "",
    now: datetime | None = None,
) -> tuple[Parcel | Consignment, Effect]:
    """Note that what bears `code` was seen at `unit`, or on the vehicle of `tour`; return it and what that meant.

    `at` is the moment by the clock of who scanned, which may come from a phone
    that had no network; a clock that goes ahead counts as now, one that goes
    far behind is refused with `Invalid`. Sent twice it
    changes nothing, sent late it completes the history. `shelf` is the compartment
    where a parcel is laid, of one that lies there too. Raises `Forbidden` for
    who neither handles parcels there nor drives the tour, `NotFound` for an
    unknown code, `Impossible` with what to do instead.
    """
    if kind is ScanKind.LOADED and tour is not None:
        tour = lock_tour(tour.pk)  # before the parcel, as who finishes the tour does
    _require_there(by, tour, unit)
    _check(kind, tour, note)
    known = _bearer(by, code, kind)
    seen, where = heard_at(at, now or clock.now()), unit if tour is None or kind is ScanKind.ARRIVED else None
    is_late = kind is ScanKind.LOADED and tour is not None and _has_ended(tour, seen)
    step = Step(kind, seen, unit=where, tour=tour, note=note[:LONGEST_NOTE], photo=photo, shelf=compartment(shelf))
    row, effect = _take(by, known, step)
    if is_late and effect is Effect.MOVE and tour is not None:
        _carried_home(by, row, tour)
    if where is not None and tour is not None and tour.status == TourStatus.UNDER_WAY:
        following.reached(tour, where.pk, seen)
    return row, effect


def _take(by: Actor, known: Parcel | Consignment, step: Step) -> tuple[Parcel | Consignment, Effect]:
    """Note what was seen of a parcel or of goods, and return it locked, with what that meant; goods have no photo."""
    if isinstance(known, Parcel):
        parcel = lock(known.pk)
        return parcel, take(by, parcel, step)
    goods = lock_consignment(known.pk)
    return goods, take_goods(by, goods, step.kind, step.at, unit=step.unit, tour=step.tour, note=step.note)


def _check(kind: ScanKind, tour: Tour | None, note: str) -> None:
    if kind not in BY_HAND:
        raise Invalid(_("This is not said by a scan alone."), field="kind")
    if kind is ScanKind.LOADED and tour is None:
        raise Invalid(_("Say onto which tour it was loaded."), field="tour")
    refuse_identity_number(note, field="note")


def _bearer(by: Actor, code: str, kind: ScanKind) -> Parcel | Consignment:
    """Return what bears the code; raise `NotFound`, or `Forbidden` for who may not say that of it."""
    known = queries.find_by_code(code)
    if known is None:
        told = _("Nothing here bears this number. Read it again, or type what stands below the bars.")
        raise NotFound(told, field="code")
    if kind in (ScanKind.RETURNED, ScanKind.LOST):
        by.require(Permission.HANDLE, known.from_path)
    return known


def _has_ended(tour: Tour, at: datetime) -> bool:
    """Say whether the tour came home after `at`; raise `Impossible` for one that never carried anything then."""
    status = TourStatus(tour.status)
    if status is TourStatus.FINISHED and tour.finished_at is not None and at <= tour.finished_at:
        return True
    if not status.is_open:
        raise Impossible(_("This tour has ended. Scan it onto the tour that carries it."))
    return False


def _carried_home(by: Actor, row: Parcel | Consignment, tour: Tour) -> None:
    """Put down where it ended what was on a tour that has come home meanwhile: the phone told of it late."""
    home = network.units_by_id([tour.comes_home_to])[tour.comes_home_to]
    at = max(tour.finished_at or row.seen_at, row.seen_at)
    if isinstance(row, Consignment):
        take_goods(by, row, ScanKind.ARRIVED, at, unit=home, tour=tour)
    else:
        take(by, row, Step(ScanKind.ARRIVED, at, unit=home, tour=tour))


def _require_there(by: Actor, tour: Tour | None, unit: ServiceUnit | None) -> None:
    """Raise `Forbidden` unless the actor drives the tour or works where it stops, and works at the unit.

    A tour is scanned for at its stops and its yard alone, whoever scans.
    """
    if unit is None and tour is None:
        raise Invalid(_("Say where it was seen."), field="unit")
    halts = {} if tour is None else network.units_by_id([tour.unit_id, *(stop.unit_id for stop in tour.stops.all())])
    if tour is not None and unit is not None and unit.pk not in halts:
        raise Forbidden(permission=Permission.HANDLE.value)
    if tour is not None and by.person_id is not None and by.person_id == tour.driver_id:
        by.require(Permission.DRIVE, tour.area_path)
        return
    places = [unit.area_path] if unit else [halt.area_path for halt in halts.values()]
    if not any(by.may(held, place) for held in (Permission.HANDLE, Permission.DISPATCH) for place in places):
        raise Forbidden(permission=Permission.HANDLE.value)
