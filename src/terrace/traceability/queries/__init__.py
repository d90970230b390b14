"""Reading lots, their journeys and what they are made of."""

from terrace.traceability.queries.carried import Carried, carried
from terrace.traceability.queries.checks import CHECKS
from terrace.traceability.queries.goods import Named, named
from terrace.traceability.queries.journeys import (
    Bond,
    Reach,
    Step,
    bonds_above,
    bonds_below,
    inspections_of,
    inspections_within,
    journey,
    lots_made_of,
    reach_of,
    steps_of,
    steps_within,
)
from terrace.traceability.queries.lots import (
    composition,
    find_public_lot,
    get_lot,
    ids_of_lots,
    lots_akin,
    lots_at,
    lots_by_id,
    lots_to_merge_with,
    lots_visible_to,
    origins_of,
    recalled_lot_ids,
    roots_still_ungraded,
    uses_of,
    uses_of_lots,
)
from terrace.traceability.queries.narrowing import LOT_SORTS, narrowed
from terrace.traceability.queries.shares import origins_left, origins_of_uses
from terrace.traceability.queries.subjects import held_about, numbers_of_lots, numbers_of_units

__all__ = [
    "CHECKS",
    "LOT_SORTS",
    "Bond",
    "Carried",
    "Named",
    "Reach",
    "Step",
    "bonds_above",
    "bonds_below",
    "carried",
    "composition",
    "find_public_lot",
    "get_lot",
    "held_about",
    "ids_of_lots",
    "inspections_of",
    "inspections_within",
    "journey",
    "lots_akin",
    "lots_at",
    "lots_by_id",
    "lots_made_of",
    "lots_to_merge_with",
    "lots_visible_to",
    "named",
    "narrowed",
    "numbers_of_lots",
    "numbers_of_units",
    "origins_left",
    "origins_of",
    "origins_of_uses",
    "reach_of",
    "recalled_lot_ids",
    "roots_still_ungraded",
    "steps_of",
    "steps_within",
    "uses_of",
    "uses_of_lots",
]
