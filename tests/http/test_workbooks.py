"""Spreadsheets in and out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import get_language, override
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from terrace.http import workbooks
from terrace.http.workbooks import GivenRow, Head, Sheet
from terrace.kernel.errors import Invalid
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _

HEADS = (Head("name", _("Name")), Head("price", _("Price"), "CNY"), Head("on", "Day"))


def _file(*rows: Sequence[Any]) -> BytesIO:
    """Return a sheet as somebody's office wrote it."""
    target = BytesIO()
    with Workbook(target, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet("Prices")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    target.seek(0)
    return target


def _cells(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


PLAIN = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=40).map(str.strip)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(PLAIN, st.integers(-(10**9), 10**9), st.dates(date(1901, 1, 1), date(2200, 1, 1))), max_size=8)
)
def test_what_is_written_is_read_back(rows: list[tuple[str, int, date]]) -> None:
    written = workbooks.write(Sheet("Prices", HEADS, rows))
    read = workbooks.read(BytesIO(written), HEADS)
    assert [(row.values["name"], row.values["price"], row.values["on"]) for row in read] == [
        (name, str(price), on) for name, price, on in rows
    ]
    assert [row.number for row in read] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize("count", [0, 3, 4, 5, 9])
def test_sheets_of_any_length_are_written_whole_and_in_order(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(workbooks, "FEW_ROWS", 4)
    rows = [[f"apple {n}", n, date(2026, 9, 1)] for n in range(count)]
    short = Sheet("Short", HEADS, iter(rows[:2]))
    written = BytesIO(workbooks.write(Sheet("Prices", HEADS, iter(rows)), short))
    workbook = CalamineWorkbook.from_filelike(written)
    read = [workbook.get_sheet_by_index(place).to_python()[1:] for place in (0, 1)]
    assert read == [[[name, float(n), day] for name, n, day in some] for some in (rows, rows[:2])]


def test_amounts_choices_and_names_are_written_as_people_read_them() -> None:
    heads = [Head(str(n), str(n)) for n in range(9)]
    moment = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    values = [
        Money(1250, "CNY"),
        Quantity(500, Unit.KILOGRAM),
        Unit.KILOGRAM,
        {"en": "Apple"},
        True,
        None,
        Decimal("1.5"),
    ]
    row = _cells(workbooks.write(Sheet("s", heads, [[*values, moment, date(2026, 11, 21)]])))[1]
    assert row[:7] == [12.5, 0.5, "kg", "Apple", "yes", "", 1.5]
    assert row[7] == datetime(2026, 11, 22, 0, 30)  # noqa: DTZ001 - a sheet knows no zone
    assert row[8] == date(2026, 11, 21)


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "https://elsewhere.example"])
def test_text_is_never_taken_for_a_formula_or_a_link(text: str) -> None:
    written = workbooks.write(Sheet("s", HEADS, [[text, 1, None]]))
    assert _cells(written)[1][0] == text
    assert b"<f>" not in written


def test_a_text_longer_than_a_cell_holds_is_cut_and_the_rest_of_its_row_stays() -> None:
    long = "x" * 40_000
    written = workbooks.write(Sheet("s", HEADS, [[long, "kept", 3], [{"en": long}, _Translated({"en": long}), 4]]))

    _heads, *rows = _cells(written)
    cut = "x" * (workbooks.MOST_CHARACTERS - 1) + "…"
    assert rows == [[cut, "kept", 3.0], [cut, cut, 4.0]]


def test_rows_to_correct_keep_their_problem_however_long_a_text_is() -> None:
    rows = [GivenRow("s", 2, {"name": "x" * 40_000, "price": "5"})]
    sheet = workbooks.write(workbooks.problem_sheet(rows, HEADS, [rows[0].problem("name", "too long")]))
    assert _cells(sheet)[1][1:] == ["5", "", "name: too long"]


