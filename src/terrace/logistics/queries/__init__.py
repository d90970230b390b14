"""What others may read here."""

from terrace.kernel.checks import Check

CHECKS: tuple[Check, ...] = ()
"""What must hold in a live database."""
