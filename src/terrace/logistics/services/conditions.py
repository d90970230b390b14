"""Roads that are closed or slow: recorded and ended by who plans tours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Invalid, NotFound
from terrace.kernel.identity import refuse_identity_number
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.roads import CLOSED
from terrace.logistics.models import RoadCondition
from terrace.logistics.queries import placed
from terrace.logistics.services.fleet import home_of
from terrace.network import queries as network
from terrace.network.domain.places import Point, check_near
from terrace.network.models import ServiceUnit

SLOWEST, FASTEST = 5, 95
NEAREST_M, FARTHEST_M = 50, 50_000
FARTHEST = timedelta(days=365)


class ConditionOver(DomainError):
    """It was ended before."""

    code = "condition_over"
    message = _("This was ended already.")


@dataclass(frozen=True, slots=True)
class ConditionGiven:
    """What is closed (`pace_percent` nought) or slow, from day until day, or until it is ended.

    It is near a unit, or near a point, within `radius_m`; or between two areas, by their codes.
    """

    from_on: date
    reason: str
    pace_percent: int = CLOSED
    until_on: date | None = None
    unit_id: int | None = None
    point: Point | None = None
    radius_m: int | None = None
    areas: tuple[str, str] | None = None


@transaction.atomic
def add_condition(*, by: Actor, centre_id: int, given: ConditionGiven, now: datetime | None = None) -> RoadCondition:
    """Record that roads of a centre's area are closed or slow. Days that are planned already stay as they are.

    Raises `Forbidden`, `NotFound`, `Invalid` at the field.
    """
    centre = home_of(centre_id)
    by.require(Permission.DISPATCH, centre.area_path)
    _check(given, clock.today(now))
    row = RoadCondition(
        centre=centre,
        pace_percent=given.pace_percent,
        reason=given.reason.strip(),
        from_on=given.from_on,
        until_on=given.until_on,
        area_path=centre.area_path,
        county_code=network.place(centre.area_id).county_code,
    )
    if given.areas is not None:
        _put_between(row, centre, given.areas)
    else:
        _put_near(row, centre, given)
    row.save(force_insert=True)
    details = {
        "from_on": given.from_on.isoformat(),
        "until_on": given.until_on.isoformat() if given.until_on else "",
        "pace_percent": given.pace_percent,
        "reason": row.reason,
    }
    audit.record(by=by, act="logistics.add_condition", subject=row, area_path=row.area_path, details=details)
    return row


@transaction.atomic
def end_condition(*, by: Actor, condition: RoadCondition, version: int, now: datetime | None = None) -> RoadCondition:
    """Say that roads are as usual again from today on. Raises `Forbidden`, `Stale`, `ConditionOver`."""
    by.require(Permission.DISPATCH, condition.area_path)
    if condition.ended_on is not None:
        raise ConditionOver
    condition.ended_on = clock.today(now)
    condition.save_version(version, ["ended_on"])
    audit.record(by=by, act="logistics.end_condition", subject=condition, area_path=condition.area_path)
    return condition


def _check(given: ConditionGiven, today: date) -> None:
    if not given.reason.strip():
        raise Invalid(_("Say why, so that others understand it."), field="reason")
    if len(given.reason.strip()) > 120:
        raise Invalid(_("At most %(most)d characters.") % {"most": 120}, field="reason")
    refuse_identity_number(given.reason, field="reason")
    if not today <= given.from_on <= today + FARTHEST:
        raise Invalid(_("It begins today at the earliest, and within a year."), field="from_on")
    if given.until_on is not None and not given.from_on <= given.until_on <= given.from_on + FARTHEST:
        raise Invalid(_("It ends after it begins, and within a year."), field="until_on")
    if sum(told is not None for told in (given.unit_id, given.point, given.areas)) != 1:
        raise Invalid(_("Say where: near a place, or between two areas."), field="unit")
    if given.pace_percent != CLOSED and not SLOWEST <= given.pace_percent <= FASTEST:
        told = {"least": SLOWEST, "most": FASTEST}
        raise Invalid(_("Enter %(least)d to %(most)d.") % told, field="pace_percent")


def _put_near(row: RoadCondition, centre: ServiceUnit, given: ConditionGiven) -> None:
    if given.radius_m is None or not NEAREST_M <= given.radius_m <= FARTHEST_M:
        told = {"least": NEAREST_M, "most": FARTHEST_M}
        raise Invalid(_("Enter %(least)d to %(most)d.") % told, field="radius_m")
    point = given.point or _point_of(centre, given.unit_id or 0)
    home = placed([centre.pk]).get(centre.pk)
    if home is not None:
        check_near(point, home.point, Workspace.CENTRE)
    row.unit_id, row.radius_m = given.unit_id, given.radius_m
    row.latitude, row.longitude = point.latitude, point.longitude


def _point_of(centre: ServiceUnit, unit_id: int) -> Point:
    unit = network.units_by_id([unit_id]).get(unit_id)
    if unit is None or not unit.area_path.startswith(centre.area_path):
        raise NotFound(_("There is no such unit."), field="unit")
    found = placed([unit_id]).get(unit_id)
    if found is None:
        raise Invalid(_("Nobody has said where this unit lies."), field="unit")
    return found.point


def _put_between(row: RoadCondition, centre: ServiceUnit, codes: tuple[str, str]) -> None:
    one, other = (network.areas_by_code(codes).get(code) for code in codes)
    if one is None or other is None:
        raise NotFound(_("There is no such area."), field="one_area" if one is None else "other_area")
    if not any(area.path.startswith(centre.area_path) for area in (one, other)):
        raise Invalid(_("One of the two areas lies in the area of the centre."), field="one_area")
    if one == other:
        raise Invalid(_("Choose two different areas."), field="other_area")
    row.one_area, row.other_area = one, other
    row.one_path, row.other_path = one.path, other.path
