"""Which supply could serve which demand: who should call whom, the most promising call first."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.quantity import Quantity
from terrace.sourcing.domain import Side, fitness
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice
from terrace.sourcing.queries.notices import demand_visible_to, open_on, overlapping, supply_visible_to

N = TypeVar("N", bound=NoticeRow)
CANDIDATES = 200
"""How many candidates are compared in full; they are taken in the order of their first common day."""
SHOWN = 20
PER_CALL = 10
"""How many pairs are compared for each call that is wanted."""
PER_DEMAND = 2
PER_DEMAND_COMPARED = 6
ALL_COMPARED, ALL_PER_DEMAND_COMPARED = 4000, 20
"""The same for the list of all calls: beyond, only the most promising pairs are looked at."""
COMPARED = ("id", "party_id", "product_id", "variety_id", "quantity_steps", "opens_on", "closes_on", "price_minor")
# Pairs and ranks in the database by all that `domain.fitness` counts but nearness; those
# that come out on top are then ranked by `fitness` itself.
PAIRS = """
    select supply, demand from (
        select supply, demand, points,
               row_number() over (partition by demand order by points desc, supply) as place
        from (
            select s.id as supply, d.id as demand,
                   least(s.quantity_steps, d.quantity_steps) * 40 / d.quantity_steps
                 + case when s.price_minor is null or d.price_minor is null then 15
                        when d.price_minor >= s.price_minor then 30
                        else greatest(0, 30 - (s.price_minor - d.price_minor) * 100 / s.price_minor) end
                 + (least(s.closes_on, d.closes_on) - greatest(s.opens_on, d.opens_on, today) + 1) * 20
                 / (least(s.closes_on - greatest(s.opens_on, today), d.closes_on - greatest(d.opens_on, today)) + 1)
                   as points
            from s join d on d.product_id = s.product_id and d.party_id <> s.party_id
                         and d.opens_on <= s.closes_on and d.closes_on >= s.opens_on
                         and (d.variety_id is null or s.variety_id is null or d.variety_id = s.variety_id)
                   cross join (select %s::date as today) t
        ) scored
    ) ranked
    where place <= %s order by points desc, supply, demand limit %s
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A supply and a demand that fit, and how well, 0 to 100 (`domain.fitness`).

    `quantity` is how much the one would give the other, `left` what is then left of the supply; `days` is how many
    days, from today on, the two have in common.
    """

    supply: SupplyNotice
    demand: DemandNotice
    fitness: int
    quantity: Quantity
    left: Quantity
    days: int

    @property
    def covers_all(self) -> bool:
        """Whether nothing else is needed for the demand."""
        return self.quantity.steps >= self.demand.quantity_steps


@dataclass(frozen=True, slots=True)
class Plan:
    """All calls worth making, best first; with `is_cut` there were more pairs than are compared."""

    calls: list[Match]
    is_cut: bool


def matches_of_supply(actor: Actor, supply: SupplyNotice, today: date, most: int = SHOWN) -> list[Match]:
    """Return the demand that `actor` sees and this supply could serve, best first."""
    rows = _fitting(demand_visible_to(actor, today), supply, today)
    return _best((_match(supply, demand, today) for demand in rows), most)


def matches_of_demand(actor: Actor, demand: DemandNotice, today: date, most: int = SHOWN) -> list[Match]:
    """Return the supply that `actor` sees and that could serve this demand, best first."""
    rows = _fitting(supply_visible_to(actor, today), demand, today)
    return _best((_match(supply, demand, today) for supply in rows), most)


def matches_under(
    actor: Actor, path: str, today: date, most: int = SHOWN, product_id: int | None = None
) -> list[Match]:
    """Return the best matches of the supply in the area at `path` with all demand that `actor` sees.

    Of one product if wished. A demand comes with its best `PER_DEMAND` supplies
    only: one buyer is worth one or two calls, and the others get theirs. No
    supply is promised twice over its quantity (`_shared_out`).
    """
    pairs = _pairs(*_sides(actor, [path], today, product_id), today, PER_DEMAND_COMPARED, most * PER_CALL)
    return _shared_out(_matches(pairs, today), PER_DEMAND, today)[:most]


def calls_under(actor: Actor, paths: Collection[str], today: date, product_id: int | None = None) -> Plan:
    """Return every call worth making about the supply in the areas at `paths`, to all demand that `actor` sees.

    A demand comes with as many supplies as cover it, each for what better calls leave of it.
    """
    pairs = _pairs(*_sides(actor, paths, today, product_id), today, ALL_PER_DEMAND_COMPARED, ALL_COMPARED)
    return Plan(_shared_out(_matches(pairs, today), ALL_PER_DEMAND_COMPARED, today), is_cut=len(pairs) == ALL_COMPARED)


def has_calls_under(actor: Actor, paths: Collection[str], today: date) -> bool:
    """Say whether any supply in the areas at `paths` fits any demand that `actor` sees: far cheaper than which."""
    supply, demand = _sides(actor, paths, today, None)
    return supply.filter(Exists(_of_outer(demand))).exists()


def own_open(actor: Actor, today: date) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return what the actor's own parties have and want, the first to end first, each with how many others fit: `fits`.

    As many as `matches_of_supply` and `matches_of_demand` would find, but for their bounds.
    """
    supply, demand = (
        visible(actor, today).filter(open_on(today)) for visible in (supply_visible_to, demand_visible_to)
    )
    return _counted(supply, demand, actor), _counted(demand, supply, actor)


