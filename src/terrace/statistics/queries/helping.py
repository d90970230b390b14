"""What would help an outlet in loss: its own month held against those of its neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.tiers import Workspace
from terrace.network import queries as network
from terrace.network.domain import Service
from terrace.network.domain.places import Point, distance_km
from terrace.network.models import ServiceUnit
from terrace.statistics.domain import CostKind, month_of
from terrace.statistics.domain.helping import (
    HelpKind,
    Neighbour,
    dearest_cost,
    lacking_services,
    nearest,
    saved_by_sharing,
)
from terrace.statistics.models import OutletCost
from terrace.statistics.queries.outlets import Ranked, parcels_of, ranking

MOST_SERVICES = 3


@dataclass(frozen=True, slots=True)
class Help:
    """One way out of a loss: more parcels a day, a neighbour to share with, a service, a cost; and what it brings."""

    kind: HelpKind
    amount: Money | None = None
    parcels: int = 0
    unit: ServiceUnit | None = None
    km: float = 0
    services: Sequence[Service] = field(default_factory=tuple)
    cost: CostKind | None = None


def helps_for(unit: ServiceUnit, month: date) -> list[Help]:
    """Return what would help an outlet out of the loss of a month, nothing where there is none.

    It is held against the outlets of its county. The caller has authorised the look at this one; of the others no
    result is told, only names that are public, distances and the middle of many.
    """
    path = next((area.path for area in network.ancestors(unit.area_path)[1:2]), unit.area_path)
    ranked = ranking(path, month)
    own = next((one for one in ranked if one.unit.pk == unit.pk), None)
    if own is None or not own.result.is_loss:
        return []
    others = [one for one in ranked if one.unit.pk != unit.pk]
    return [*_parcels(own, others, month), *_sharing(own, others, month), *_service(own, others), *_costs(own, others)]


def _parcels(own: Ranked, others: Sequence[Ranked], month: date) -> Iterator[Help]:
    if own.more_parcels is not None:
        known = parcels_of([one.unit.pk for one in (own, *others)], month)
        count, fees = known.get(own.unit.pk, known[0])
        yield Help(HelpKind.PARCELS, fees.per(1, count), parcels=own.more_parcels)


def _sharing(own: Ranked, others: Sequence[Ranked], month: date) -> Iterator[Help]:
    wages = OutletCost.objects.filter(unit=own.unit, month=month_of(month), kind=CostKind.WAGES).first()
    if wages is None or not wages.amount:
        return
    here = own.unit
    points = {one.unit.pk: one.unit for one in others if _is_point(one.unit)}
    places = _places([here, *points.values()])
    if here.pk not in places:
        return
    found = nearest([Neighbour(pk, distance_km(places[here.pk], places[pk])) for pk in points if pk in places])
    if found:
        saved = saved_by_sharing(wages.amount)
        yield Help(HelpKind.SHARING, saved, unit=points[found.unit_id], km=round(found.km, 1))


def _service(own: Ranked, others: Sequence[Ranked]) -> Iterator[Help]:
    well = [one.unit.services for one in others if one.has_costs and not one.result.is_loss]
    lacking = lacking_services(own.unit.services, well) if len(well) > 1 else []
    if lacking:
        yield Help(HelpKind.SERVICE, services=tuple(Service(name) for name in lacking[:MOST_SERVICES]))


def _costs(own: Ranked, others: Sequence[Ranked]) -> Iterator[Help]:
    month, spent = own.result.month, {}
    for kind, minor in OutletCost.objects.filter(unit=own.unit, month=month).values_list("kind", "amount_minor"):
        spent[kind] = minor
    theirs: dict[str, list[int]] = {}
    rows = OutletCost.objects.filter(unit__in=[one.unit.pk for one in others], month=month).order_by("pk")
    for kind, minor in rows.values_list("kind", "amount_minor"):
        theirs.setdefault(kind, []).append(minor)
    if found := dearest_cost(spent, theirs):
        kind, middle = found
        yield Help(HelpKind.COSTS, Money(middle, current().currency), cost=CostKind(kind))


def _places(units: Sequence[ServiceUnit]) -> dict[int, Point]:
    """Return where units lie, by id; one that nobody placed, nor its area, is left out."""
    areas = network.areas_by_code(unit.area_id for unit in units)
    placed = {
        unit.pk: unit.point or (areas[unit.area_id].point if areas[unit.area_id].is_placed else None) for unit in units
    }
    return {pk: point for pk, point in placed.items() if point is not None}


def _is_point(unit: ServiceUnit) -> bool:
    return current().plan.get(unit.tier).workspace is Workspace.POINT
