"""Audits a live database: what must always hold, checked from outside the acts that keep it so."""

from typing import Any

from django.core.management.base import BaseCommand

from terrace.accounts.queries import CHECKS as ACCOUNTS
from terrace.network.queries import CHECKS as NETWORK
from terrace.registry.queries import CHECKS as REGISTRY
from terrace.sourcing.queries import CHECKS as SOURCING

CHECKS = (*NETWORK, *ACCOUNTS, *REGISTRY, *SOURCING)


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
