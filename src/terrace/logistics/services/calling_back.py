"""Parcels that are not to go on, because what is in them was given back: called back, and sent home."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.models import Parcel
from terrace.logistics.services import following
from terrace.logistics.services.authority import require_any, require_over
from terrace.logistics.services.steps import lock
from terrace.network import queries as network


class NotCalledBack(DomainError):
    """Nobody has called it back, or it has left."""

    code = "not_called_back"
    message = _("This parcel was not called back, or it has left already.")


@transaction.atomic
def call_back(*, by: Actor, parcel: Parcel, now: datetime | None = None) -> Parcel:
    """Note that a parcel that goes up and has not left is wanted back: who works where it lies sends it home.

    Raises `Forbidden`, `NotCalledBack` where it has left. A second time changes nothing.
    """
    found = lock(parcel.pk)
    require_over(by, found, found.sender_id)
    if found.called_back_at is not None:
        return found
    if not found.leaves_by_carrier or found.sent_at is not None or found.ended_at is not None:
        raise NotCalledBack
    found.called_back_at = now or clock.now()
    found.save(update_fields=["called_back_at"])
    audit.record(by=by, act="logistics.call_back", subject=found, area_path=found.area_path, now=now)
    return found


@transaction.atomic
def send_home(*, by: Actor, parcel: Parcel) -> Parcel:
    """Send a parcel that was called back to where it began: tours offer it, and there it counts as given back.

    Raises `Forbidden` unless the actor handles parcels where it lies or at its
    ends, `NotCalledBack`, `Invalid` where it lies at home. A second time changes nothing.
    """
    found = lock(parcel.pk)
    at = network.units_by_id([found.unit_at_id] if found.unit_at_id else [])
    require_any(by, Permission.HANDLE, (found.from_path, *(unit.area_path for unit in at.values())))
    if found.goes_home:
        return found
    if not found.waits_to_go_home:
        raise NotCalledBack
    if found.lies_where_it_began:
        raise Invalid(_("It lies where it began. Scan it as given back."))
    found.to_unit_id, found.to_path = found.from_unit_id, found.from_path
    found.save(update_fields=["to_unit", "to_path"])
    following.ended(found)
    audit.record(by=by, act="logistics.send_home", subject=found, area_path=found.area_path)
    return found
