"""Spreadsheets out and in: xlsx that opens in every office, and every bad row told by sheet, row and column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import SEEK_END, BytesIO
from itertools import chain, islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import override
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from terrace.http.sheet_limits import judged
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError, Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Choice, Text, _, in_language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
FEW_ROWS = 2_000
"""Of a sheet that is written whole, in memory: a third faster, for its repeated texts are written once."""
MOST_CHARACTERS = 32_767
"""Of one cell: every office refuses more, and XlsxWriter would leave out the rest of the row."""
MOST_BYTES = 8_000_000
"""Far above a full sheet of what people import: a larger file is not read at all."""


class WorkbookField(forms.FileField):
    """An xlsx file that somebody sends, refused by its size before anything reads it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("xlsx file"), "widget": forms.FileInput(attrs={"accept": ".xlsx"}), **options})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file; say at the field when it is too large."""
        upload = super().clean(data, initial)
        if upload and upload.size > MOST_BYTES:
            reason = _("This file is larger than %(most)s.") % {"most": filesizeformat(MOST_BYTES)}
            raise forms.ValidationError(reason, code="too_large")
        return upload


@dataclass(frozen=True, slots=True)
class Head:
    """A column of a sheet: `name` for programs, `label` for people, in their language."""

    name: str
    label: Text
    unit: Text = ""
    also: Text = ""
    """What a sheet that people made themselves may call it; it counts only where no label of the column is there."""

    @property
    def title(self) -> str:
        """The label with its unit, as the sheet's first row shows it."""
        return f"{self.label} ({self.unit})" if self.unit else str(self.label)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write: its name, its columns and its rows of values."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of a file was not taken: where, and what to do about it."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row of a file: `number` as the spreadsheet counts it, `values` by column name, as trimmed text or dates."""

    sheet: str
    number: int
    values: Mapping[str, Any]

    def problem(self, column: str, reason: Text) -> RowProblem:
        """Return what is wrong with this row."""
        return RowProblem(self.sheet, self.number, column, str(reason))


class RowsRefused(DomainError):
    """Some rows of a sheet cannot be taken, so none was; `problems` says which and why, in the order of the sheet.

    `heads` are the sheet's columns: by them programs read names where people read labels.
    """

    code = "rows_refused"
    status = 422
    message = _("Some rows cannot be taken, so nothing was. Correct them and send the file again.")

    def __init__(self, problems: Iterable[RowProblem], heads: Sequence[Head] = (), *, field: str = "") -> None:
        super().__init__(field=field)
        self.problems = sorted(problems, key=lambda problem: problem.row)
        self.heads = heads

    def by_row(self) -> list[dict[str, Any]]:
        """Return each bad row as a program reads it."""
        names = {str(head.label): head.name for head in self.heads}
        return [
            {"row": bad.row, "field": names.get(bad.column, bad.column), "code": "invalid", "message": bad.reason}
            for bad in self.problems
        ]


def download(name: str, *sheets: Sheet) -> HttpResponse:
    """Answer with the sheets as one xlsx file."""
    response = HttpResponse(write(*sheets), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def write(*sheets: Sheet) -> bytes:
    """Return the sheets as an xlsx file; more than a few rows are written one by one in constant memory."""
    target = BytesIO()
    begun = [(sheet, rows := iter(sheet.rows), list(islice(rows, FEW_ROWS))) for sheet in sheets]
    is_long = any(len(first) == FEW_ROWS for _sheet, _rest, first in begun)
    options = {"constant_memory": is_long, "in_memory": not is_long, "default_date_format": "yyyy-mm-dd"}
    with Workbook(target, {**options, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        bold = workbook.add_format({"bold": True, "bottom": 1})
        for sheet, rest, first in begun:
            page = workbook.add_worksheet(sheet.name[:31])
            page.freeze_panes(1, 0)
            page.set_column(0, max(0, len(sheet.heads) - 1), 16)
            page.write_row(0, 0, [head.title for head in sheet.heads], bold)
            for number, row in enumerate(chain(first, rest), start=1):
                page.write_row(number, 0, [_plain(value) for value in row])
    return target.getvalue()


def read(upload: IO[bytes], heads: Sequence[Head], *, field: str = "file") -> list[GivenRow]:
    """Read the first sheet of an xlsx file whose first row names columns by name or by label in any language.

    Empty rows are passed over. Raises `Invalid` at `field` when the file is no
    workbook, has none of the columns, more than 100,000 rows, or a cell so far
    out that reading it would take the machine's memory.
    """
    name, rows = table_of(upload, field=field)
    return rows_of(name, rows, heads, field=field)


def table_of(upload: IO[bytes], *, field: str = "file") -> tuple[str, list[list[Any]]]:
    """Return the name and the rows of the first sheet of an xlsx file as they stand; raises `Invalid` as `read`."""
    check_size(upload, field)
    try:
        workbook = CalamineWorkbook.from_filelike(judged(upload, field=field))
        return workbook.sheet_names[0], workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, OSError, ValueError):
        raise Invalid(_("This file is not an xlsx workbook."), field=field) from None


def rows_of(name: str, rows: Sequence[Sequence[Any]], heads: Sequence[Head], *, field: str = "file") -> list[GivenRow]:
    """Return the rows of a table called `name` whose first one names the columns; raises `Invalid` as `read` does."""
    if len(rows) > MOST_ROWS + 1:
        raise Invalid(_("This file has too many rows. Split it."), field=field)
    columns = _columns(rows[0] if rows else [], heads)
    if not columns:
        raise Invalid(
            _("The first row of the sheet must name the columns. Use the exported file as a pattern."), field=field
        )
    return list(_given(name, rows[1:], columns))


def check_size(upload: IO[bytes], field: str) -> None:
    """Refuse a file that is larger than any sheet of what people import, before anything reads it."""
    upload.seek(0, SEEK_END)
    size = upload.tell()
    upload.seek(0)
    if size > MOST_BYTES:
        raise Invalid(_("This file is larger than %(most)s.") % {"most": filesizeformat(MOST_BYTES)}, field=field)


def problem_sheet(rows: Sequence[GivenRow], heads: Sequence[Head], problems: Sequence[RowProblem]) -> Sheet:
    """Return the rows that were not taken with the reason beside each, ready to be corrected and sent again."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.row, []).append(f"{problem.column}: {problem.reason}")
    bad = (row for row in rows if row.number in reasons)
    values = ([row.values.get(head.name, "") for head in heads] + ["; ".join(reasons[row.number])] for row in bad)
    return Sheet(str(_("To correct")), [*heads, Head("_problem", _("Problem"))], values)


