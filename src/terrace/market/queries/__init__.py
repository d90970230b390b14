"""What others may read here."""

from terrace.market.queries.agreements import agreement_in_force, agreements_visible_to, get_agreement
from terrace.market.queries.checks import CHECKS

__all__ = ["CHECKS", "agreement_in_force", "agreements_visible_to", "get_agreement"]
