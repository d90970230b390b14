"""Which supply could serve which demand: who should call whom, the most promising call first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.sourcing.domain import fitness
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice
from terrace.sourcing.queries.notices import demand_visible_to, open_on, overlapping, supply_visible_to

N = TypeVar("N", bound=NoticeRow)
CANDIDATES = 200
"""How many candidates are compared in full; they are taken in the order of their first common day."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A supply and a demand that fit, and how well, 0 to 100 (`domain.fitness`)."""

    supply: SupplyNotice
    demand: DemandNotice
    fitness: int

    @property
    def days(self) -> int:
        """How many days the two windows share."""
        return self.supply.side.window.overlap(self.demand.side.window)


def matches_of_supply(actor: Actor, supply: SupplyNotice, today: date, most: int = SHOWN) -> list[Match]:
    """Return the demand that `actor` sees and this supply could serve, best first."""
    rows = _fitting(demand_visible_to(actor), supply, today)
    return _best((Match(supply, demand, fitness(supply.side, demand.side)) for demand in rows), most)


def matches_of_demand(actor: Actor, demand: DemandNotice, today: date, most: int = SHOWN) -> list[Match]:
    """Return the supply that `actor` sees and that could serve this demand, best first."""
    rows = _fitting(supply_visible_to(actor), demand, today)
    return _best((Match(supply, demand, fitness(supply.side, demand.side)) for supply in rows), most)


def matches_under(
    actor: Actor, path: str, today: date, most: int = SHOWN, product_id: int | None = None
) -> list[Match]:
    """Return the best matches that `actor` sees in the area at `path`, of one product if wished."""
    here = within([path]) & (Q(product=product_id) if product_id else Q())
    supply = list(supply_visible_to(actor).filter(here, open_on(today)).order_by("opens_on", "id")[:CANDIDATES])
    products = {notice.product_id for notice in supply}
    wanted = demand_visible_to(actor).filter(here, open_on(today), product__in=products).order_by("opens_on", "id")
    demand = list(wanted[:CANDIDATES])
    return _best((Match(s, d, fitness(s.side, d.side)) for s in supply for d in demand), most)


def _fitting(rows: QuerySet[N], notice: NoticeRow, today: date) -> QuerySet[N]:
    same_variety = Q(variety__isnull=True) | Q(variety=notice.variety_id) if notice.variety_id else Q()
    days_in_common = overlapping(notice.opens_on, notice.closes_on)
    found = rows.filter(open_on(today), days_in_common, same_variety, product=notice.product_id)
    return found.exclude(party=notice.party_id).order_by("opens_on", "id")[:CANDIDATES]


def _best(matches: Iterable[Match], most: int) -> list[Match]:
    apart = (match for match in matches if match.fitness and match.supply.party_id != match.demand.party_id)
    return sorted(apart, key=lambda match: (-match.fitness, match.supply.pk, match.demand.pk))[:most]
