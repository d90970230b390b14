"""What must hold of parties."""

from collections.abc import Iterable

from terrace.kernel.checks import Check, misplaced
from terrace.network import queries as network
from terrace.registry.domain import Kind
from terrace.registry.models import Household, Party


def _parties_elsewhere() -> Iterable[str]:
    rows = list(Party.objects.order_by("number").values_list("number", "area_id", "area_path"))
    return misplaced(rows, network.paths_of({code for _, code, _ in rows}))


def _households_without_row() -> Iterable[str]:
    households = Party.objects.filter(kind=Kind.HOUSEHOLD, erased_at__isnull=True)
    return (
        households.exclude(pk__in=Household.objects.values("party")).order_by("number").values_list("number", flat=True)
    )


CHECKS = (
    Check("a party lies in its area", _parties_elsewhere),
    Check("a household has its household's row", _households_without_row),
)
