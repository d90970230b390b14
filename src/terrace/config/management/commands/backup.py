"""`terrace backup FILE`: the database and the uploaded files, in one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from terrace.config import backup
from terrace.config.embedded import address


class Command(BaseCommand):
    """Write a backup; the installation may go on working."""

    help = "Write the database and the uploaded files to FILE. The keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup and say what is in it."""
        environment = settings.ENV
        url = environment.database_url or address(environment.data_dir)
        target = options["file"].resolve()
        try:
            contents = backup.make(database_url=url, media=Path(settings.MEDIA_ROOT), target=target)
        except backup.CannotBackUp as problem:
            raise CommandError(str(problem)) from problem
        size = target.stat().st_size
        self.stdout.write(f"{target}: {sum(contents.rows.values())} rows of {len(contents.rows)} tables, {size} bytes")
