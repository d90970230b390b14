"""`terrace restore FILE`: put a backup into an empty database and an empty data folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from terrace.config import backup
from terrace.config.embedded import address


class Command(BaseCommand):
    """Put a backup back; refuses a database that holds anything."""

    help = "Load the backup FILE into an empty database, all or nothing, and compare the numbers of rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the backup and say what arrived."""
        environment = settings.ENV
        url = environment.database_url or address(environment.data_dir)
        try:
            contents = backup.put_back(source=options["file"], database_url=url, media=Path(settings.MEDIA_ROOT))
        except (backup.CannotBackUp, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{sum(contents.rows.values())} rows of {len(contents.rows)} tables, as of {contents.made_at}"
        )
