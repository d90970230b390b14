"""Lists: one definition of columns gives the table, the cards on a phone, the sorting and the spreadsheet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict

from terrace.http import pages, workbooks
from terrace.http.forms import FilterForm
from terrace.http.pager import PageLinks, asked_page, links, url_with
from terrace.http.request import Request
from terrace.http.sorting import Sorting, in_order, ordering
from terrace.kernel.db import page_of
from terrace.kernel.money import Money
from terrace.kernel.paging import Computed, Rows
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Choice, Text, _

M = TypeVar("M", bound=Model)
T = TypeVar("T")
R = TypeVar("R")
EXPORT_BATCH = 1000
MOST_EXPORTED = 50_000
"""Rows that are written to a sheet while the reader waits."""


class Kind(StrEnum):
    """What a column holds, and so how it is drawn, aligned and written to a sheet."""

    TEXT = "text"
    CODE = "code"
    PROSE = "prose"
    NUMBER = "number"
    QUANTITY = "quantity"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BADGE = "badge"
    IMAGE = "image"
    PHONE = "phone"
    NAMES = "names"
    BOOLEAN = "boolean"

    @property
    def is_numeric(self) -> bool:
        """Whether the column is set flush right in tabular figures."""
        return self in (Kind.NUMBER, Kind.QUANTITY, Kind.MONEY)


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column: `value` reads it from a row.

    `sort` names what orders by it: a column of the database, or more with commas between, "" for none. Where no column
    holds what the reader sees, it is a function that returns expressions, made for each request and its language.
    `per` names the unit that a row's money is the price of; `sheet_only` keeps
    out of the page what only a spreadsheet needs.
    """

    name: str
    label: Text
    value: Callable[[R], Any]
    kind: Kind = Kind.TEXT
    sort: str | Sorting = ""
    unit: Text = ""
    tone: Callable[[R], str] = lambda row: ""
    url: Callable[[R], str] = lambda row: ""
    per: Callable[[R], Text] = lambda row: ""
    sheet_only: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list says when it has no rows: what will be here, and how to begin."""

    title: Text
    text: Text = ""
    action_url: str = ""
    action_label: Text = ""
    illustration: str = "no-results"


@dataclass(frozen=True, slots=True)
class Table(Generic[T, R]):
    """A list's shape. `present` turns the models of one page into rows with a fixed number of queries.

    `order` is the order when nobody asked for another, and ends in something
    unique so that pages neither repeat nor skip a row. With `sorted_by`, the
    name of a column, it only decides between rows of equal rank there. `first`
    goes before `order` where no column can say it: it is made for each request and its day. A table that grows for
    ever is counted to `most_counted` rows. A list that only leads on, as to whose goods are weighed, has no sheet.
    """

    name: str
    columns: tuple[Column[R], ...]
    present: Callable[[Sequence[T]], Sequence[R]]
    order: tuple[str, ...]
    empty: Empty
    url: Callable[[R], str] = lambda row: ""
    sorted_by: str = ""
    first: Sorting = tuple
    most_counted: int = 0
    has_sheet: bool = True

    @property
    def shown(self) -> tuple[Column[R], ...]:
        """The columns of the page."""
        return tuple(column for column in self.columns if not column.sheet_only)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head as the page draws it."""

    name: str
    label: str
    kind: Kind
    numeric: bool
    unit: str
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the page draws it."""

    column: Head
    value: Any
    url: str = ""
    tone: str = ""
    text: str = ""
    per: Text = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the page draws it; `url` is where a click on it leads."""

    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list ready to be drawn by `components/list.html`."""

    form: FilterForm
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]
    page: PageLinks
    export_url: str
    empty: Empty
    filtered: bool = False

    @property
    def is_sortable(self) -> bool:
        """Whether any column orders the list."""
        return any(head.sort_url for head in self.columns)


def answer(
    request: Request,
    template: str,
    table: Table[M, R],
    rows: QuerySet[M],
    form: FilterForm,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the list as a page, as its fragment for HTMX, or as a spreadsheet of all its rows.

    A sheet is refused while a filter is wrong: it would hold rows that nobody asked for. `rows` is what the actor sees.
    """
    return answer_rows(request, template, table, _ordered(table, rows, request.GET), form, context)


