"""What must hold of areas and units."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from terrace.kernel.checks import Check
from terrace.network.models import Area, ServiceUnit


def _areas_in_another() -> Iterable[str]:
    """Walk down the areas as their paths say, and compare with the area that each names as the one above."""
    above: list[tuple[str, str]] = []
    found = Area.objects.order_by("path").values_list("code", "path", "parent_id")
    for code, path, parent in found.iterator():
        while above and not path.startswith(above[-1][1]):
            above.pop()
        if parent != (above[-1][0] if above else None):
            yield code
        above.append((code, path))


def _units_elsewhere() -> Iterable[str]:
    return _numbers(ServiceUnit.objects.exclude(area_path=F("area__path")))


def _units_of_another_tier() -> Iterable[str]:
    return _numbers(ServiceUnit.objects.exclude(tier=F("area__tier")))


def _numbers(units: QuerySet[ServiceUnit]) -> Iterable[str]:
    return units.order_by("number").values_list("number", flat=True)


CHECKS = (
    Check("an area lies by its path in the area above, and in none between", _areas_in_another),
    Check("a unit's path is its area's", _units_elsewhere),
    Check("a unit has its area's tier", _units_of_another_tier),
)
