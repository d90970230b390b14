"""What must hold of offers in a live database."""

from terrace.kernel.checks import Check

OFFER_CHECKS: tuple[Check, ...] = ()
