"""What plans ask of vehicles, centres and the roads to units: said by who plans tours."""

from dataclasses import dataclass, fields

from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.day import DayRules
from terrace.logistics.domain.fleet import Equipment, Prices, Shift
from terrace.logistics.models import Approach, PlanningRules, Vehicle
from terrace.logistics.services.fleet import home_of
from terrace.logistics.services.roads import places_of
from terrace.network import queries as network

NARROWEST_CM, WIDEST_CM = 80, 400
MOST_ML = 120_000_000
MOST_RELOADS = 6
MOST_MINUTES = 16 * 60
SLOWEST, FASTEST = 20, 150
MOST_MINOR = 100_000_000
"""A million yuan a day, or for a kilometre, is a slip."""


@dataclass(frozen=True, slots=True)
class ApproachGiven:
    """How vehicles come to a unit; `widest_cm` None where any gets through."""

    widest_cm: int | None = None
    is_steep: bool = False
    extra_minutes: int = 0


@transaction.atomic
def equip_vehicle(*, by: Actor, vehicle: Vehicle, version: int, given: Equipment) -> Vehicle:
    """Say what a vehicle is to plans: its room, cold room, where it gets through, shift, costs.

    Raises `Forbidden`, `Stale`, `Invalid` at the field. Plans that are there stay as they were made.
    """
    by.require(Permission.DISPATCH, vehicle.area_path)
    _check_body(given, vehicle)
    _check_costs(given)
    _check_shift(given.shift, given.reloads)
    _check_bases(given, vehicle)
    vehicle.cold_grams = given.cold_grams if vehicle.is_cold else None
    own = [one.name for one in fields(Equipment) if one.name not in ("shift", "cold_grams")]
    for name in own:
        setattr(vehicle, name, getattr(given, name))
    vehicle.shift_begins, vehicle.shift_ends = given.shift.begins, given.shift.ends
    vehicle.shift_minutes, vehicle.overtime_minutes = given.shift.minutes, given.shift.overtime_minutes
    shift = ["shift_begins", "shift_ends", "shift_minutes", "overtime_minutes"]
    vehicle.save_version(version, [*own, "cold_grams", *shift])
    audit.record(by=by, act="logistics.equip_vehicle", subject=vehicle, area_path=vehicle.area_path)
    return vehicle


@transaction.atomic
def set_planning_rules(*, by: Actor, unit_id: int, version: int | None, given: DayRules) -> PlanningRules:
    """Say how a centre reckons its days; `version` is None where nobody has said before.

    Raises `Forbidden`, `NotFound`, `Stale`, `Invalid` at the field.
    """
    unit = home_of(unit_id)
    by.require(Permission.DISPATCH, unit.area_path)
    _check_rules(given)
    told = {one.name: getattr(given, one.name) for one in fields(DayRules) if one.name != "prices"}
    told |= {one.name: getattr(given.prices, one.name) for one in fields(Prices)}
    rules, is_new = PlanningRules.objects.get_or_create(
        unit=unit,
        defaults={**told, "area_path": unit.area_path, "county_code": network.place(unit.area_id).county_code},
    )
    if not is_new:
        for name, value in told.items():
            setattr(rules, name, value)
        rules.save_version(version or 0, list(told))
    audit.record(by=by, act="logistics.set_planning_rules", subject=rules, area_path=unit.area_path)
    return rules


@transaction.atomic
def set_approach(*, by: Actor, unit_id: int, version: int | None, given: ApproachGiven) -> Approach:
    """Say how vehicles come to a unit. Raises `Forbidden`, `NotFound`, `Stale`, `Invalid` at the field."""
    unit = network.units_by_id([unit_id]).get(unit_id)
    if unit is None:
        raise NotFound
    by.require(Permission.DISPATCH, unit.area_path)
    if given.widest_cm is not None:
        _between(given.widest_cm, NARROWEST_CM, WIDEST_CM, "widest_cm")
    _between(given.extra_minutes, 0, 120, "extra_minutes")
    told = {one.name: getattr(given, one.name) for one in fields(ApproachGiven)}
    approach, is_new = Approach.objects.get_or_create(
        unit=unit,
        defaults={**told, "area_path": unit.area_path, "county_code": network.place(unit.area_id).county_code},
    )
    if not is_new:
        for name, value in told.items():
            setattr(approach, name, value)
        approach.save_version(version or 0, list(told))
    audit.record(by=by, act="logistics.set_approach", subject=approach, area_path=unit.area_path)
    return approach


def _check_body(given: Equipment, vehicle: Vehicle) -> None:
    _between(given.width_cm, NARROWEST_CM, WIDEST_CM, "width_cm")
    if given.capacity_ml is not None:
        _between(given.capacity_ml, 1, MOST_ML, "capacity_ml")
    if not 0 <= given.cold_grams <= vehicle.capacity_grams:
        raise Invalid(_("Of its payload at most all is cold."), field="cold_grams")
    if given.cold_grams and not vehicle.is_cold:
        raise Invalid(_("This vehicle does not cool."), field="cold_grams")


def _check_costs(given: Equipment) -> None:
    for name in ("use_per_100km", "wear_per_km_minor", "per_day_minor"):
        _between(getattr(given, name), 0, MOST_MINOR, name)
    _between(given.pace_percent, SLOWEST, FASTEST, "pace_percent")


def _check_shift(shift: Shift, reloads: int) -> None:
    if shift.ends <= shift.begins:
        raise Invalid(_("A shift ends after it begins, on the same day."), field="shift_ends")
    _between(shift.minutes, 30, MOST_MINUTES, "shift_minutes")
    _between(shift.overtime_minutes, 0, MOST_MINUTES - shift.minutes, "overtime_minutes")
    _between(reloads, 0, MOST_RELOADS, "reloads")


def _check_bases(given: Equipment, vehicle: Vehicle) -> None:
    """Refuse a day that begins or ends at a unit that is not the centre's, or nowhere on the map."""
    named = {name: pk for name in ("begins_at", "ends_at") if (pk := getattr(given, f"{name}_id"))}
    units = network.units_by_id(named.values())
    for name, pk in named.items():
        unit = units.get(pk)
        if unit is None or not unit.is_open or not unit.area_path.startswith(vehicle.area_path):
            raise Invalid(_("Choose a unit of the centre's own area."), field=name)
        if pk not in places_of([pk]):
            raise Invalid(_("Nobody has said where this unit lies on the map."), field=name)
    if len(named) > 1:
        raise Invalid(_("A vehicle that stands at a station comes home there."), field="ends_at")


def _check_rules(given: DayRules) -> None:
    if given.closes <= given.opens:
        raise Invalid(_("The yard closes after it opens."), field="closes")
    for name, most in (("load_minutes", 180), ("rest_minutes", 180), ("stop_seconds", 3600), ("parcel_seconds", 600)):
        _between(getattr(given, name), 0, most, name)
    _between(given.seconds_per_100kg, 0, 3600, "seconds_per_100kg")
    _between(given.ml_per_kg, 0, 100_000, "ml_per_kg")
    _between(given.worth_per_kg_minor, 0, MOST_MINOR, "worth_per_kg_minor")
    for price in fields(Prices):
        most = MOST_MINOR if price.name.endswith("_minor") else 500
        _between(getattr(given.prices, price.name), 100 if price.name == "overtime_percent" else 0, most, price.name)


def _between(value: int, least: int, most: int, field: str) -> None:
    if not least <= value <= most:
        raise Invalid(_("Enter %(least)d to %(most)d.") % {"least": least, "most": most}, field=field)
