"""`terrace worker`: do the jobs that wait in the database."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

GRACE_SECONDS = 10


class Command(BaseCommand):
    """Run one worker with the settings of the installation; `terrace run` starts everything."""

    help = "Do jobs until a signal asks to stop; a job that is being done gets ten seconds."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until a signal asks to stop."""
        call_command(
            "procrastinate",
            "worker",
            f"--concurrency={settings.ENV.worker_concurrency}",
            f"--shutdown-graceful-timeout={GRACE_SECONDS}",
        )
