"""Tables as comma-separated text, for programs of others: UTF-8 with a mark out, and in what offices save as CSV.

Rows and their problems are those of `workbooks`, so a person can send either.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import IO, Any

from terrace.http.workbooks import GivenRow, Head, check_size, rows_of, table_of
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _

CSV = "text/csv; charset=utf-8"
ZIP = b"PK"
"""What every xlsx file begins with."""
ENCODINGS = ("utf-8-sig", "gb18030")
"""What programs write, and what Chinese offices save."""
SEPARATORS = ",;\t"


def write_text(heads: Sequence[Head], rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as comma-separated text, its first line the heads, with the mark by which offices know UTF-8."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([head.title for head in heads])
    writer.writerows([_in_one_line(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def read_either(upload: IO[bytes], name: str, heads: Sequence[Head], *, field: str = "file") -> list[GivenRow]:
    """Read an xlsx or a CSV file whose first row names the columns. Raises `Invalid` at `field` as `workbooks.read`."""
    sheet, rows = either_table(upload, name, field=field)
    return rows_of(sheet, rows, heads, field=field)


def either_table(upload: IO[bytes], name: str, *, field: str = "file") -> tuple[str, list[list[Any]]]:
    """Return the sheet's name and the rows as they stand of an xlsx or a CSV file. Raises `Invalid` at `field`."""
    check_size(upload, field)
    begin = upload.read(len(ZIP))
    upload.seek(0)
    if begin == ZIP:
        return table_of(upload, field=field)
    return name, _lines(_decoded(upload.read(), field), field)


def _decoded(content: bytes, field: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(_("This file is neither an xlsx workbook nor text in UTF-8 or GB 18030."), field=field)


def _lines(text: str, field: str) -> list[list[Any]]:
    """Return the table; what separates its cells is what its first line has most of."""
    if "\0" in text:
        raise Invalid(_("This file is neither an xlsx workbook nor text in UTF-8 or GB 18030."), field=field)
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        return list(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise Invalid(_("The quotation marks of this file do not close."), field=field) from None


def _in_one_line(value: object) -> str:
    return " ".join(str(value).split())
