"""`terrace reseal-accounts`: seal every bank account by the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from terrace.registry import services
from terrace.registry.domain import Unsealable


class Command(BaseCommand):
    """Runs after a new key was put in front of TERRACE_FIELD_KEY; the old key may go when it has ended."""

    help = "Seal every bank account by the newest key of TERRACE_FIELD_KEY. Safe to stop and start again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal batch by batch, and say how many were done."""
        total = services.count_to_reseal()
        done = 0
        try:
            with Progress(transient=True) as progress:
                bar = progress.add_task("Sealing bank accounts", total=total)
                for batch in services.reseal_accounts():
                    done += batch
                    progress.advance(bar, batch)
        except Unsealable as problem:
            raise CommandError(
                f"{done} of {total} accounts were sealed anew, then one could not be opened: {problem}. "
                "Put the key that sealed it back at the end of TERRACE_FIELD_KEY and start again."
            ) from problem
        self.stdout.write(f"{done} accounts sealed by the newest key.")
