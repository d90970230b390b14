"""Letting somebody else collect a parcel: the recipient names them, and they get a code of their own."""

from __future__ import annotations

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.phones import read_phone
from terrace.kernel.words import _
from terrace.logistics.models import Parcel
from terrace.logistics.services import codes, telling
from terrace.logistics.services.handing import tried
from terrace.logistics.services.steps import lock

LONGEST_NAME = 80


def name_collector(*, by: Actor, parcel: Parcel, code: str, name: str, phone: str) -> Parcel:
    """Let `name` collect a parcel that waits, for whoever shows the recipient's own pick-up code.

    Number and end of the phone stand on many labels, so they alone name nobody.
    Who was named before may no more; the recipient is told. A wrong code is
    counted as at the counter, so the caller's transaction must not be undone by
    it. Raises `Invalid` at the field, `WrongCode`, `CodeLocked`.
    """
    named, number = _checked(name, phone)
    with transaction.atomic():
        found = lock(parcel.pk)
        if not found.code:
            raise Invalid(_("It does not lie where it is handed over. Come back when you have the pick-up code."))
        refused = tried(by, found, code, (found.code,))
        if refused is None:
            own = codes.new_code()
            found.collector, found.collector_phone = named, number
            found.collector_code = codes.mark_of(found.number, own)
            found.save(update_fields=["collector", "collector_phone", "collector_code"])
            telling.tell_collector(found, own)
            audit.record(by=by, act="logistics.name_collector", subject=found, area_path=found.area_path)
    if refused:
        raise refused
    return found


def _checked(name: str, phone: str) -> tuple[str, str]:
    """Return name and phone as they are kept, or raise what is wrong with them."""
    named = " ".join(name.split())
    if not 0 < len(named) <= LONGEST_NAME:
        raise Invalid(_("Say who collects it."), field="name")
    refuse_identity_number(named, field="name")
    number = read_phone(phone, current().region)
    if not number:
        raise Invalid(_("Their own code is sent to a phone. Enter its number."), field="phone")
    return named, number
