"""What must hold of areas and units."""

from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.db.models.functions import Length, Substr

from terrace.kernel.checks import Check
from terrace.network.models import Area, ServiceUnit


def _areas_outside_their_parent() -> Iterable[str]:
    parts = Substr("path", 1, Length("parent__path"))
    return _codes(Area.objects.filter(parent__isnull=False).annotate(part=parts).exclude(part=F("parent__path")))


def _units_elsewhere() -> Iterable[str]:
    return _numbers(ServiceUnit.objects.exclude(area_path=F("area__path")))


def _units_of_another_tier() -> Iterable[str]:
    return _numbers(ServiceUnit.objects.exclude(tier=F("area__tier")))


def _codes(areas: QuerySet[Area]) -> Iterable[str]:
    return areas.order_by("code").values_list("code", flat=True)


def _numbers(units: QuerySet[ServiceUnit]) -> Iterable[str]:
    return units.order_by("number").values_list("number", flat=True)


CHECKS = (
    Check("an area's path begins with the path of the area above", _areas_outside_their_parent),
    Check("a unit's path is its area's", _units_elsewhere),
    Check("a unit has its area's tier", _units_of_another_tier),
)
