"""The acts of statistics."""

from terrace.statistics.services.outlets import CostGiven, record_cost

__all__ = ["CostGiven", "record_cost"]
