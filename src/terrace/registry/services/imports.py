"""Importing files of parties: checked row by row, taken whole or not at all unless the good rows are asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, override
from procrastinate.contrib.django import app

from terrace.accounts import queries as accounts
from terrace.audit import services as audit
from terrace.http.workbooks import MOST_BYTES, GivenRow, RowProblem, read
from terrace.kernel import clock, ids
from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, Stale
from terrace.kernel.identity import without_identity_numbers
from terrace.kernel.words import _
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network
from terrace.registry.domain import ImportState, Kind, Permission
from terrace.registry.models import Household, ImportRun, Party
from terrace.registry.queries import sender_of
from terrace.registry.services.import_rows import NUMBER, SHEET, Draft, check_rows, number_of
from terrace.registry.services.parties import marks_as_columns, new_party, write_changes

IMPORT_JOB = "registry.run_import"
MOST_ROWS = 20_000
AT_ONCE = 500
"""So many rows are checked and written while the sender waits; more are a job."""
BATCH = 500
KEPT_FOR = timedelta(days=30)


class StillUnderWay(DomainError):
    """An import that is still running cannot be started a second time; only a silent one can."""

    code = "still_under_way"
    message = _("This import is still under way. Wait for it to end.")


class RowsChanged(DomainError):
    """Parties were changed by somebody else between the check of their rows and the writing; `problems` says which."""

    code = "rows_changed"

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__(Stale.message)
        self.problems = problems


def start_import(
    *, by: Actor, content: bytes, file_name: str, takes_good_rows: bool = False, now: datetime | None = None
) -> ImportRun:
    """Take in a file of parties: a small one is done when this returns, a larger one by a job.

    Raises `Forbidden` for who keeps no register, `Invalid` at `file` for what is
    no such workbook, is empty or too large.
    """
    home = min(by.paths(Permission.MANAGE), key=len, default=None)
    by.require(Permission.MANAGE, home or "")
    if by.person_id is None:
        raise Forbidden
    if len(content) > MOST_BYTES:
        raise Invalid(_("This file is too large. Split it."), field="file")
    total = len(_rows(content))
    run = _new_run(by.person_id, home or "", content, file_name, takes_good_rows, total)
    if total <= AT_ONCE:
        run_import(run_id=run.pk, by=by, now=now)
        run.refresh_from_db()
    return run


@transaction.atomic
def restart_import(*, by: Actor, run: ImportRun, now: datetime | None = None) -> None:
    """Try again an import that failed or fell silent; one that is over stays as it is.

    Raises `Forbidden`, and `StillUnderWay` while the present try may be alive.
    """
    if run.person_id != by.person_id:
        by.require(Permission.MANAGE, run.area_path)
    moment = now or clock.now()
    locked = _open(run.pk).select_for_update().first()
    if locked is None:
        return
    if not locked.may_restart(moment):
        raise StillUnderWay
    _progress(run, state=ImportState.WAITING, checked=0, tried_at=moment)
    audit.record(by=by, act="registry.restart_import", subject=run, area_path=run.area_path, now=moment)
    transaction.on_commit(lambda: _enqueue(run.pk))


def run_import(*, run_id: int, by: Actor, now: datetime | None = None) -> None:
    """Check the file of an import and write its rows. Safe to repeat: what was written ended the import.

    The check reads only and tells how far it is; the writing is one transaction
    that ends the import too, so a fault leaves either all of it or nothing. The
    file is there until the import ended: who holds the locked row and finds the
    file gone comes second, however far its own check came, and writes nothing.
    """
    run = ImportRun.objects.get(pk=run_id)
    if ImportState(run.state).is_over or run.content is None:
        return
    with override(run.language):
        try:
            _check_and_write(run, by, now or clock.now())
        except Exception:
            _progress(run, state=ImportState.FAILED)
            raise


def forget_imports(*, now: datetime | None = None) -> int:
    """Delete imports of long ago with the refused rows that they still hold; return how many."""
    return ImportRun.objects.filter(created_at__lt=(now or clock.now()) - KEPT_FOR).delete()[0]


def stop_imports(path: str, now: datetime) -> None:
    """End every import that has its file still and may hold rows of `path`: somebody there is being erased.

    Which rows are about whom nobody knows before they were checked, so the whole
    file goes, and its sender, told so, sends it again. Asked for before the
    party's row is locked: an import locks itself first and the parties after.
    """
    for run in ImportRun.objects.filter(content__isnull=False).select_for_update().defer("content").order_by("pk"):
        if path.startswith(run.area_path) or sender_of(run.pk).may(Permission.MANAGE, path):
            _progress(run, state=ImportState.REFUSED, content=None, ended_at=now)
            with override(run.language):
                _tell_sender(run, now)


def rows_to_correct(run: ImportRun) -> tuple[list[GivenRow], list[RowProblem]]:
    """Return the rows of an import that were not taken, and what is wrong with them."""
    rows = [GivenRow(row["sheet"], row["number"], row["values"]) for row in run.bad_rows]
    return rows, [RowProblem(**problem) for problem in run.problems]


def _check_and_write(run: ImportRun, by: Actor, now: datetime) -> None:
    rows = _rows(bytes(run.content or b""))
    _progress(run, state=ImportState.CHECKING)
    checked = check_rows(by, rows, lambda done: _progress(run, checked=done))
    _progress(run, checked=len(rows), state=ImportState.WRITING)
    problems = checked.problems
    if not problems or run.takes_good_rows:
        try:
            return _write(run, by, rows, checked.drafts, problems, now)
        except RowsChanged as changed:
            problems = [*problems, *changed.problems]
    return _refuse(run, by, rows, problems, now)


@transaction.atomic
def _write(
    run: ImportRun,
    by: Actor,
    rows: Sequence[GivenRow],
    drafts: Sequence[Draft],
    problems: list[RowProblem],
    now: datetime,
) -> None:
    """Write the rows and end the import; a row whose party was changed meanwhile is one more that is bad."""
    if not _lock_open(run):
        return
    created = [draft for draft in drafts if draft.party is None]
    changed = [draft for draft in drafts if draft.party is not None and draft.changes]
    for start in range(0, len(created), BATCH):
        _create(by, run, created[start : start + BATCH], now)
    stale = [draft.row.problem(str(NUMBER), Stale.message) for draft in changed if not _change(by, run, draft, now)]
    if stale and not run.takes_good_rows:
        raise RowsChanged(stale)
    counts = {"created_count": len(created), "changed_count": len(changed) - len(stale)}
    counts["unchanged_count"] = len(drafts) - len(created) - len(changed)
    _end(run, ImportState.DONE, rows, [*problems, *stale], now, **counts)
    audit.record(by=by, act="registry.import_parties", subject=run, area_path=run.area_path, details=counts, now=now)


def _create(by: Actor, run: ImportRun, drafts: Sequence[Draft], now: datetime) -> None:
    parties = [new_party(draft.kind, draft.columns) for draft in drafts]
    Party.objects.bulk_create(parties)
    households = [
        Household(party=party, **marks_as_columns(by, party, draft.marks or ()))
        for draft, party in zip(drafts, parties, strict=True)
        if draft.kind is Kind.HOUSEHOLD
    ]
    Household.objects.bulk_create(households)
    subjects = [(party, party.area_path, {"kind": party.kind, "import": run.number}) for party in parties]
    audit.record_many(by=by, act="registry.register_party", subjects=subjects, now=now)


def _change(by: Actor, run: ImportRun, draft: Draft, now: datetime) -> bool:
    """Write what a row changes, or nothing, and return False, when its party was changed since the check.

    The first thing written is the version, and its row stays locked: nothing of
    a row is written before that it is stale is known.
    """
    party = draft.known
    try:
        write_changes(by, party, party.version, draft.columns, now)
        if draft.marks is not None:
            party.save_version(party.version, [])
            Household.objects.filter(pk=party.pk).update(**marks_as_columns(by, party, draft.marks))
            details = {"import": run.number}
            audit.record(
                by=by, act="registry.set_marks", subject=party, area_path=party.area_path, details=details, now=now
            )
    except Stale:
        return False
    return True


@transaction.atomic
def _refuse(run: ImportRun, by: Actor, rows: Sequence[GivenRow], problems: list[RowProblem], now: datetime) -> None:
    if _lock_open(run):
        _end(run, ImportState.REFUSED, rows, problems, now)
        counts = {"rows": len(rows), "bad_rows": len({problem.row for problem in problems})}
        audit.record(by=by, act="registry.refuse_import", subject=run, area_path=run.area_path, details=counts, now=now)


def _end(
    run: ImportRun,
    state: ImportState,
    rows: Sequence[GivenRow],
    problems: list[RowProblem],
    now: datetime,
    **counts: int,
) -> None:
    """End the run: keep the bad rows to be corrected, let the file go, tell the sender when a job did it."""
    bad = {problem.row for problem in problems}
    refused = [row for row in rows if row.number in bad]
    erased = _erased_among(refused)
    kept = [{"sheet": row.sheet, "number": row.number, "values": _kept_of(row, erased)} for row in refused]
    told = [{"sheet": p.sheet, "row": p.row, "column": p.column, "reason": p.reason} for p in problems]
    values: dict[str, Any] = {
        "bad_count": len(bad),
        "bad_rows": kept,
        "problems": told,
        "content": None,
        "ended_at": now,
    }
    _progress(run, state=state, **values, **counts)
    _tell_sender(run, now)


def _erased_among(rows: Sequence[GivenRow]) -> frozenset[str]:
    """Return the numbers of erased parties that the rows name, as of now: also those erased since the check."""
    numbers = {number_of(row) for row in rows} - {""}
    found = Party.objects.filter(number__in=numbers, erased_at__isnull=False)
    return frozenset(found.values_list("number", flat=True))


def _kept_of(row: GivenRow, erased: frozenset[str]) -> dict[str, str]:
    """Return what is kept of a bad row to be corrected: of somebody erased the number alone."""
    if (number := number_of(row)) in erased:
        return {"number": number}
    return {name: without_identity_numbers(str(value)) for name, value in row.values.items()}


def _tell_sender(run: ImportRun, now: datetime) -> None:
    """Tell the sender that the import has ended, when it did not while the sender waited."""
    if run.total > AT_ONCE:
        messaging.notify(
            to=accounts.recipients([run.person_id]),
            topic=Topic.JOB,
            title=_("Your import of %(file)s has ended") % {"file": run.file_name},
            url=reverse("registry:import_run", args=[run.number]),
            now=now,
        )


def _new_run(person_id: int, path: str, content: bytes, file_name: str, takes_good_rows: bool, total: int) -> ImportRun:
    with transaction.atomic():
        run = ImportRun.objects.create(
            number=ids.reference("I"),
            person_id=person_id,
            area_path=path or network.root_path(),
            language=get_language() or "",
            file_name=file_name[-200:],
            content=content,
            takes_good_rows=takes_good_rows,
            total=total,
        )
        if total > AT_ONCE:
            transaction.on_commit(lambda: _enqueue(run.pk))
    return run


def _rows(content: bytes) -> list[GivenRow]:
    rows = read(BytesIO(content), SHEET)
    if not rows:
        raise Invalid(_("This file has no rows."), field="file")
    if len(rows) > MOST_ROWS:
        raise Invalid(_("At most %(most)s rows at a time. Split the file.") % {"most": MOST_ROWS}, field="file")
    return rows


def _open(run_id: int) -> QuerySet[ImportRun]:
    """Return the import unless it ended: its file is the mark, for a failed one has it still."""
    return ImportRun.objects.filter(pk=run_id, content__isnull=False).defer("content")


def _lock_open(run: ImportRun) -> bool:
    return _open(run.pk).select_for_update().first() is not None


def _progress(run: ImportRun, **values: Any) -> None:
    """Tell how far an import is, unless another try ended it meanwhile."""
    _open(run.pk).update(**values)


def _enqueue(run_id: int) -> None:
    """Ask for the job; the lock lets two tries of one import follow, never accompany, each other."""
    app.configure_task(IMPORT_JOB, lock=f"{IMPORT_JOB}.{run_id}").defer(run_id=run_id)
