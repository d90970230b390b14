"""`terrace run`: the whole installation in one command, as `make run` starts it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from terrace.config.children import EndsAgainAndAgain
from terrace.config.greeting import greet
from terrace.config.supervisor import CannotRun, Supervisor


class Command(BaseCommand):
    """Run database, web server and worker together until Ctrl-C."""

    help = "Start everything: database, tables, demo when empty and wanted, web server, worker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--reload", action="store_true", help="start again when a file of the program changes")
        parser.add_argument(
            "--beside", action="append", default=[], metavar="COMMAND", help="also keep COMMAND running"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until somebody asks to stop."""
        try:
            Supervisor(settings.ENV, greet=greet, reload=options["reload"], beside=options["beside"]).run()
        except (CannotRun, EndsAgainAndAgain) as problem:
            raise CommandError(str(problem)) from problem
