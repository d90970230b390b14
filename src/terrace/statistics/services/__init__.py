"""The acts of statistics."""

from terrace.statistics.services.outlets import CostGiven, record_cost
from terrace.statistics.services.statements import look_at_statement

__all__ = ["CostGiven", "look_at_statement", "record_cost"]
