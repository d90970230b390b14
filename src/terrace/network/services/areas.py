"""Importing areas: a country's divisions in one act, set by set in the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from terrace.audit import services as audit
from terrace.http.workbooks import RowProblem, RowsRefused
from terrace.kernel.actors import EVERYWHERE, Actor
from terrace.kernel.deployment import current
from terrace.kernel.words import Choice, _
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.services import merging
from terrace.network.services.divisions import Division, Refused, Staged, read_file, stage

TELL_EVERY = 5_000


class Step(Choice):
    """How far an import is."""

    READ = "read", _("Reading rows")
    CHECK = "check", _("Checking how they belong together")
    WRITE = "write", _("Writing areas")


@dataclass(frozen=True, slots=True)
class AreasImported:
    """What an import did: rows read, areas that are new, areas whose names or point changed."""

    rows: int
    added: int
    changed: int


Progress = Callable[[Step, int], None]
"""Told the step and how many rows it has done."""


def import_areas(
    *,
    by: Actor,
    rows: Iterable[Division] | None = None,
    file: Path | None = None,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> AreasImported:
    """Take all divisions of `file`, or none; for a known code the area's names and point are changed.

    With `rows`, these are what the file says, and it is only named in the record.
    Computes paths by the installation's code system, tiers by its plan, the area
    of the second tier above, and the point of places that have none. Raises
    `RowsRefused` with every bad row, `Invalid` for a file that is no list of
    divisions, `Forbidden` for who may not manage the whole installation.
    """
    by.require(Permission.MANAGE, EVERYWHERE)
    name = file.name if file else ""
    given = rows if rows is not None else read_file(file) if file else ()
    tell = progress or _tell_nobody
    with transaction.atomic(), connection.cursor() as cursor:
        merging.prepare(cursor)
        count, problems = _copy(cursor, _staged(given, name, tell))
        tell(Step.CHECK, 0)
        problems += [RowProblem(name, *found) for found in merging.grow_tree(cursor, current())]
        if problems:
            raise RowsRefused(problems, field="file")
        if not count:
            raise RowsRefused([RowProblem(name, 1, "", str(_("There are no rows.")))], field="file")
        tell(Step.WRITE, 0)
        imported = AreasImported(count, *merging.merge(cursor))
        _record(by, imported, name, now)
    return imported


def _tell_nobody(step: Step, done: int) -> None:
    return None


def _record(by: Actor, imported: AreasImported, name: str, now: datetime | None) -> None:
    top = queries.top_area()
    details = {"file": name, "rows": imported.rows, "added": imported.added, "changed": imported.changed}
    audit.record(by=by, act="network.import_areas", subject=top, area_path=top.path, details=details, now=now)


def _staged(rows: Iterable[Division], name: str, tell: Progress) -> Iterator[Staged | Refused]:
    deployment = current()
    number = 0
    for number, division in enumerate(rows, start=1):
        yield stage(division, deployment, name)
        if number % TELL_EVERY == 0:
            tell(Step.READ, number)
    tell(Step.READ, number)


def _copy(cursor: CursorWrapper, rows: Iterable[Staged | Refused]) -> tuple[int, list[RowProblem]]:
    """Stream the good rows into the database and keep the bad ones, so that a file of any size needs little memory."""
    refused: list[Refused] = []
    count = 0
    with cursor.copy(merging.COPY) as copy:
        for row in rows:
            if isinstance(row, Refused):
                refused.append(row)
            else:
                copy.write_row(row.columns())
                count += 1
    merging.note_refused(cursor, [row.code for row in refused])
    return count, [problem for row in refused for problem in row.problems]
