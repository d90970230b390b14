"""What recipients are told by SMS, in their own language where it is known, and planners of what went wrong."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from terrace.accounts import queries as accounts
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Text, _, in_language
from terrace.logistics.domain import Permission, ScanKind, Seen
from terrace.logistics.models import Consignment, Parcel
from terrace.logistics.services import codes
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Topic
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def give_code(parcel: Parcel) -> str:
    """Put a new pick-up code on a parcel, not saved here, and return it: it is known to nobody afterwards."""
    code = codes.new_code()
    parcel.code, parcel.code_tries = codes.mark_of(parcel.number, code), 0
    return code


def tell_code(parcel: Parcel, code: str) -> None:
    """Send the recipient the pick-up code, where the parcel lies, and where to let somebody else collect it."""
    if parcel.to_unit_id is None:
        return
    unit = network.units_by_id([parcel.to_unit_id])[parcel.to_unit_id]
    told = _("Parcel %(number)s is at %(unit)s. Pick-up code: %(code)s. To let somebody else collect it: %(url)s")
    url = f"{settings.ENV.site_url}{reverse('logistics:status')}"
    _text(parcel.phone, told, number=parcel.number, unit=unit.names, code=code, url=url)


def tell_trouble(by: Actor, parcel: Parcel, seen: Seen) -> None:
    """Tell who plans the tours where the parcel began that it is missing, damaged or refused, so that a person acts."""
    title = _("Parcel %(number)s: %(status)s") % {"number": parcel.number, "status": seen.status.label}
    _tell_planners(by, parcel.from_path, seen.at, title, reverse("logistics:parcel", args=[parcel.number]))


def tell_collector(parcel: Parcel, code: str) -> None:
    """Send who was named a code of their own, and tell the recipient who may collect the parcel now."""
    if parcel.to_unit_id is None:
        return
    unit = network.units_by_id([parcel.to_unit_id])[parcel.to_unit_id]
    there = {"number": parcel.number, "unit": unit.names}
    told = _("You may collect parcel %(number)s at %(unit)s. Pick-up code: %(code)s.")
    _text(parcel.collector_phone, told, **there, code=code)
    told = _("%(name)s may collect your parcel %(number)s now. If you did not say so, call %(unit)s.")
    _text(parcel.phone, told, **there, name=parcel.collector)


def _text(phone: str, told: Text, **named: Any) -> None:
    """Send an SMS in the language of whose phone it is; what is named in languages is named in that one."""
    if not phone:
        return
    known = accounts.find_by_login(phone)
    with override((known.language if known else "") or settings.LANGUAGE_CODE):
        words = {key: in_language(value) if isinstance(value, dict) else value for key, value in named.items()}
        messaging.send(channel=Channel.SMS, address=phone, subject="", text=told % words)


def remind(parcel: Parcel) -> None:
    """Remind the recipient that a parcel waits, since when and until when. The code was sent before."""
    if parcel.to_unit_id is None or parcel.keep_until is None or parcel.shelved_at is None:
        return
    unit = network.units_by_id([parcel.to_unit_id])[parcel.to_unit_id]
    told = _(
        "Parcel %(number)s waits for you at %(unit)s since %(since)s, until %(until)s. Bring the pick-up code that "
        "was sent to you, or ask there for a new one."
    )
    since, until = (clock.today(at).isoformat() for at in (parcel.shelved_at, parcel.keep_until))
    _text(parcel.phone, told, number=parcel.number, unit=unit.names, since=since, until=until)


def tell_astray(by: Actor, parcel: Parcel, unit: ServiceUnit, at: datetime) -> None:
    """Tell who works where a parcel lies that does not belong there, and who plans its tours, so that it goes on."""
    day = clock.today(at)
    there = accounts.holders_of(Permission.HANDLE, unit.area_path, day)
    planners = accounts.holders_of(Permission.DISPATCH, parcel.from_path, day)
    told = accounts.recipients(person for person in {*there, *planners} if person != by.person_id)
    title = _("Parcel %(number)s lies at the wrong place") % {"number": parcel.number}
    messaging.notify(to=told, topic=Topic.PARCEL, title=title, url=reverse("logistics:parcel", args=[parcel.number]))


def tell_given_back(*, parcel: Parcel, now: datetime) -> None:
    """Tell who works where a parcel lies that what is in it was given back, so that it does not go on."""
    if parcel.unit_at_id is None:
        return
    path = network.units_by_id([parcel.unit_at_id])[parcel.unit_at_id].area_path
    title = _("Parcel %(number)s was called back: keep it for its sender") % {"number": parcel.number}
    told = accounts.recipients(accounts.holders_of(Permission.HANDLE, path, clock.today(now)))
    messaging.notify(to=told, topic=Topic.PARCEL, title=title, url=reverse("logistics:parcel", args=[parcel.number]))


def tell_goods_trouble(by: Actor, consignment: Consignment, kind: ScanKind, at: datetime) -> None:
    """Tell who plans the tours where the goods began that they were not found, came to harm or are given up."""
    title = _("Consignment %(number)s: %(what)s") % {"number": consignment.number, "what": kind.label}
    _tell_planners(by, consignment.from_path, at, title, reverse("logistics:consignment", args=[consignment.number]))


def _tell_planners(by: Actor, path: str, at: datetime, title: Text, url: str) -> None:
    planners = accounts.holders_of(Permission.DISPATCH, path, clock.today(at))
    told = accounts.recipients(person_id for person_id in planners if person_id != by.person_id)
    messaging.notify(to=told, topic=Topic.PARCEL, title=title, url=url)
