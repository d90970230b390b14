"""Which notices an actor sees."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.sourcing.domain import Permission, Status
from terrace.sourcing.models import DemandNotice, NoticeRow, SupplyNotice

N = TypeVar("N", bound=NoticeRow)
TRADING = frozenset(kind for kind in Kind if kind.trades)
PRODUCING = frozenset(kind for kind in Kind if kind.produces)


def supply_visible_to(actor: Actor, today: date | None = None) -> QuerySet[SupplyNotice]:
    """Return the supply of the areas below the actor's posts and the actor's own, and open supply for who seeks goods.

    That is who trades, and who records what others want. Open is what counts on `today`, or now.
    """
    return _visible(SupplyNotice.objects.all(), actor, _seeks(actor, Permission.RECORD_DEMAND, TRADING), today)


def demand_visible_to(actor: Actor, today: date | None = None) -> QuerySet[DemandNotice]:
    """Return the demand of the areas below the actor's posts and the actor's own, and open demand for who has goods.

    That is who produces, and who records what others have: the keeper who should
    call a buyer. Open is what counts on `today`, or now.
    """
    return _visible(DemandNotice.objects.all(), actor, _seeks(actor, Permission.RECORD_SUPPLY, PRODUCING), today)


def get_supply(actor: Actor, number: str) -> SupplyNotice:
    """Return the supply notice `number`, or raise `NotFound` when the actor does not see it."""
    return _get(supply_visible_to(actor), number)


def get_demand(actor: Actor, number: str) -> DemandNotice:
    """Return the demand notice `number`, or raise `NotFound` when the actor does not see it."""
    return _get(demand_visible_to(actor), number)


def supply_by_id(ids: Iterable[int]) -> dict[int, SupplyNotice]:
    """Return the supply notices by id. The caller has authorised the look."""
    return SupplyNotice.objects.in_bulk(set(ids))


def open_on(today: date) -> Q:
    """Return the condition that a notice counts on `today`: open, and its window not yet over."""
    return Q(status=Status.OPEN, closes_on__gte=today)


def standing_at(status: Status, today: date) -> Q:
    """Return the condition that a notice stands at `status` on `today`, as `domain.standing` has it."""
    if status is Status.OPEN:
        return open_on(today)
    kept = Q(status=status)
    return kept | Q(status=Status.OPEN, closes_on__lt=today) if status is Status.EXPIRED else kept


def overlapping(first: date, last: date) -> Q:
    """Return the condition that a notice's window shares a day with `first` to `last`."""
    return Q(opens_on__lte=last, closes_on__gte=first)


def has_open_notices(party_id: int, today: date) -> bool:
    """Say whether the party has supply or demand that is open on `today`."""
    still_open = Q(party_id=party_id) & open_on(today)
    return SupplyNotice.objects.filter(still_open).exists() or DemandNotice.objects.filter(still_open).exists()


def open_supply_of(party_id: int, today: date) -> list[SupplyNotice]:
    """Return the party's supply that is open on `today`, what ends first at the front."""
    return open_supply_of_many([party_id], today).get(party_id, [])


def open_supply_of_many(party_ids: Collection[int], today: date) -> dict[int, list[SupplyNotice]]:
    """Return the supply of each party that is open on `today`, by the party's id, in one query."""
    found: dict[int, list[SupplyNotice]] = {}
    rows = SupplyNotice.objects.filter(open_on(today), party__in=list(party_ids))
    for notice in rows.order_by("closes_on", "id"):
        found.setdefault(notice.party_id, []).append(notice)
    return found


def numbers_of_notices(ids: Collection[int]) -> dict[int, str]:
    """Return the numbers of supply notices by id. The caller has authorised the look at what names them."""
    return dict(SupplyNotice.objects.filter(pk__in=list(ids)).order_by("pk").values_list("pk", "number"))


def parties_with_supply(paths: Collection[str], today: date, most: int) -> list[int]:
    """Return the ids of at most so many parties below `paths` with supply that is open on `today`."""
    rows = SupplyNotice.objects.filter(within(paths), open_on(today))
    return list(rows.order_by("party_id").values_list("party_id", flat=True).distinct()[:most])


WORDS: Mapping[str, Text] = {
    "supply notices": _("Supply"),
    "demand notices": _("Demand"),
    "quantity": _("Quantity"),
    "first day": _("First day"),
    "last day": _("Last day"),
    "price": _("Price"),
    "status": _("State"),
    "note": _("Note"),
}
"""What people call the sections and columns of what a party is handed about its notices."""


def held_about(party_id: int, side: str) -> list[dict[str, Any]]:
    """Return everything that one side's notices hold about a party, in plain values, oldest first."""
    model: type[SupplyNotice] | type[DemandNotice] = SupplyNotice if side == "supply" else DemandNotice
    return [
        {
            "number": notice.number,
            "quantity": str(notice.quantity),
            "first day": notice.opens_on,
            "last day": notice.closes_on,
            "price": str(notice.price or ""),
            "status": notice.standing,
            "note": notice.note,
        }
        for notice in model.objects.filter(party_id=party_id).order_by("id")
    ]


def count_supply_open(path: str, today: date) -> int:
    """Return how many supply notices of the area at `path` count on `today`."""
    return SupplyNotice.objects.filter(within([path]), open_on(today)).count()


def count_demand_open(path: str, today: date) -> int:
    """Return how many demand notices of the area at `path` count on `today`."""
    return DemandNotice.objects.filter(within([path]), open_on(today)).count()


def _visible(rows: QuerySet[N], actor: Actor, seeks: bool, today: date | None) -> QuerySet[N]:
    condition = within(actor.paths(Permission.VIEW)) | Q(party_id__in=actor.parties)
    return rows.filter(condition | open_on(today or clock.today()) if seeks else condition)


def _seeks(actor: Actor, permission: Permission, kinds: frozenset[Kind]) -> bool:
    """Say whether open notices of the other side are for the actor."""
    if actor.holds(permission):
        return True
    return bool(actor.parties) and any(party.kind in kinds for party in registry.parties_by_id(actor.parties).values())


def _get(rows: QuerySet[N], number: str) -> N:
    found = rows.filter(number=number).first()
    if found is None:
        raise NotFound
    return found
