"""What must hold of lots and of the ledger of their mass."""

from terrace.kernel.checks import Check

CHECKS: tuple[Check, ...] = ()
