"""Reading lots, their journeys and what they are made of."""

from terrace.traceability.queries.checks import CHECKS
from terrace.traceability.queries.goods import Named, named
from terrace.traceability.queries.journeys import (
    Bond,
    Step,
    bonds_above,
    bonds_below,
    inspections_of,
    journey,
    lots_behind,
    lots_made_of,
    steps_of,
)
from terrace.traceability.queries.lots import (
    composition,
    find_public_lot,
    get_lot,
    lots_at,
    lots_by_id,
    lots_to_merge_with,
    lots_visible_to,
    origins_of,
    uses_of,
    uses_of_lots,
)
from terrace.traceability.queries.narrowing import LOT_SORTS, narrowed
from terrace.traceability.queries.subjects import held_about, numbers_of_lots, numbers_of_units

__all__ = [
    "CHECKS",
    "LOT_SORTS",
    "Bond",
    "Named",
    "Step",
    "bonds_above",
    "bonds_below",
    "composition",
    "find_public_lot",
    "get_lot",
    "held_about",
    "inspections_of",
    "journey",
    "lots_at",
    "lots_behind",
    "lots_by_id",
    "lots_made_of",
    "lots_to_merge_with",
    "lots_visible_to",
    "named",
    "narrowed",
    "numbers_of_lots",
    "numbers_of_units",
    "origins_of",
    "steps_of",
    "uses_of",
    "uses_of_lots",
]
