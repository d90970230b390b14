"""What a driver's phone tells of a tour, maybe hours later: each act is one call of the service behind the page.

The phone had no network, so the tour may have been changed meanwhile. What was
done on the road stands where it can; what cannot be is refused with what to do.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain import ParcelStatus, ScanKind
from terrace.logistics.domain.parcels import heard_at
from terrace.logistics.domain.tours import ToldKind
from terrace.logistics.models import Parcel, Stop, Tour
from terrace.logistics.services import driving
from terrace.logistics.services.scanning import scan
from terrace.logistics.services.steps import Step, lock, take
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

_SCANS = {
    ToldKind.LOADED: ScanKind.LOADED,
    ToldKind.UNLOADED: ScanKind.ARRIVED,
    ToldKind.MISSING: ScanKind.MISSING,
    ToldKind.DAMAGED: ScanKind.DAMAGED,
}


class NotYours(DomainError):
    """Somebody else drives the tour meanwhile, or it is gone."""

    code = "not_your_tour"
    message = _("The centre has given this tour to somebody else. Call the centre and say what you did.")


class StopGone(DomainError):
    """The stop was taken off the tour meanwhile."""

    code = "stop_gone"
    message = _("The centre has taken this stop off the tour. Call the centre and say what you did there.")


@dataclass(frozen=True, slots=True)
class ToldAct:
    """An act as a phone tells it: of a tour by its number, at a moment by the clock of the phone.

    `stop_id` is of what happens at a stop, `code` of what is scanned; `text` says what is wrong.
    """

    tour: str
    kind: ToldKind
    at: datetime
    stop_id: int | None = None
    code: str = ""
    text: str = ""


@transaction.atomic
def tell_act(*, by: Actor, act: ToldAct, now: datetime | None = None) -> None:
    """Do what a driver's phone tells, wholly or not at all. Told again it changes nothing, but of a problem.

    Raises `NotYours`, `StopGone`, and what the act's own service raises.
    """
    tour = _tour(by, act)
    if act.kind in _SCANS:
        _scan(by, tour, act, now)
    elif act.kind is ToldKind.START:
        driving.start_tour(by=by, tour=tour, at=act.at, now=now)
    elif act.kind is ToldKind.ARRIVE:
        driving.arrive(by=by, tour=tour, stop_id=_stop(tour, act).pk, at=act.at, now=now)
    elif act.kind is ToldKind.LEAVE:
        driving.leave(by=by, tour=tour, stop_id=_stop(tour, act).pk, at=act.at, now=now)
    elif act.kind is ToldKind.FINISH:
        driving.finish_tour(by=by, tour=tour, at=act.at, now=now)
    else:
        driving.report_problem(by=by, tour=tour, text=act.text, at=act.at, now=now)


def _tour(by: Actor, act: ToldAct) -> Tour:
    try:
        tour = queries.get_tour(by, act.tour)
        driving.require_drives(by, tour)
    except (NotFound, Forbidden) as gone:
        raise NotYours from gone
    return tour


def _stop(tour: Tour, act: ToldAct) -> Stop:
    if act.stop_id is None:
        raise Invalid(_("Say at which stop."), field="stop")
    found = tour.stops.filter(pk=act.stop_id).first()
    if found is None:
        raise StopGone
    return found


def _scan(by: Actor, tour: Tour, act: ToldAct, now: datetime | None) -> None:
    kind, unit = _SCANS[act.kind], None
    if kind is ScanKind.ARRIVED:
        stop = _stop(tour, act)
        unit = network.units_by_id([stop.unit_id])[stop.unit_id]
        if _put_down_damaged(by, tour, unit, act, now):
            return
    scan(by=by, code=act.code, kind=kind, tour=tour, unit=unit, at=act.at, note=act.text, now=now)


def _put_down_damaged(by: Actor, tour: Tour, unit: ServiceUnit, act: ToldAct, now: datetime | None) -> bool:
    """Put down what is damaged, which stays so until somebody has looked at it; say whether it was that."""
    known = queries.find_by_code(act.code)
    if not isinstance(known, Parcel) or known.status != ParcelStatus.DAMAGED:
        return False
    step = Step(ScanKind.DAMAGED, heard_at(act.at, now or clock.now()), unit=unit, tour=tour)
    take(by, lock(known.pk), step)
    return True