def _given(sheet: str, rows: Sequence[Sequence[Any]], columns: Mapping[int, str]) -> Iterator[GivenRow]:
    for number, row in enumerate(rows, start=2):
        values = {name: _text(row[index]) for index, name in columns.items() if index < len(row)}
        if any(value != "" for value in values.values()):
            yield GivenRow(sheet, number, values)


def _columns(first: Sequence[Any], heads: Sequence[Head]) -> dict[int, str]:
    titles = [str(title).strip().casefold() for title in first]
    labels: dict[str, str] = {}
    also: dict[str, set[str]] = {head.name: set() for head in heads}
    for language in current().languages:
        with override(language):
            for head in heads:
                labels |= dict.fromkeys((str(head.label).casefold(), head.title.casefold()), head.name)
                also[head.name] |= {str(head.also).casefold()} - {""}
    labelled = {labels[title] for title in titles if title in labels}
    # A name counts only where no label does: beside "Product code", which is `product`, "Product" is a word for people.
    plain: dict[str, str] = {}
    for head in heads:
        if head.name not in labelled:
            plain |= dict.fromkeys((head.name, *also[head.name]), head.name)
    known = plain | labels
    return {index: known[title] for index, title in enumerate(titles) if title in known}


def _text(value: Any) -> Any:
    if isinstance(value, float):
        return _written(value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value).strip()


def _written(value: float) -> str:
    """Write a cell's number as its reader sees it: 1.1 times 1.1 is kept as 1.2100000000000002 and shown as 1.21."""
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _plain(value: Any) -> Any:
    """Return a value as a cell holds it; a longer text ends in an ellipsis, so that its reader sees that it goes on."""
    plain = _unbounded(value)
    if isinstance(plain, str) and len(plain) > MOST_CHARACTERS:
        return f"{plain[: MOST_CHARACTERS - 1]}…"
    return plain


def _unbounded(value: Any) -> Any:
    if type(value) is str:  # most of a sheet; the rest asks a dozen types
        return value
    if isinstance(value, Money | Quantity):
        return float(value.amount)
    if isinstance(value, Choice):
        return str(value.label)
    if isinstance(value, Mapping):
        return in_language(value)
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(current().time_zone)).replace(tzinfo=None)
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return str(value)