@pytest.mark.parametrize("titles", [["name", "price"], ["Name", "Price (CNY)"], [" NAME ", "Price"], ["名称", "price"]])
def test_columns_are_known_by_name_or_label_in_any_language(titles: list[str]) -> None:
    known = [Head("name", _Translated({"en": "Name", "zh-hans": "名称"})), HEADS[1]]
    rows = workbooks.read(_file(titles, ["Apple", 5]), known)
    assert [dict(row.values) for row in rows] == [{"name": "Apple", "price": "5"}]


class _Translated(str):
    """A label that is another word in Chinese."""

    __slots__ = ("words",)

    def __new__(cls, words: dict[str, str]) -> "_Translated":
        made = super().__new__(cls, words["en"])
        made.words = words
        return made

    def __str__(self) -> str:
        return self.words.get(get_language() or "en", self.words["en"])


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    rows = workbooks.read(
        _file(["name", "extra", "price"], [" Apple ", "x", 5.0], [], ["", "only extra", ""], ["Pear"]), HEADS
    )
    assert [(row.sheet, row.number, dict(row.values)) for row in rows] == [
        ("Prices", 2, {"name": "Apple", "price": "5"}),
        ("Prices", 5, {"name": "Pear", "price": ""}),
    ]


def test_numbers_keep_their_decimals_and_days_their_day() -> None:
    rows = workbooks.read(_file(["name", "price", "on"], [12, 5.25, date(2026, 11, 21)]), HEADS)
    assert dict(rows[0].values) == {"name": "12", "price": "5.25", "on": date(2026, 11, 21)}


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"PK\x03\x04 broken", b"name,price\nApple,5\n"],
    ids=["empty", "text", "half a zip", "csv"],
)
def test_refuses_what_is_no_workbook_at_its_field(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        workbooks.read(BytesIO(content), HEADS, field="upload")
    assert refused.value.field == "upload"


@pytest.mark.parametrize("rows", [[], [["a", "b"]], [["", ""], ["name", "price"]]])
def test_refuses_a_sheet_whose_first_row_names_no_column(rows: list[list[str]]) -> None:
    with pytest.raises(Invalid, match="must name the columns"):
        workbooks.read(_file(*rows), HEADS)


def test_refuses_a_sheet_with_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    assert len(workbooks.read(_file(["name"], ["a"], ["b"]), HEADS)) == 2
    with pytest.raises(Invalid):
        workbooks.read(_file(["name"], ["a"], ["b"], ["c"]), HEADS)


def test_bad_rows_come_back_with_their_reasons_and_are_taken_once_corrected() -> None:
    rows = workbooks.read(_file(["name", "price"], ["Apple", 5], ["Pear", -1], ["", 3]), HEADS)
    problems = [
        rows[1].problem("price", "below zero"),
        rows[1].problem("name", "unknown"),
        rows[2].problem("name", "empty"),
    ]
    assert problems[0] == workbooks.RowProblem("Prices", 3, "price", "below zero")

    sheet = workbooks.write(workbooks.problem_sheet(rows, HEADS, problems))

    assert _cells(sheet)[1:] == [["Pear", "-1", "", "price: below zero; name: unknown"], ["", "3", "", "name: empty"]]
    assert [row.values["name"] for row in workbooks.read(BytesIO(sheet), HEADS)] == ["Pear", ""]


def test_a_download_is_a_file_with_a_name() -> None:
    response = workbooks.download("prices", Sheet("s", HEADS, []))
    assert response["Content-Type"] == workbooks.XLSX
    assert response["Content-Disposition"] == 'attachment; filename="prices.xlsx"'


def test_a_row_knows_where_it_stands() -> None:
    with override("en"):
        assert GivenRow("s", 7, {}).problem("name", _("Name")).reason == "Name"


class SheetForm(forms.Form):
    file = workbooks.WorkbookField()


def test_a_form_refuses_a_workbook_by_its_size_and_reads_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_BYTES", 3)
    fits, large = SimpleUploadedFile("p.xlsx", b"123"), SimpleUploadedFile("p.xlsx", b"1234")

    assert SheetForm({}, {"file": fits}).is_valid()
    refused = SheetForm({}, {"file": large})

    assert list(refused.errors) == ["file"]
    assert large.tell() == 0
