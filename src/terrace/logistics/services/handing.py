"""Handing a parcel over at the point: for a code, a signature, or before a camera; or it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.words import _
from terrace.logistics.domain import MOST_TRIES, Direction, Impossible, ParcelStatus, Permission, Proof, ScanKind
from terrace.logistics.domain.cash import CashWay
from terrace.logistics.domain.parcels import advice
from terrace.logistics.models import Parcel
from terrace.logistics.services import codes, telling
from terrace.logistics.services.cash import take_cash
from terrace.logistics.services.steps import Step, lock, take
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


class WrongCode(DomainError):
    """The pick-up code is not this parcel's; each wrong one is counted."""

    code = "wrong_code"
    status = 422
    message = _("This is not the code of this parcel.")


class CodeLocked(DomainError):
    """Too many wrong codes: it opens nothing any more."""

    code = "code_locked"
    message = _("Too many wrong codes were given. Send the recipient a new code, or take a photo of the hand-over.")


def hand_over(
    *,
    by: Actor,
    parcel: Parcel,
    code: str = "",
    photo: File[bytes] | None = None,
    signature: File[bytes] | None = None,
    paid: CashWay | None = None,
    now: datetime | None = None,
) -> Parcel:
    """Hand a parcel to its recipient, for the pick-up code, a signature or a photo; publishes `ParcelDelivered`.

    The code may be that of who was named to collect it. Which proof it was stays
    with the scan. `paid` says how the money was paid that it is handed over for.
    The carrier's fees for the way down are charged by it. Handing over what was
    handed over changes nothing. Raises `Forbidden`, `WrongCode` and `CodeLocked`,
    `Invalid` without any of the three, `Unpaid` where nobody said how it was paid,
    `Impossible` where it was not scanned in.
    A wrong code is counted even though the act is refused: so the caller's own
    transaction, if it has one, must not be undone by that.
    """
    picture = signature or photo
    if not code.strip() and picture is None:
        raise Invalid(_("Enter the pick-up code, let the recipient sign, or take a photo."), field="code")
    with transaction.atomic():
        found = lock(parcel.pk)
        unit = counter(by, found)
        if found.status == ParcelStatus.DELIVERED:
            return found
        if found.is_refused:
            raise Impossible(_("The recipient refused it: it goes back to its carrier."))
        refused = _refusal(by, found, code) if picture is None else None
        if refused is None:
            proof = Proof.CODE if picture is None else Proof.SIGNATURE if signature else Proof.PHOTO
            to_other = proof is Proof.CODE and codes.opens(found.collector_code, found.number, code)
            moment = max(now or clock.now(), found.seen_at)
            act = "logistics.hand_over"
            take_cash(by, found, unit, paid, moment)
            step = Step(ScanKind.HANDED_OVER, moment, act, unit, photo=picture, proof=proof, to_other=to_other)
            take(by, found, step)
    if refused:
        raise refused
    return found


@transaction.atomic
def refuse(*, by: Actor, parcel: Parcel, note: str = "", now: datetime | None = None) -> Parcel:
    """Note that the recipient does not want it: it goes back to its carrier. Raises `Forbidden`, `Impossible`."""
    found = lock(parcel.pk)
    unit = counter(by, found)
    moment = max(now or clock.now(), found.seen_at)
    take(by, found, Step(ScanKind.REFUSED, moment, unit=unit, note=note))
    return found


@transaction.atomic
def renew_code(*, by: Actor, parcel: Parcel) -> Parcel:
    """Send the recipient a new pick-up code; the old one, and what was tried, count no more.

    Raises `Forbidden`, and `Invalid` for a parcel that does not lie where it is handed over.
    """
    found = lock(parcel.pk)
    unit = counter(by, found)
    if not found.code:
        raise Invalid(_("A code is sent when the parcel lies where it is handed over."))
    code = telling.give_code(found)
    found.save(update_fields=["code", "code_tries"])
    telling.tell_code(found, code)
    audit.record(by=by, act="logistics.renew_code", subject=found, area_path=unit.area_path)
    return found


def counter(by: Actor, parcel: Parcel) -> ServiceUnit:
    """Return the unit where a parcel is handed over, or raise `Forbidden` for who does not work there."""
    if parcel.direction != Direction.DOWN or parcel.to_unit_id is None:
        raise Invalid(_("This parcel goes up: its carrier hands it over."))
    unit_id = parcel.unit_at_id or parcel.to_unit_id
    unit = network.units_by_id([unit_id])[unit_id]
    by.require(Permission.HANDLE, unit.area_path)
    return unit


def _refusal(by: Actor, parcel: Parcel, code: str) -> DomainError | None:
    """Return why the code does not open the parcel, with the try counted, None when it does."""
    if not ParcelStatus(parcel.status).is_on_shelf or not parcel.code:
        return Impossible(advice(Direction.DOWN, ParcelStatus(parcel.status), ParcelStatus.DELIVERED))
    return tried(by, parcel, code, (parcel.code, parcel.collector_code))


def tried(by: Actor, parcel: Parcel, code: str, kept: Iterable[str]) -> DomainError | None:
    """Count a try with a code on a locked parcel; return why it opens none of what was kept, None when it does."""
    if parcel.code_tries >= MOST_TRIES:
        return CodeLocked(field="code")
    if any(codes.opens(mark, parcel.number, code) for mark in kept):
        return None
    parcel.code_tries += 1
    parcel.save(update_fields=["code_tries"])
    details = {"tries": parcel.code_tries}
    audit.record(by=by, act="logistics.wrong_code", subject=parcel, area_path=parcel.area_path, details=details)
    return CodeLocked(field="code") if parcel.code_tries >= MOST_TRIES else WrongCode(field="code")
