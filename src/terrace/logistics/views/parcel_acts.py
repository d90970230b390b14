"""What can be done with a parcel by who reads its page, the next thing first; and what somebody has to see to."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.logistics.domain import Direction, ParcelStatus, Permission
from terrace.logistics.domain.shelf import Care
from terrace.logistics.models import Parcel
from terrace.network import queries as network

Act = dict[str, Any]


def url_of(route: str, found: Parcel) -> str:
    """Return the address of a page of a parcel."""
    return reverse(f"logistics:{route}", args=[found.number])


def acts_of(actor: Actor, found: Parcel) -> tuple[Act | None, list[Act]]:
    """Return the next thing to do with a parcel, and what else can be done."""
    handles = any(actor.may(Permission.HANDLE, path) for path in (found.from_path, found.to_path) if path)
    return _down(found, handles) if found.direction == Direction.DOWN else _up(actor, found, handles)


def cares_of(found: Parcel, now: datetime) -> list[Care]:
    """Return what somebody has to see to about a parcel."""
    needs = {
        Care.ASTRAY: found.is_astray,
        Care.OVERDUE: _is_overdue(found, now),
        Care.CALLED_BACK: found.waits_to_go_home,
    }
    return [care for care, is_needed in needs.items() if is_needed]


def _down(found: Parcel, handles: bool) -> tuple[Act | None, list[Act]]:
    if not (handles and found.code and ParcelStatus(found.status).is_on_shelf):
        return None, []
    hand = {"url": url_of("hand_over", found), "label": _("Hand over"), "icon": "package"}
    refuse = {"url": url_of("refuse", found), "label": _("The recipient refuses it"), "icon": "x"}
    renew = {"url": url_of("renew_code", found), "label": _("New code"), "icon": "message"}
    if not _is_overdue(found, clock.now()):
        return hand, [renew, refuse]
    longer = {"url": url_of("keep_longer", found), "label": _("They will come: keep it"), "icon": "clock"}
    back = {"url": url_of("send_back", found), "label": _("Send it back"), "icon": "truck"}
    return hand, [longer, back, renew, refuse]


def _up(actor: Actor, found: Parcel, handles: bool) -> tuple[Act | None, list[Act]]:
    own, status = actor.speaks_for(found.carrier_id or 0), ParcelStatus(found.status)
    if found.waits_to_go_home and (handles or _works_there(actor, found)) and not found.lies_where_it_began:
        return {"url": url_of("send_home", found), "label": _("Send it home"), "icon": "home"}, []
    if status.is_final or found.is_return or not (handles or own or actor.speaks_for(found.sender_id or 0)):
        return None, []
    told = {"url": url_of("news", found), "label": _("The carrier says"), "icon": "speakerphone"}
    if found.sent_at is None:
        return {"url": url_of("to_carrier", found), "label": _("To the carrier"), "icon": "truck"}, []
    return None, [told] if handles or own else []


def _is_overdue(found: Parcel, now: datetime) -> bool:
    return found.keep_until is not None and found.keep_until <= now


def _works_there(actor: Actor, found: Parcel) -> bool:
    units = network.units_by_id([found.unit_at_id] if found.unit_at_id else [])
    return any(actor.may(Permission.HANDLE, unit.area_path) for unit in units.values())
