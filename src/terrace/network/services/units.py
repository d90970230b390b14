"""Founding, changing, placing and closing service units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from terrace.audit import services as audit
from terrace.kernel import clock, events, ids
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.phones import read_phone
from terrace.kernel.readings import search_text
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import Names, Text, _, in_language
from terrace.network import queries
from terrace.network.domain import Permission, Service, UnitClosed, UnitClosing, UnitFounded
from terrace.network.domain.hours import Period, check_hours
from terrace.network.domain.places import Point, check_near, read_point
from terrace.network.models import Area, ServiceUnit
from terrace.network.services import merging

EARLIEST = date(1900, 1, 1)
"""An earlier founding is a slip of the keyboard."""
LONGEST_NAME = 120
LONGEST_ADDRESS = 200
DETAILS = ("names", "search", "services", "hours", "phone", "address")
PLACE = ("latitude", "longitude")


class UnitInUse(DomainError):
    """Goods lie at the unit or are on their way there; `reasons` says which."""

    code = "unit_in_use"

    def __init__(self, reasons: Sequence[Text]) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


class UnitIsClosed(DomainError):
    """The unit was closed for good, so nothing of it can be changed."""

    code = "unit_is_closed"
    message = _("This unit is closed.")


class StandsHere(DomainError):
    """A unit of a tier above the last stands in this area already; the same call with `is_further` founds another."""

    code = "stands_here"
    message = _("%(unit)s stands here already. Confirm below that you found a further one.")


@dataclass(frozen=True, slots=True)
class Details:
    """What a unit tells its visitors: its names by language, what it does, when it is open, where to call and to go."""

    names: Names
    services: Sequence[str] = ()
    hours: Sequence[Period] = ()
    phone: str = ""
    address: str = ""


@transaction.atomic
def found_unit(
    *,
    by: Actor,
    area: str,
    details: Details,
    founded_on: date | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    is_further: bool = False,
    now: datetime | None = None,
) -> ServiceUnit:
    """Found a unit of the tier of the area with the code `area`, on the day `founded_on` (default: today).

    Raises `Forbidden` outside the actor's area, `NotFound` for an unknown area,
    `Invalid` at the field that breaks a rule, and `StandsHere` unless `is_further`
    confirms that an area above the villages is to have more than one.
    """
    place = queries.get_area(area)
    by.require(Permission.MANAGE, place.path)
    if not place.tier:
        raise Invalid(_("Units stand in the areas of the network's tiers. This area is none of them."), field="area")
    unit = ServiceUnit(
        number=ids.reference("U"),
        area=place,
        area_path=place.path,
        tier=place.tier,
        founded_on=_founding_day(founded_on, now),
        **_columns(details),
        **_degrees(place, latitude, longitude),
    )
    if not is_further:
        _warn_of_another(place)
    unit.save(force_insert=True)
    _lend_point(unit, place, before=None)
    audit.record(
        by=by, act="network.found_unit", subject=unit, area_path=unit.area_path, details=_told(unit, DETAILS), now=now
    )
    events.publish(UnitFounded(unit.pk, unit.area_path))
    return unit


@transaction.atomic
def change_unit(
    *, by: Actor, unit: ServiceUnit, version: int, details: Details, now: datetime | None = None
) -> ServiceUnit:
    """Change what an open unit, loaded at `version`, tells its visitors.

    Raises `Forbidden`, `UnitIsClosed`, `Stale` when somebody changed it meanwhile,
    and `Invalid` at the field that breaks a rule.
    """
    _may_change(by, unit)
    return _change(by, unit, version, _columns(details), "network.change_unit", now)


@transaction.atomic
def place_unit(
    *, by: Actor, unit: ServiceUnit, version: int, latitude: float, longitude: float, now: datetime | None = None
) -> ServiceUnit:
    """Put an open unit on the map, in degrees of WGS84; an area without a point of its own takes it for its own.

    Raises as `change_unit`; a point far outside the area is `Invalid`.
    """
    _may_change(by, unit)
    before = unit.point
    area = queries.get_area(unit.area_id)
    placed = _change(by, unit, version, _degrees(area, latitude, longitude), "network.place_unit", now)
    _lend_point(placed, area, before=before)
    return placed


@transaction.atomic
def close_unit(
    *, by: Actor, unit: ServiceUnit, version: int, closed_on: date | None = None, now: datetime | None = None
) -> ServiceUnit:
    """Close a unit for good as of `closed_on` (default: today); who holds a post there loses it with `UnitClosed`.

    Raises as `change_unit`, `UnitInUse` with what lies there or is on its way there.
    """
    _may_change(by, unit)
    day = _past(closed_on, "closed_on", now)
    if day < unit.founded_on:
        raise Invalid(_("A unit cannot close before it was founded."), field="closed_on")
    if reasons := against_closing(unit):
        raise UnitInUse(reasons)
    closed = _change(by, unit, version, {"closed_on": day}, "network.close_unit", now)
    events.publish(UnitClosed(closed.pk, closed.area_path, day))
    return closed


def against_closing(unit: ServiceUnit) -> list[Text]:
    """Return what stands against closing a unit, of every context; nothing when nothing does."""
    reasons: list[Text] = []
    events.publish(UnitClosing(unit.pk, reasons.append))
    return reasons


def _may_change(by: Actor, unit: ServiceUnit) -> None:
    by.require(Permission.MANAGE, unit.area_path)
    if not unit.is_open:
        raise UnitIsClosed


def _change(
    by: Actor, unit: ServiceUnit, version: int, values: Mapping[str, Any], act: str, now: datetime | None
) -> ServiceUnit:
    before = _told(unit, values)
    for name, value in values.items():
        setattr(unit, name, value)
    unit.save_version(version, values)
    after = _told(unit, values)
    details = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    audit.record(by=by, act=act, subject=unit, area_path=unit.area_path, details=details, now=now)
    return unit


def _columns(details: Details) -> dict[str, Any]:
    names = _names(details.names)
    refuse_identity_number(details.address, field="address")
    if len(details.address) > LONGEST_ADDRESS:
        raise Invalid(_("The address is too long."), field="address")
    return {
        "names": names,
        "search": search_text(*names.values()),
        "services": _services(details.services),
        "hours": [period.plain for period in check_hours(details.hours)],
        "phone": read_phone(details.phone, current().region),
        "address": details.address.strip(),
    }


def _names(given: Names) -> dict[str, str]:
    names = {language: name.strip() for language, name in given.items() if name.strip()}
    if not names:
        raise Invalid(_("Give the unit a name."), field="names")
    if unknown := set(names) - set(current().languages):
        raise Invalid(
            _("This installation does not have the language %(code)s.") % {"code": min(unknown)}, field="names"
        )
    for name in names.values():
        refuse_identity_number(name, field="names")
    if max(map(len, names.values())) > LONGEST_NAME:
        raise Invalid(_("The name is too long."), field="names")
    return names


def _services(given: Sequence[str]) -> list[str]:
    known = {service.value for service in Service}
    if not set(given) <= known:
        raise Invalid(_("There is no such service."), field="services")
    return [service.value for service in Service if service.value in given]


def _degrees(area: Area, latitude: float | None, longitude: float | None) -> dict[str, Any]:
    point = read_point(latitude, longitude)
    if point is None:
        return dict.fromkeys(PLACE)
    if area.point is not None:
        check_near(point, area.point, _whose_point(area))
    return {"latitude": point.latitude, "longitude": point.longitude}


def _whose_point(area: Area) -> Workspace:
    """Return the tier whose point an area has: its own, or that of the nearest area above with one."""
    placed = (one for one in reversed(queries.ancestors(area.path)) if one.is_placed and one.tier)
    return next((current().plan.get(one.tier).workspace for one in placed), Workspace.BUREAU)


def _lend_point(unit: ServiceUnit, area: Area, *, before: Point | None) -> None:
    """Give the area the unit's point where it has none of its own, or only the one that this unit lent it before."""
    point = unit.point
    if point is None or (area.is_placed and area.point != before):
        return
    Area.objects.filter(pk=area.pk).update(latitude=point.latitude, longitude=point.longitude, is_placed=True)
    with connection.cursor() as cursor:
        merging.inherit_points(cursor, area.path)


def _warn_of_another(place: Area) -> None:
    """Villages may have several points; a second bureau, centre or station is more often the same one entered twice."""
    if place.tier == current().plan.bottom.code:
        return
    found = ServiceUnit.objects.filter(area=place, closed_on__isnull=True).order_by("pk").first()
    if found is not None:
        raise StandsHere(StandsHere.message % {"unit": in_language(found.names)}, field="is_further")


def _founding_day(day: date | None, now: datetime | None) -> date:
    founded = _past(day, "founded_on", now)
    if founded < EARLIEST:
        raise Invalid(_("Enter a day since %(year)s.") % {"year": EARLIEST.year}, field="founded_on")
    return founded


def _past(day: date | None, field: str, now: datetime | None) -> date:
    today = clock.today(now)
    if day is not None and day > today:
        raise Invalid(_("This day is still to come."), field=field)
    return day or today


def _told(unit: ServiceUnit, fields: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
    values = {name: getattr(unit, name) for name in fields if name != "search"}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
