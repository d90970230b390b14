"""What others may read here."""

from terrace.market.queries.checks import CHECKS

__all__ = ["CHECKS"]
