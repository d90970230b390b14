"""`terrace import-areas [FILE]`: loads administrative divisions, or tells line by line why it cannot."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from terrace.http.workbooks import RowProblem, RowsRefused
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import DomainError
from terrace.network import services
from terrace.network.services import AreasImported, Step

SHOWN = 100
"""How many bad rows are printed; --problems writes them all."""


class Command(BaseCommand):
    """Import the areas of a file, or those that ship."""

    help = (
        "Import administrative divisions from a CSV file: code, parent_code, level, name_en, name_zh, name_pinyin, "
        "latitude, longitude (WGS84). All rows and outlines or none; importing again updates names and points. "
        "Without FILE, loads the divisions that Terrace ships when there are none yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and where bad rows and outlines are."""
        parser.add_argument("file", nargs="?", type=Path, help="the CSV file")
        parser.add_argument("--outlines", type=Path, help="GeoJSON file with the areas' outlines by the property code")
        parser.add_argument("--problems", type=Path, help="CSV file to write every bad row to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and end with an error that says what to correct."""
        console = Console(stderr=True, quiet=options["verbosity"] == 0)
        try:
            self._import(console, options["file"], options["outlines"])
        except RowsRefused as refused:
            _show(console, refused.problems)
            if options["problems"]:
                _write(options["problems"], refused.problems)
            raise CommandError(f"{refused} ({len(refused.problems)})") from None
        except DomainError as refused:
            raise CommandError(str(refused)) from None

    @transaction.atomic
    def _import(self, console: Console, file: Path | None, outlines: Path | None) -> None:
        collection = _geojson(outlines) if outlines else {}
        with _bar(console) as bar:
            task = bar.add_task("", total=_lines(file) if file else None)

            def tell(step: Step, done: int) -> None:
                bar.update(task, description=str(step.label), completed=done or None)

            imported = _imported(file, tell)
        taken = services.import_outlines(by=SYSTEM, collection=collection, file=outlines.name) if outlines else None
        console.print(_told(imported))
        if taken is not None:
            console.print(f"{taken:,} outlines imported.")


def _imported(file: Path | None, tell: services.Progress) -> AreasImported | None:
    if file is None:
        return services.import_shipped(by=SYSTEM, progress=tell)
    return services.import_areas(by=SYSTEM, file=file, progress=tell)


def _told(imported: AreasImported | None) -> str:
    if imported is None:
        return "There are areas already, or none that ship for this installation: nothing to do."
    return f"{imported.rows:,} areas read: {imported.added:,} new, {imported.changed:,} changed."


def _bar(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, transient=True)


def _lines(file: Path) -> int | None:
    """Count the lines for the bar; a file that cannot be read is the import's to refuse."""
    try:
        with file.open("rb") as lines:
            return max(0, sum(1 for _ in lines) - 1)
    except OSError:
        return None


def _geojson(file: Path) -> dict[str, Any]:
    try:
        collection = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as problem:
        raise CommandError(f"{file} cannot be read as GeoJSON: {problem}") from None
    return collection if isinstance(collection, dict) else {}


def _show(console: Console, problems: Sequence[RowProblem]) -> None:
    table = Table("Line", "Column", "What is wrong")
    for problem in problems[:SHOWN]:
        table.add_row(str(problem.row), problem.column, problem.reason)
    console.print(table)
    if len(problems) > SHOWN:
        console.print(f"... and {len(problems) - SHOWN:,} more: --problems FILE writes them all.")


def _write(file: Path, problems: Sequence[RowProblem]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["file", "line", "column", "reason"])
        writer.writerows((problem.sheet, problem.row, problem.column, problem.reason) for problem in problems)
