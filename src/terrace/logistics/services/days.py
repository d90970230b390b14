"""A centre's day as planners take it: what waits, which vehicles are free, when units are open, the roads between."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from terrace.kernel import clock
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain.day import Bases, Day, DayRules, Halt, Haul, ShutOut, WhyNot, plan_of
from terrace.logistics.domain.fleet import MINUTE, as_planned, seconds_of
from terrace.logistics.domain.roads import DayRoads
from terrace.logistics.domain.routing import NO_ROAD, Window
from terrace.logistics.domain.routing import Vehicle as PlannedVehicle
from terrace.logistics.domain.trials import Trial, fleet_of, for_each, purposes_of
from terrace.logistics.models import Approach, Vehicle
from terrace.logistics.services.roads import places_of, roads_between
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

AS_IT_IS = Trial()


class NothingToPlan(DomainError):
    """Nothing waits, or nothing that waits can be planned."""

    code = "nothing_to_plan"
    message = _("Nothing waits that a tour of this day could carry.")
    field = "on"


class NoVehicle(DomainError):
    """No vehicle of the centre is free that day."""

    code = "no_vehicle"
    message = _("No vehicle is free on this day: all are on tours already, or laid up.")
    field = "on"


class NoRounds(DomainError):
    """No vehicle that is free stands at a station."""

    code = "no_rounds"
    message = _("No free vehicle stands at a station. Say at a vehicle that it does, or plan on one level.")
    field = "on_two_levels"


@dataclass(frozen=True, slots=True)
class GatheredDay:
    """A day to plan, with the roads that it lies on, and the vehicles and their paces in the problem's order."""

    day: Day
    roads: DayRoads
    vehicles: tuple[Vehicle, ...]
    paces: tuple[int, ...]


def gather(
    *, centre: ServiceUnit, on: date, now: datetime, trial: Trial = AS_IT_IS, on_two_levels: bool = False
) -> GatheredDay:
    """Return a centre's day as it stands, but for what a trial says otherwise.

    On two levels vehicles that stand at stations drive rounds from there; on one they stay where they are, as they do
    on a day on which no road leads there, or on which the station is closed.
    Raises `NothingToPlan`, `NoVehicle`, `NoRounds`, and `Invalid` at `unit` for a centre that is nowhere on the map.
    """
    rules, free = queries.day_rules_of(centre.pk), _free(centre, on, on_two_levels=on_two_levels)
    vehicles = fleet_of(trial, free, [vehicle.pk for vehicle in free])
    if not vehicles:
        raise NoVehicle
    waits = queries.hauls_of(centre, on, rules)
    stands = {pk for vehicle in vehicles for pk in (vehicle.begins_at_id, vehicle.ends_at_id) if pk}
    units = _units_below(centre, {haul.unit_id for haul in waits} | stands)
    placed = places_of(list(units))
    stops = sorted(placed)
    yard = trial.yard_id or centre.pk
    roads = roads_between(unit=centre, unit_ids=[yard, *(pk for pk in stops if pk != yard)], on=on, now=now)
    cut_off = _cut_off(roads)
    halts = halts_of([units[pk] for pk in stops], on, rules)
    lost = cut_off | {pk for pk, halt in halts.items() if not halt.windows}
    vehicles = [one for one in vehicles if not {one.begins_at_id, one.ends_at_id} & lost]
    if not vehicles:
        raise NoVehicle
    bases = _bases(yard, vehicles, units)
    paces = tuple(sorted({vehicle.pace_percent for vehicle in vehicles}))
    hauls = [haul for haul in waits if haul.unit_id in placed and haul.unit_id not in cut_off]
    not_before = second_of(now) if on == clock.today(now) else 0
    fleet = fleet_as_planned(vehicles, paces, halts.values(), rules, bases, not_before)
    if trial.is_separate:
        purposes = purposes_of(hauls)
        fleet, vehicles = for_each(purposes, fleet), vehicles * len(purposes)
    matrices = [roads.matrix(pace) for pace in paces]
    day = plan_of(hauls, halts, fleet, rules, roads.places, matrices, bases, is_separate=trial.is_separate)
    if not day.errands:
        raise NothingToPlan
    left = tuple(_lost(one, units, cut_off) for one in waits if one.unit_id in cut_off or one.unit_id not in placed)
    return GatheredDay(replace(day, shut_out=(*left, *day.shut_out)), roads, tuple(vehicles), paces)