def answer_computed(
    request: Request,
    template: str,
    table: Table[T, R],
    rows: Sequence[T],
    form: FilterForm,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer as `answer` does with rows that no table holds, already in the order that they have by themselves.

    What a column sorts by is then an attribute of the row, "supply__opens_on" of its `supply`.
    """
    ordered = Computed(_sorted(table, rows, _wanted(table, request.GET)))
    return answer_rows(request, template, table, ordered, form, context)


def answer_rows(
    request: Request,
    template: str,
    table: Table[T, R],
    ordered: Rows[T],
    form: FilterForm,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer as `answer` does with rows that come page by page in the one order that they have; no column sorts."""
    exports = table.has_sheet and request.GET.get("export") == "xlsx"
    if exports and form.is_valid() and _fits_a_sheet(ordered, form):
        return workbooks.download(table.name, _sheet(table, ordered))
    listing = build(request, table, ordered, form)
    status = pages.REFUSED if exports else pages.ANSWERED
    return pages.render(request, template, {"listing": listing, **(context or {})}, fragment="list", status=status)


def _fits_a_sheet(ordered: Rows[T], form: FilterForm) -> bool:
    if not list(ordered[MOST_EXPORTED : MOST_EXPORTED + 1]):
        return True
    reason = _("These are more than %(most)s rows, too many for one sheet. Narrow the filter and export again.")
    form.add_error(None, reason % {"most": f"{MOST_EXPORTED:,}"})
    return False


def build(request: Request, table: Table[T, R], ordered: Rows[T], form: FilterForm) -> Listing:
    """Return the page of `ordered` that the request asks for."""
    number, size = asked_page(request)
    page = page_of(ordered, number=number, size=size, most=table.most_counted)
    wanted = _wanted(table, request.GET)
    heads = tuple(_head(column, request, wanted) for column in table.shown)
    found = table.present(list(ordered[page.start : page.stop])) if page.total else []
    return Listing(
        form=form,
        columns=heads,
        rows=tuple(_row(table, heads, row) for row in found),
        page=links(request, page),
        export_url=url_with(request, export="xlsx", page=None) if table.has_sheet else "",
        empty=table.empty,
        filtered=bool(form.given()),
    )


def _ordered(table: Table[M, R], rows: QuerySet[M], query: QueryDict) -> QuerySet[M]:
    wanted = _wanted(table, query)
    column = _sorting_column(table, wanted)
    if column is None:
        return rows.order_by(*table.first(), *table.order)
    return rows.order_by(*ordering(column.sort, rows.model, wanted.startswith("-")), *table.order)


def _sorted(table: Table[T, R], rows: Sequence[T], wanted: str) -> Sequence[T]:
    column = _sorting_column(table, wanted)
    if column is None or callable(column.sort):
        return rows
    return in_order(rows, column.sort, wanted.startswith("-"))


def _sorting_column(table: Table[T, R], wanted: str) -> Column[R] | None:
    return next((c for c in table.columns if c.sort and c.name == wanted.lstrip("-")), None)


def _wanted(table: Table[T, R], query: QueryDict) -> str:
    return query.get("sort") or table.sorted_by


def _head(column: Column[R], request: Request, wanted: str) -> Head:
    current = {column.name: "asc", f"-{column.name}": "desc"}.get(wanted, "")
    target = f"-{column.name}" if current == "asc" else column.name
    url = url_with(request, sort=target, page=None) if column.sort else ""
    label, unit = str(column.label), str(column.unit)
    return Head(column.name, label, column.kind, column.kind.is_numeric, unit, url, current)


def _row(table: Table[T, R], heads: tuple[Head, ...], row: R) -> Row:
    return Row(table.url(row), tuple(_cell(head, column, row) for head, column in zip(heads, table.shown, strict=True)))


def _cell(head: Head, column: Column[R], row: R) -> Cell:
    value = column.value(row)
    text = str(value.label) if isinstance(value, Choice) else ""
    return Cell(head, value, column.url(row), column.tone(row), text, column.per(row))


def _sheet(table: Table[T, R], ordered: Rows[T]) -> workbooks.Sheet:
    columns = [column for written in table.columns for column in _written(written)]
    heads = [workbooks.Head(column.name, column.label, column.unit) for column in columns]
    return workbooks.Sheet(table.name, heads, _sheet_rows(table, columns, ordered))


def _written(column: Column[R]) -> list[Column[R]]:
    """Return what a sheet writes for `column`: an amount has its unit beside it, unless the head names one for all."""
    if column.kind is Kind.IMAGE:
        return []
    if column.kind not in (Kind.QUANTITY, Kind.MONEY) or column.unit:
        return [column]
    label = _("%(column)s: unit") % {"column": column.label}
    return [column, Column(f"{column.name}_unit", label, partial(_unit_of, column))]


def _unit_of(column: Column[R], row: R) -> str:
    """Return the unit of a row's quantity, or the currency of its money and what the money is the price of."""
    match column.value(row):
        case Quantity(unit=unit):
            return str(unit.label)
        case Money(currency=currency):
            per = column.per(row)
            return f"{currency} / {per}" if per else currency
    return ""


def _sheet_rows(table: Table[T, R], columns: Sequence[Column[R]], ordered: Rows[T]) -> Iterator[list[Any]]:
    batch: list[T] = []
    for found in ordered.iterator(chunk_size=EXPORT_BATCH):
        batch.append(found)
        if len(batch) == EXPORT_BATCH:
            yield from _values(table, columns, batch)
            batch = []
    yield from _values(table, columns, batch)


def _values(table: Table[T, R], columns: Sequence[Column[R]], batch: Sequence[T]) -> Iterator[list[Any]]:
    for row in table.present(batch) if batch else ():
        yield [column.value(row) for column in columns]
