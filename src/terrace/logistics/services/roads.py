"""The roads of a day between units, for whoever plans."""

from collections.abc import Sequence
from datetime import date, datetime

from terrace.kernel import clock
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _, in_language
from terrace.logistics.domain.roads import DayRoads, RoadSource, by_air
from terrace.network import queries as network
from terrace.network.domain.places import Point
from terrace.network.models import ServiceUnit


def roads_between(*, unit: ServiceUnit, unit_ids: Sequence[int], on: date, now: datetime | None = None) -> DayRoads:
    """Return the roads between a centre and units below it on a day, in the order of `unit_ids`.

    Raises `Invalid` at `unit` for one that is nowhere on the map.
    """
    points = places_of(unit_ids)
    lost = [unit_id for unit_id in unit_ids if unit_id not in points]
    if lost:
        names = in_language(network.units_by_id(lost[:1])[lost[0]].names)
        raise Invalid(_("Nobody has said where %(unit)s lies.") % {"unit": names}, field="unit")
    usual = by_air([points[unit_id] for unit_id in unit_ids])
    return DayRoads(tuple(unit_ids), RoadSource.AIR, now or clock.now(), usual)


def places_of(unit_ids: Sequence[int]) -> dict[int, Point]:
    """Return where units lie, by their ids: at their own point, else at their area's. Those of no known place lack."""
    units = network.units_by_id(unit_ids)
    areas = network.areas_by_code({unit.area_id for unit in units.values()})
    found = {pk: unit.point or areas[unit.area_id].point for pk, unit in units.items()}
    return {pk: point for pk, point in found.items() if point}
