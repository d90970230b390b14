"""What would help an outlet in loss, reckoned from what it and its neighbours do. Pure rules."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from terrace.kernel.money import Money
from terrace.kernel.words import Choice, _

NEAR_KM = 15
"""So far apart two points can share a keeper who is in one in the morning and in the other in the afternoon."""
SHARED_BY = 2


class HelpKind(Choice):
    """How an outlet could come out of its loss."""

    PARCELS = "parcels", _("More parcels")
    SHARING = "sharing", _("Sharing a keeper")
    SERVICE = "service", _("One more service")
    COSTS = "costs", _("Costs above those of others")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another outlet with its distance in kilometres."""

    unit_id: int
    km: float


def parcels_a_day(loss: Money, parcels: int, fees: Money, days: int) -> int | None:
    """Return how many more parcels a day would cover `loss` in a month of `days` days, None where no fee is known.

    `fees` is what `parcels` parcels brought: each further one is taken to bring as much. Rounded up.
    """
    if parcels <= 0 or fees.minor <= 0 or loss.minor <= 0:
        return None
    return -(-loss.minor * parcels // (fees.minor * days))


def nearest(neighbours: Collection[Neighbour]) -> Neighbour | None:
    """Return the nearest outlet that is near enough to share a keeper with, None for none."""
    near = [one for one in neighbours if one.km <= NEAR_KM]
    return min(near, key=lambda one: (one.km, one.unit_id), default=None)


def saved_by_sharing(wages: Money) -> Money:
    """Return what of the wages of one outlet falls away where two share its keeper; rounded in favour of caution."""
    return Money(wages.minor // SHARED_BY, wages.currency)


def lacking_services(own: Collection[str], others: Sequence[Collection[str]]) -> list[str]:
    """Return the services that at least half of the others offer and this one does not, the most offered first."""
    counts: dict[str, int] = {}
    for offered in others:
        for service in offered:
            counts[service] = counts.get(service, 0) + 1
    lacking = [service for service, count in counts.items() if service not in own and 2 * count >= len(others)]
    return sorted(lacking, key=lambda service: (-counts[service], service))


def dearest_cost(own: Mapping[str, int], others: Mapping[str, Sequence[int]]) -> tuple[str, int] | None:
    """Return the kind of cost that lies farthest above the middle of the others' and that middle, None for none.

    Amounts are in minor units; a kind that fewer than two others have says nothing.
    """
    above = [(minor - median_low(others[kind]), kind) for kind, minor in own.items() if len(others.get(kind, ())) > 1]
    most, kind = max(above, default=(0, ""))
    return (kind, median_low(others[kind])) if most > 0 else None
