"""What others call lots, and what is held about a party here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from terrace.kernel.words import Text, _
from terrace.network import queries as network
from terrace.traceability.models import Lot
from terrace.traceability.queries.journeys import Step

WORDS: Mapping[str, Text] = {
    "lots": _("Lots"),
    "lot": _("Lot"),
    "quantity": _("Quantity"),
    "as": _("Producer or buyer"),
    "harvested on": _("Harvested"),
    "taken in": _("Taken in"),
}
"""What people call the section and columns of what a party is handed about its lots."""


def held_about(party_id: int) -> list[dict[str, Any]]:
    """Return everything that lots hold about a party, in plain values, oldest first."""
    return [
        {
            "lot": lot.number,
            "as": "producer" if lot.producer_id == party_id else "owner",
            "quantity": str(lot.began_with),
            "harvested on": lot.harvested_on,
            "taken in": lot.created_at,
        }
        for lot in Lot.objects.filter(Q(producer=party_id) | Q(owner=party_id)).order_by("id")
    ]


def numbers_of_lots(ids: Iterable[int]) -> dict[int, str]:
    """Return the numbers of lots by id. The caller has authorised the look."""
    return dict(Lot.objects.filter(pk__in=set(ids)).values_list("pk", "number"))


def numbers_of_units(steps: Sequence[Step]) -> dict[int, str]:
    """Return the numbers of the units at which the steps happened, by id."""
    units = network.units_by_id({step.unit_id for step in steps if step.unit_id})
    return {pk: unit.number for pk, unit in units.items()}