def _counted(rows: QuerySet[Any], others: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    fitting = _of_outer(others).order_by().values("product").annotate(count=Count("*")).values("count")
    own: QuerySet[Any] = rows.filter(party__in=actor.parties).annotate(fits=Coalesce(Subquery(fitting), 0))
    return own.order_by("closes_on", "pk")


def _of_outer(rows: QuerySet[N]) -> QuerySet[N]:
    """Return those of `rows` that fit the notice of the outer query."""
    same_variety = Q(variety__isnull=True) | Q(variety=OuterRef("variety_id")) | Q(IsNull(OuterRef("variety_id"), True))
    days_in_common = Q(opens_on__lte=OuterRef("closes_on"), closes_on__gte=OuterRef("opens_on"))
    fitting = rows.filter(same_variety, days_in_common, product=OuterRef("product_id"))
    return fitting.exclude(party=OuterRef("party_id"))


def _sides(
    actor: Actor, paths: Collection[str], today: date, product_id: int | None
) -> tuple[QuerySet[SupplyNotice], QuerySet[DemandNotice]]:
    counts = open_on(today) & (Q(product=product_id) if product_id else Q())
    supply = supply_visible_to(actor, today).filter(within(paths), counts)
    return supply, demand_visible_to(actor, today).filter(counts)


def _match(
    supply: SupplyNotice,
    demand: DemandNotice,
    today: date,
    free: Quantity | None = None,
    missing: Quantity | None = None,
) -> Match:
    """Return the match when `free` of the supply and `missing` of the demand are still open: all, if not said."""
    return _between(supply, supply.side_from(today), demand, demand.side_from(today), free, missing)


def _between(
    supply: SupplyNotice,
    gives: Side,
    demand: DemandNotice,
    takes: Side,
    free: Quantity | None = None,
    missing: Quantity | None = None,
) -> Match:
    """Return the same of notices whose sides are known: one notice is in hundreds of pairs."""
    offered = gives.quantity if free is None else free
    wanted = takes.quantity if missing is None else missing
    quantity = offered if offered.steps <= wanted.steps else wanted
    if quantity.steps != gives.quantity.steps:
        gives = replace(gives, quantity=quantity)
    days = gives.window.overlap(takes.window)
    return Match(supply, demand, fitness(gives, takes), quantity, offered - quantity, days)


def _shared_out(matches: Iterable[Match], per_demand: int, today: date) -> list[Match]:
    """Return the calls to make, best first: each takes from its supply, and gives to its demand, what is still open.

    A match is ranked by what better ones leave for it. As they only ever leave
    less, one that comes up with an old rank just goes back to its new place.
    """
    waiting = [(-match.fitness, match.supply.pk, match.demand.pk, match) for match in matches if _is_apart(match)]
    heapify(waiting)
    free: dict[int, Quantity] = {}
    missing: dict[int, Quantity] = {}
    calls: Counter[int] = Counter()
    chosen = []
    while waiting:
        rank, supply, demand, match = heappop(waiting)
        given, taken = free.get(supply), missing.get(demand)
        if calls[demand] == per_demand or (given is not None and not given) or (taken is not None and not taken):
            continue
        # Most pairs come up untouched by better calls: reckoning them anew would be most of the page's time.
        present = match if given is None and taken is None else _match(match.supply, match.demand, today, given, taken)
        if present.fitness < -rank:
            heappush(waiting, (-present.fitness, supply, demand, match))
            continue
        chosen.append(present)
        calls[demand] += 1
        free[supply] = present.left
        missing[demand] = missing.get(demand, match.demand.quantity) - present.quantity
    return chosen


def _pairs(
    supply: QuerySet[SupplyNotice], demand: QuerySet[DemandNotice], today: date, per_demand: int, most: int
) -> list[tuple[int, int]]:
    """Return the ids of supply and demand that fit, the most promising first, a few supplies for each demand."""
    try:
        (offered, offered_values), (wanted, wanted_values) = (
            rows.order_by().values(*COMPARED).query.sql_with_params() for rows in (supply, demand)
        )
    except EmptyResultSet:
        return []
    names = ", ".join(COMPARED)
    statement = f"with s({names}) as ({offered}), d({names}) as ({wanted}) {PAIRS}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*offered_values, *wanted_values, today, per_demand, most])
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows


def _matches(pairs: Sequence[tuple[int, int]], today: date) -> list[Match]:
    supply = SupplyNotice.objects.in_bulk({pair[0] for pair in pairs})
    demand = DemandNotice.objects.in_bulk({pair[1] for pair in pairs})
    gives = {pk: notice.side_from(today) for pk, notice in supply.items()}
    takes = {pk: notice.side_from(today) for pk, notice in demand.items()}
    return [_between(supply[s], gives[s], demand[d], takes[d]) for s, d in pairs]


def _fitting(rows: QuerySet[N], notice: NoticeRow, today: date) -> QuerySet[N]:
    same_variety = Q(variety__isnull=True) | Q(variety=notice.variety_id) if notice.variety_id else Q()
    days_in_common = overlapping(notice.opens_on, notice.closes_on)
    found = rows.filter(open_on(today), days_in_common, same_variety, product=notice.product_id)
    return found.exclude(party=notice.party_id).order_by("opens_on", "id")[:CANDIDATES]


def _best(matches: Iterable[Match], most: int) -> list[Match]:
    return sorted(filter(_is_apart, matches), key=lambda match: (-match.fitness, match.supply.pk, match.demand.pk))[
        :most
    ]


def _is_apart(match: Match) -> bool:
    """Say whether the two fit at all and are not one party's own."""
    return bool(match.fitness) and match.supply.party_id != match.demand.party_id
