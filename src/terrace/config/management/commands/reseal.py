"""`terrace reseal`: seal everything that TERRACE_FIELD_KEY protects by its newest key."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import Progress

from terrace.accounts import services as accounts
from terrace.kernel.errors import Unsealable
from terrace.registry import services as registry

SEALED: tuple[tuple[str, Callable[[], int], Callable[[], Iterator[int]]], ...] = (
    ("bank accounts", registry.count_to_reseal, registry.reseal_accounts),
    ("second factors", accounts.count_factors_to_reseal, accounts.reseal_factors),
)
"""All that the key seals: what it is, how many wait for the newest key, how they get there. Who seals more adds it."""


class Command(BaseCommand):
    """Runs after a new key was put in front of TERRACE_FIELD_KEY; the old key may go when it has ended."""

    help = (
        "Seal bank accounts and second factors by the newest key of TERRACE_FIELD_KEY. Safe to stop and start again; "
        "when it has ended, the older keys may be taken away."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal batch by batch, and say how many of each were done."""
        for what, count, reseal in SEALED:
            self.stdout.write(f"{_sealed_anew(what, count(), reseal)} {what} sealed by the newest key.")


def _sealed_anew(what: str, total: int, reseal: Callable[[], Iterator[int]]) -> int:
    done = 0
    try:
        with Progress(transient=True) as progress:
            bar = progress.add_task(f"Sealing {what}", total=total)
            for batch in reseal():
                done += batch
                progress.advance(bar, batch)
    except Unsealable as problem:
        raise CommandError(
            f"{done} of {total} {what} were sealed anew, then one could not be opened: {problem}. "
            "Put the key that sealed it back at the end of TERRACE_FIELD_KEY and start again."
        ) from problem
    return done
