"""A centre's day as planners take it: what waits, which vehicles are free, when units are open, the roads between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from terrace.kernel import clock
from terrace.kernel.errors import DomainError
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.logistics.domain.day import Day, DayRules, Halt, Haul, ShutOut, WhyNot, plan_of
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


@dataclass(frozen=True, slots=True)
class GatheredDay:
    """A day to plan, with the roads that it lies on, and the vehicles and their paces in the problem's order."""

    day: Day
    roads: DayRoads
    vehicles: tuple[Vehicle, ...]
    paces: tuple[int, ...]


def gather(*, centre: ServiceUnit, on: date, now: datetime, trial: Trial = AS_IT_IS) -> GatheredDay:
    """Return a centre's day as it stands, but for what a trial says otherwise.

    Raises `NothingToPlan`, `NoVehicle`, and `Invalid` at `unit` for a centre that is nowhere on the map.
    """
    rules, free = queries.day_rules_of(centre.pk), queries.vehicles_free(centre.pk, on)
    vehicles = fleet_of(trial, free, [vehicle.pk for vehicle in free])
    if not vehicles:
        raise NoVehicle
    waits = queries.hauls_of(centre, on, rules)
    units = _units_below(centre, waits.hauls)
    placed = places_of(list(units))
    stops = sorted(placed)
    roads = roads_between(unit=centre, unit_ids=[trial.yard_id or centre.pk, *stops], on=on, now=now)
    cut_off = _cut_off(roads)
    halts = _halts([units[pk] for pk in stops], on, rules)
    paces = tuple(sorted({vehicle.pace_percent for vehicle in vehicles}))
    hauls = [haul for haul in waits.hauls if haul.unit_id in placed and haul.unit_id not in cut_off]
    not_before = _second_of(now) if on == clock.today(now) else 0
    fleet = _fleet(vehicles, paces, halts.values(), rules, not_before)
    if trial.is_separate:
        purposes = purposes_of(hauls)
        fleet, vehicles = for_each(purposes, fleet), vehicles * len(purposes)
    matrices = [roads.matrix(pace) for pace in paces]
    day = plan_of(hauls, halts, fleet, rules, roads.places, matrices, is_separate=trial.is_separate)
    if not day.errands:
        raise NothingToPlan
    lost = tuple(
        ShutOut(one.number, one.unit_id, WhyNot.NO_ROAD if one.unit_id in cut_off else WhyNot.NOT_ON_THE_MAP)
        for one in waits.hauls
        if one.unit_id in units and (one.unit_id in cut_off or one.unit_id not in placed)
    )
    return GatheredDay(replace(day, shut_out=(*waits.shut_out, *lost, *day.shut_out)), roads, tuple(vehicles), paces)


def _cut_off(roads: DayRoads) -> set[int]:
    """Return the units to which no road leads from the yard that day, or none back."""
    there = roads.usual.distances
    return {pk for at, pk in enumerate(roads.places) if max(there[0][at], there[at][0]) >= NO_ROAD and at}


def _second_of(now: datetime) -> int:
    """Return the second of the day where the installation is."""
    return int((now - clock.begin_of(clock.today(now))).total_seconds())


def _units_below(centre: ServiceUnit, hauls: Sequence[Haul]) -> dict[int, ServiceUnit]:
    found = network.units_by_id({haul.unit_id for haul in hauls})
    return {pk: unit for pk, unit in found.items() if unit.area_path.startswith(centre.area_path) and pk != centre.pk}


def _halts(units: Sequence[ServiceUnit], on: date, rules: DayRules) -> dict[int, Halt]:
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


def _fleet(
    vehicles: Sequence[Vehicle], paces: Sequence[int], halts: Iterable[Halt], rules: DayRules, not_before: int
) -> list[PlannedVehicle]:
    widths = frozenset(halt.widest_cm for halt in halts if halt.widest_cm)
    return [
        as_planned(
            str(vehicle.pk),
            vehicle.capacity_grams,
            vehicle.equipment,
            rules.prices,
            widths=widths,
            pace=paces.index(vehicle.pace_percent),
            not_before=not_before,
        )
        for vehicle in vehicles
    ]
