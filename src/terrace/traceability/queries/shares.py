"""Whose goods a lot still holds and a parcel was given: by the lots that were taken in, in exact steps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Sum

from terrace.traceability.domain import Origins
from terrace.traceability.models import LotShare, LotUse
from terrace.traceability.queries.lots import origins_of


def origins_left(lot_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return by lot how many steps of what is left of it come from which lot that was taken in, by their ids."""
    left = origins_of(lot_ids)
    gone = LotShare.objects.filter(lot__in=left).values_list("lot_id", "root_id").annotate(sum=Sum("steps"))
    for lot_id, root_id, steps in gone.order_by("lot_id", "root_id"):
        left[lot_id][root_id] += steps
    return {lot_id: {root: steps for root, steps in origins.items() if steps} for lot_id, origins in left.items()}


def origins_of_uses(references: Iterable[str]) -> Mapping[tuple[str, int], Origins]:
    """Return of which lots taken in, in steps, that is which was packed out of a lot: by reference and the lot's id.

    What was put back later counts too.
    """
    uses = {use.packed_by_id: use.reference for use in LotUse.objects.filter(reference__in=set(references))}
    shares = LotShare.objects.filter(event__in=uses).order_by("id")
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for event_id, lot_id, root_id, steps in shares.values_list("event_id", "lot_id", "root_id", "steps"):
        found[uses[event_id], lot_id][root_id] -= steps
    return found


def origins_of_use(use: LotUse) -> Origins:
    """Return of which lots taken in, in steps, what was packed is."""
    shares = LotShare.objects.filter(event=use.packed_by_id, lot=use.lot_id).order_by("root_id")
    return {root_id: -steps for root_id, steps in shares.values_list("root_id", "steps")}
