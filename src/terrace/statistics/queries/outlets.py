"""What outlets earned by their services and spent on themselves, month by month, and their ranking."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db.models import Q, Sum

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.tiers import Workspace
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part
from terrace.logistics import queries as logistics
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.statistics.domain import CostKind, MonthResult, Period, Permission, Span, month_of
from terrace.statistics.domain.helping import parcels_a_day
from terrace.statistics.models import OutletCost

OUTLETS = (Workspace.STATION, Workspace.POINT)


@dataclass(frozen=True, slots=True)
class OutletMonth:
    """One month of an outlet: what it earned by which service, and its costs by kind."""

    month: date
    earned: Mapping[Part, Money] = field(default_factory=dict)
    costs: Mapping[CostKind, OutletCost] = field(default_factory=dict)

    @property
    def result(self) -> MonthResult:
        """What is left of it."""
        return MonthResult(self.month, _sum(self.earned.values()), _sum(cost.amount for cost in self.costs.values()))


@dataclass(frozen=True, slots=True)
class Ranked:
    """An outlet with the result of a month, which means little unless `has_costs`: its keeper entered some.

    `more_parcels` is how many more a day would cover its loss at what a parcel
    brings it, or the others where it had none; None where it has no loss.
    """

    unit: ServiceUnit
    result: MonthResult
    has_costs: bool
    more_parcels: int | None = None


def get_outlet(actor: Actor, number: str) -> ServiceUnit:
    """Return the unit `number`, or raise `NotFound` where there is none or its result is not for the actor."""
    unit = network.get_unit(actor, number)
    if not actor.may(Permission.VIEW, unit.area_path):
        raise NotFound
    return unit


def find_cost(unit: ServiceUnit, month: date, kind: CostKind) -> OutletCost | None:
    """Return what a unit entered for one kind of thing in a month, None while it has not."""
    return OutletCost.objects.filter(unit=unit, month=month_of(month), kind=kind.value).first()


def months_of(unit: ServiceUnit, last: date, count: int) -> list[OutletMonth]:
    """Return `count` months of a unit up to the month of `last`, the first of them first."""
    months = _months(last, count)
    earned: dict[date, dict[Part, Money]] = defaultdict(dict)
    for one in ledger.unit_earnings([unit.pk], months[0], _end(months[-1])):
        earned[one.month][one.part] = Money(one.minor, current().currency)
    costs: dict[date, dict[CostKind, OutletCost]] = defaultdict(dict)
    for cost in OutletCost.objects.filter(unit=unit, month__in=months).order_by("month", "kind"):
        costs[cost.month][CostKind(cost.kind)] = cost
    return [OutletMonth(month, earned.get(month, {}), costs.get(month, {})) for month in months]


def ranking(path: str, month: date) -> list[Ranked]:
    """Return the stations and points of the area at `path` by what a month left them, the largest loss first."""
    month = month_of(month)
    units = list(network.units_under(path, OUTLETS, days=(month, _end(month))))
    earned: dict[int, int] = defaultdict(int)
    for one in ledger.unit_earnings([unit.pk for unit in units], month, _end(month)):
        earned[one.unit_id] += one.minor
    spent = _spent(path, month)
    ranked = [_ranked(unit, month, earned.get(unit.pk, 0), spent.get(unit.pk)) for unit in units]
    ranked = _with_parcels(ranked, month)
    return sorted(ranked, key=lambda one: (one.result.profit.minor, one.unit.area_path, one.unit.pk))


def parcels_of(unit_ids: Collection[int], month: date) -> dict[int, tuple[int, Money]]:
    """Return how many parcels brought each outlet a fee in a month, and how much, with all of them under 0."""
    known = logistics.fees_per_parcel(unit_ids, month_of(month), _end(month_of(month)))
    return {**known, 0: (sum(count for count, _ in known.values()), _sum(fees for _, fees in known.values()))}


def _with_parcels(ranked: Sequence[Ranked], month: date) -> list[Ranked]:
    if not any(one.has_costs and one.result.is_loss for one in ranked):
        return list(ranked)
    known, days = parcels_of([one.unit.pk for one in ranked], month), _end(month).day
    return [
        replace(one, more_parcels=parcels_a_day(-one.result.profit, *known.get(one.unit.pk, known[0]), days))
        if one.has_costs and one.result.is_loss
        else one
        for one in ranked
    ]


def has_costs(unit_ids: Collection[int], month: date) -> bool:
    """Say whether one of these units has entered any costs of a month."""
    return OutletCost.objects.filter(unit__in=unit_ids, month=month_of(month)).exists()


def _spent(path: str, month: date) -> dict[int, int]:
    rows = OutletCost.objects.filter(within([path]), Q(month=month)).values("unit_id")
    return dict(rows.annotate(minor=Sum("amount_minor")).order_by("unit_id").values_list("unit_id", "minor"))


def _ranked(unit: ServiceUnit, month: date, earned: int, spent: int | None) -> Ranked:
    currency = current().currency
    result = MonthResult(month, Money(earned, currency), Money(spent or 0, currency))
    return Ranked(unit, result, spent is not None)


def _months(last: date, count: int) -> list[date]:
    """Return the first days of `count` months up to that of `last`."""
    months = [month_of(last)]
    while len(months) < count:
        months.append(month_of(months[-1] - timedelta(days=1)))
    return months[::-1]


def _end(month: date) -> date:
    return Period.of(Span.MONTH, month).days.last


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, start=Money(0, current().currency))
