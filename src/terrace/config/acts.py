"""What the record of acts calls every act of this installation, gathered from the contexts."""

from collections.abc import Mapping
from types import ModuleType

from terrace.accounts import domain as accounts
from terrace.catalog import domain as catalog
from terrace.kernel.words import Text, _
from terrace.ledger import domain as ledger
from terrace.logistics import domain as logistics
from terrace.market import domain as market
from terrace.network import domain as network
from terrace.registry import domain as registry
from terrace.sourcing import domain as sourcing
from terrace.statistics import domain as statistics
from terrace.traceability import domain as traceability

CONTEXTS: tuple[ModuleType, ...] = (
    network,
    accounts,
    registry,
    catalog,
    sourcing,
    market,
    traceability,
    logistics,
    ledger,
    statistics,
)
"""Whoever records acts, in the order of the filter that offers them."""


def labels() -> Mapping[str, Text]:
    """Return the words for every act, by its name."""
    of_contexts = {act: label for context in CONTEXTS for act, label in getattr(context, "ACTS", {}).items()}
    return {**of_contexts, "config.load_demo": _("loaded the demo")}
