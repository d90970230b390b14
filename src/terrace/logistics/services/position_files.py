"""A tracker's file: its columns guessed by their titles, its rows read one by one, all or none taken."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import IO
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from terrace.http.text_tables import either_table
from terrace.http.workbooks import GivenRow, Head, RowProblem, RowsRefused, rows_of
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.words import Text, _
from terrace.logistics.domain.tracking import NEEDED, Fix, PositionSource, Tells, guessed
from terrace.logistics.models import Vehicle
from terrace.logistics.services.positions import Taken, take_positions
from terrace.network.domain.places import Point

POSITION_HEADS = tuple(Head(one.value, one.label) for one in Tells)


class _Wrong(Exception):
    """What is wrong with a row: at which column, and why."""

    def __init__(self, column: Tells, reason: Text) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


def position_rows(upload: IO[bytes], name: str) -> list[GivenRow]:
    """Return the rows of a tracker's file, by what its columns sound like.

    Raises `Invalid` at `file` for what is no table, and where moment, latitude or longitude cannot be found.
    """
    sheet, rows = either_table(upload, name)
    titles = [str(title).strip() for title in rows[0]] if rows else []
    found = guessed(titles)
    if lacking := [str(one.label) for one in NEEDED if one not in found]:
        told = {"lacking": ", ".join(lacking), "found": ", ".join(title for title in titles if title)}
        raise Invalid(_("No column tells %(lacking)s. The first row says: %(found)s.") % told, field="file")
    heads = [Head(f"\0{tells}", title) for tells, title in found.items()]
    given = rows_of(sheet, [[_with_hour(cell) for cell in row] for row in rows], heads)
    return [GivenRow(row.sheet, row.number, {name[1:]: value for name, value in row.values.items()}) for row in given]


def take_position_rows(*, by: Actor, vehicle: Vehicle, rows: Sequence[GivenRow], now: datetime | None = None) -> Taken:
    """Take in a tracker's file of a vehicle: all rows that can be read, or none, but for positions left out.

    Raises `Forbidden`, `Invalid` for a file without rows, `RowsRefused` with every row that cannot be read.
    """
    if not rows:
        raise Invalid(_("There are no rows in this file."), field="file")
    fixes, problems = list[Fix](), list[RowProblem]()
    for row in rows:
        try:
            fixes.append(_fix(row))
        except _Wrong as wrong:
            problems.append(row.problem(str(wrong.column.label), wrong.reason))
    if problems:
        raise RowsRefused(problems, POSITION_HEADS, field="file")
    return take_positions(by=by, vehicle=vehicle, fixes=fixes, source=PositionSource.FILE, now=now)


def _with_hour(cell: object) -> object:
    """Return a moment of a workbook as text, which keeps its hour: a sheet's dates are days."""
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell


def _fix(row: GivenRow) -> Fix:
    point = Point(_degrees(row, Tells.LATITUDE, 90), _degrees(row, Tells.LONGITUDE, 180))
    return Fix(_moment(row), point, _whole(row, Tells.ACCURACY), _whole(row, Tells.SPEED))


def _moment(row: GivenRow) -> datetime:
    """Return when it was: by the installation's clock where the row names no other."""
    try:
        found = parse_datetime(str(row.values.get(Tells.AT.value) or "").strip().replace("/", "-"))
    except ValueError:
        found = None
    if found is None:
        raise _Wrong(Tells.AT, _("Enter day and time, such as 2026-11-20 08:15:00."))
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(current().time_zone))


def _degrees(row: GivenRow, column: Tells, most: int) -> float:
    number = _number(row, column)
    if number is None or not -most <= number <= most:
        raise _Wrong(column, _("Enter degrees with a decimal point, such as 33.39791."))
    return round(float(number), 6)


def _whole(row: GivenRow, column: Tells) -> int | None:
    number = _number(row, column)
    if number is not None and not 0 <= number <= 1_000_000:
        raise _Wrong(column, _("Enter a number that is not negative, or nothing."))
    return None if number is None else round(number)


def _number(row: GivenRow, column: Tells) -> Decimal | None:
    """Return a number, None for an empty cell."""
    told = str(row.values.get(column.value) or "").strip()
    try:
        number = Decimal(told) if told else None
    except InvalidOperation as problem:
        raise _Wrong(column, _("This is no number.")) from problem
    if number is not None and not number.is_finite():
        raise _Wrong(column, _("This is no number."))
    return number