def _free(centre: ServiceUnit, on: date, *, on_two_levels: bool) -> list[Vehicle]:
    """Return the vehicles that a plan can use; on two levels some of them stand at stations."""
    free = queries.vehicles_free(centre.pk, on)
    if not on_two_levels:
        return [vehicle for vehicle in free if vehicle.begins_at_id is None]
    if not any(vehicle.begins_at_id for vehicle in free):
        raise NoRounds
    return free


def _lost(haul: Haul, units: Mapping[int, ServiceUnit], cut_off: Collection[int]) -> ShutOut:
    """Return why something cannot be planned whose unit no tour could reach."""
    if haul.unit_id not in units:
        return ShutOut(haul.number, haul.unit_id, WhyNot.FROM_ELSEWHERE)
    return ShutOut(haul.number, haul.unit_id, WhyNot.NO_ROAD if haul.unit_id in cut_off else WhyNot.NOT_ON_THE_MAP)


def _bases(yard: int, vehicles: Sequence[Vehicle], units: Mapping[int, ServiceUnit]) -> Bases:
    """Return where vehicles begin and end: rounds go from the nearest station above a unit."""
    stations = sorted({vehicle.begins_at_id for vehicle in vehicles if vehicle.begins_at_id})
    ends = sorted({vehicle.ends_at_id for vehicle in vehicles if vehicle.ends_at_id} - {yard, *stations})
    paths = {pk: units[pk].area_path for pk in stations}
    station_of = {}
    for pk, unit in units.items():
        above = [one for one in stations if unit.area_path.startswith(paths[one]) and one != pk]
        if above and pk not in stations:
            station_of[pk] = max(above, key=lambda one: (len(paths[one]), one))
    return Bases((yard, *stations, *ends), station_of)


def _cut_off(roads: DayRoads) -> set[int]:
    """Return the units to which no road leads from the yard that day, or none back."""
    there = roads.usual.distances
    return {pk for at, pk in enumerate(roads.places) if max(there[0][at], there[at][0]) >= NO_ROAD and at}


def second_of(now: datetime) -> int:
    """Return the second of the day where the installation is."""
    return int((now - clock.begin_of(clock.today(now))).total_seconds())


def _units_below(centre: ServiceUnit, wanted: Collection[int]) -> dict[int, ServiceUnit]:
    found = network.units_by_id(wanted)
    return {pk: unit for pk, unit in found.items() if unit.area_path.startswith(centre.area_path) and pk != centre.pk}


def halts_of(units: Sequence[ServiceUnit], on: date, rules: DayRules) -> dict[int, Halt]:
    """Return units as planners know them on a day, by their ids."""
    approaches = queries.approaches_to([unit.pk for unit in units])
    return {unit.pk: _halt(unit, approaches.get(unit.pk), on, rules) for unit in units}


def _halt(unit: ServiceUnit, approach: Approach | None, on: date, rules: DayRules) -> Halt:
    """Return a unit as planners know it: open as long as the yard where it has not said when it is."""
    hours = [one for one in unit.opening_hours if on.isoweekday() in one.days]
    open_then = tuple(Window(seconds_of(one.opens), seconds_of(one.closes)) for one in sorted(hours))
    windows = open_then if unit.opening_hours else (rules.yard,)
    if approach is None:
        return Halt(windows)
    return Halt(windows, approach.widest_cm, approach.is_steep, approach.extra_minutes * MINUTE)


def fleet_as_planned(
    vehicles: Sequence[Vehicle],
    paces: Sequence[int],
    halts: Iterable[Halt],
    rules: DayRules,
    bases: Bases,
    not_before: int,
) -> list[PlannedVehicle]:
    """Return vehicles as planners know them, which leave not before a second of the day."""
    widths = frozenset(halt.widest_cm for halt in halts if halt.widest_cm)
    return [
        as_planned(
            str(vehicle.pk),
            vehicle.capacity_grams,
            vehicle.equipment,
            rules.prices,
            widths=widths,
            pace=paces.index(vehicle.pace_percent),
            bases=[None, *bases.units[1:]],
            not_before=not_before,
        )
        for vehicle in vehicles
    ]
