"""Reading service units: who may see which, in which area, of which tier."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.tiers import Workspace
from terrace.network.domain import Permission
from terrace.network.models import ServiceUnit

OPEN = Q(closed_on__isnull=True)


def visible_to(actor: Actor) -> QuerySet[ServiceUnit]:
    """Return the units that the actor may see: open ones are public, closed ones are known to those above them."""
    return ServiceUnit.objects.filter(OPEN | within(actor.paths(Permission.VIEW)))


def overseen_by(actor: Actor) -> QuerySet[ServiceUnit]:
    """Return the units below the actor's posts, closed ones too: what its lists and maps show."""
    return ServiceUnit.objects.filter(within(actor.paths(Permission.VIEW)))


def get_unit(actor: Actor, number: str) -> ServiceUnit:
    """Return the unit with the number `number` and its area; raise `NotFound` when the actor does not see one."""
    found = visible_to(actor).select_related("area").filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def lock_unit(unit_id: int) -> ServiceUnit:
    """Return a unit as it is now, locked until the transaction ends, so that it does not close meanwhile.

    Rows that only point at it are written all the same. Raises `NotFound`.
    """
    found = ServiceUnit.objects.select_for_update(no_key=True).filter(pk=unit_id).first()
    if found is None:
        raise NotFound(field="unit")
    return found


def units_under(
    path: str, workspaces: Iterable[Workspace] | None = None, *, days: tuple[date, date] | None = None
) -> QuerySet[ServiceUnit]:
    """Return the open units of the subtree at `path`, of the given kinds of work only when they are named; by path.

    With `days`, first and last, those that were open on one of them.
    """
    was_open = OPEN if days is None else Q(founded_on__lte=days[1]) & (OPEN | Q(closed_on__gt=days[0]))
    units = ServiceUnit.objects.filter(was_open, within([path]))
    if workspaces is not None:
        wanted = set(workspaces)
        units = units.filter(tier__in=[tier.code for tier in current().plan.tiers if tier.workspace in wanted])
    return units.order_by("area_path", "id")


def units_by_id(ids: Iterable[int]) -> dict[int, ServiceUnit]:
    """Return many units in one query, closed ones too; unknown ids are left out."""
    return ServiceUnit.objects.in_bulk(set(ids))


def units_by_number(numbers: Iterable[str]) -> dict[str, ServiceUnit]:
    """Return units by their numbers, closed ones too; unknown numbers are left out."""
    return ServiceUnit.objects.in_bulk(set(numbers), field_name="number")


def units_serving(paths: Iterable[str]) -> dict[str, ServiceUnit]:
    """Return the nearest open unit at or above each path, in one query: whom to call about goods that lie there."""
    wanted = set(paths)
    beginnings = {path[:length] for path in wanted for length in range(1, len(path) + 1)}
    at = {unit.area_path: unit for unit in ServiceUnit.objects.filter(OPEN, area_path__in=beginnings).order_by("-id")}
    nearest = ((path, max((p for p in at if path.startswith(p)), key=len, default="")) for path in wanted)
    return {path: at[found] for path, found in nearest if found}


def count_units(path: str) -> Mapping[str, int]:
    """Return how many open units the subtree at `path` has, by tier."""
    counted = ServiceUnit.objects.filter(OPEN, within([path])).values("tier").annotate(number=Count("id"))
    return {row["tier"]: row["number"] for row in counted.order_by("tier")}
