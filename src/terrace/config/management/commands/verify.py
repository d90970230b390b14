"""Audits a live database: what must always hold, checked from outside the acts that keep it so."""

from typing import Any

from django.core.management.base import BaseCommand

from terrace.accounts.queries import CHECKS as ACCOUNTS
from terrace.ledger.queries import CHECKS as LEDGER
from terrace.logistics.queries import CHECKS as LOGISTICS
from terrace.market.queries import CHECKS as MARKET
from terrace.network.queries import CHECKS as NETWORK
from terrace.registry.queries import CHECKS as REGISTRY
from terrace.sourcing.queries import CHECKS as SOURCING
from terrace.statistics.queries import CHECKS as STATISTICS
from terrace.traceability.queries import CHECKS as TRACEABILITY

CHECKS = (
    *NETWORK,
    *ACCOUNTS,
    *REGISTRY,
    *LEDGER,
    *TRACEABILITY,
    *LOGISTICS,
    *SOURCING,
    *MARKET,
    *STATISTICS,
)


class Command(BaseCommand):
    """`terrace verify` prints what is wrong by its reference, and ends with the count; it changes nothing."""

    help = "Check the database from outside; exits with 1 when something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every check and say what it found."""
        problems = 0
        for check in CHECKS:
            for reference in check.find():
                problems += 1
                self.stdout.write(f"{reference}: not so: {check.name}")
        self.stdout.write(f"verify: {len(CHECKS)} checks, {problems} problems")
        if problems:
            raise SystemExit(1)
