"""What must hold of what outlets cost."""

from collections.abc import Iterable

from terrace.kernel.checks import Check
from terrace.network import queries as network
from terrace.statistics.models import OutletCost


def _costs_elsewhere() -> Iterable[str]:
    costs = list(OutletCost.objects.order_by("pk"))
    units = network.units_by_id({cost.unit_id for cost in costs})
    return (f"cost {cost.pk}" for cost in costs if units[cost.unit_id].area_path != cost.area_path)


CHECKS = (Check("a cost lies where its outlet does", _costs_elsewhere),)
