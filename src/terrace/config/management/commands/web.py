"""`terrace web`: serve the pages and the interface for programs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from terrace.config import web_server


class Command(BaseCommand):
    """Run the web server alone; `terrace run` starts everything."""

    help = "Serve the pages and the REST interface on HOST and PORT."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until a signal asks to stop."""
        web_server.serve(settings.ENV)
