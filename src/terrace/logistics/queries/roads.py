"""Where units lie, how roads of townships are, and what is closed or slow on a day."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.logistics.domain import Permission
from terrace.logistics.domain.roads import USUAL, Detour, Placed
from terrace.logistics.models import DetourFactor, RoadCondition, RoadMatrix, RoadNetwork
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

ENOUGH = 1200
"""Beyond so many places a matrix is made only of those that were asked for."""


def conditions_visible_to(actor: Actor) -> QuerySet[RoadCondition]:
    """Return what is closed or slow in the areas where the actor plans tours."""
    return RoadCondition.objects.filter(within(actor.paths(Permission.DISPATCH)))


def get_condition(actor: Actor, condition_id: int) -> RoadCondition:
    """Return one of them, or raise `NotFound` when the actor does not see it."""
    found = conditions_visible_to(actor).filter(pk=condition_id).first()
    if found is None:
        raise NotFound
    return found


def not_over(rows: QuerySet[RoadCondition], on: date) -> QuerySet[RoadCondition]:
    """Return of the conditions those that hold on a day or will hold after it, the first first."""
    over = Q(until_on__lt=on) | Q(ended_on__lte=on)
    return rows.exclude(over).order_by("from_on", "id")


def conditions_on(unit: ServiceUnit, on: date) -> list[RoadCondition]:
    """Return what is closed or slow for a centre's vehicles on a day, whoever above, there or below recorded it."""
    here = Q(area_path__in=_beginnings(unit.area_path)) | within([unit.area_path])
    held = RoadCondition.objects.filter(here, from_on__lte=on)
    return [row for row in held.exclude(until_on__lt=on).order_by("from_on", "id") if row.holds_on(on)]


def detours_at(path: str) -> dict[str, Detour]:
    """Return how roads are in areas at, above and below a path, by the areas' paths."""
    rows = DetourFactor.objects.filter(Q(area_path__in=_beginnings(path)) | within([path]))
    return {row.area_path: row.detour for row in rows.order_by("area_path")}


def detours_visible_to(actor: Actor) -> QuerySet[DetourFactor]:
    """Return how roads are in the areas where the actor plans tours."""
    return DetourFactor.objects.filter(within(actor.paths(Permission.DISPATCH)))


def network_of(unit: ServiceUnit) -> RoadNetwork | None:
    """Return the road network that a centre uses, None where it has none."""
    return RoadNetwork.objects.filter(unit=unit, is_active=True).order_by("-id").first()


def networks_visible_to(actor: Actor) -> QuerySet[RoadNetwork]:
    """Return the road networks in use where the actor plans tours, without the roads."""
    return RoadNetwork.objects.filter(within(actor.paths(Permission.DISPATCH)), is_active=True).defer("roads")


def latest_matrices(unit_ids: Collection[int]) -> dict[int, RoadMatrix]:
    """Return from where centres' distances were made last, without the tables, by the centres' ids."""
    rows = RoadMatrix.objects.filter(unit_id__in=unit_ids).defer("tables")
    return {row.unit_id: row for row in rows.order_by("unit_id", "-made_at", "-id").distinct("unit_id")}


def placed(unit_ids: Collection[int], detours: dict[str, Detour] | None = None) -> dict[int, Placed]:
    """Return where units lie, by their ids: at their own point, else at their area's. Those of no known place lack."""
    return _placed(network.units_by_id(unit_ids).values(), detours or {})


def placed_below(unit: ServiceUnit, detours: dict[str, Detour]) -> dict[int, Placed]:
    """Return where the open units at and below a centre lie, by their ids; none where they are very many."""
    units = list(network.units_under(unit.area_path)[: ENOUGH + 1])
    return _placed(units, detours) if len(units) <= ENOUGH else {}


def _placed(units: Iterable[ServiceUnit], detours: dict[str, Detour]) -> dict[int, Placed]:
    found = list(units)
    areas = network.areas_by_code({unit.area_id for unit in found})
    points = {unit.pk: unit.point or areas[unit.area_id].point for unit in found}
    return {
        unit.pk: Placed(point, unit.area_path, _nearest(detours, unit.area_path))
        for unit in found
        if (point := points[unit.pk]) is not None
    }


def _nearest(detours: dict[str, Detour], path: str) -> Detour:
    """Return how roads are at a path: as its own area says, else the nearest above."""
    above = (detours[beginning] for beginning in reversed(_beginnings(path)) if beginning in detours)
    return next(above, USUAL)


def _beginnings(path: str) -> list[str]:
    return [path[:length] for length in range(1, len(path) + 1)]
