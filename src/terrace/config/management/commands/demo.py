"""`terrace demo`: fill an empty database with a demo."""

from datetime import date
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from terrace.config import demo
from terrace.kernel.deployment import current


class Bars:
    """A bar for each chapter, as it is told."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def tell(self, chapter: str, done: int, total: int) -> None:
        """Draw how far the chapter is."""
        if chapter not in self.tasks:
            self.tasks[chapter] = self.progress.add_task(chapter, total=total)
        self.progress.update(self.tasks[chapter], completed=done, total=total)


class Command(BaseCommand):
    """Make a demo."""

    help = "Fill an empty database with invented people, firms and notices on the real divisions of Longnan."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--scale", choices=list(demo.SCALES), default="small", help="how much to fill")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day make the same rows")
        parser.add_argument(
            "--language",
            choices=list(current().languages),
            default=settings.LANGUAGE_CODE,
            help="what people write their names, notes and advice in (default: TERRACE_LANGUAGE)",
        )
        parser.add_argument("--day", type=date.fromisoformat, help="the demo's present, YYYY-MM-DD (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the demo, or say that it is there."""
        console = Console(file=cast(IO[str], self.stdout), highlight=False)
        try:
            demo.check_place()
            if there := demo.found():
                console.print(f"The demo is there already ({there}).")
                return
            loaded = self._build(console, options)
        except demo.CannotLoad as problem:
            raise CommandError(str(problem)) from problem
        console.print(f"The demo is loaded ({loaded}).")

    def _build(self, console: Console, options: dict[str, Any]) -> demo.Loaded:
        columns = (TextColumn("{task.description:28}"), BarColumn(), TextColumn("{task.completed:>6.0f}"))
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            return demo.build(
                scale=demo.SCALES[options["scale"]],
                seed=options["seed"],
                day=options["day"],
                language=options["language"],
                tell=Bars(progress).tell,
            )
