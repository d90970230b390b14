"""A file that would take the machine's memory is refused before anything lays it out."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from terrace.http import sheet_limits, workbooks
from terrace.http.workbooks import Head
from terrace.kernel.errors import Invalid

HEADS = (Head("name", "Name"),)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
NAMED = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'


def _parts() -> dict[str, bytes]:
    target = BytesIO()
    with Workbook(target) as workbook:
        workbook.add_worksheet("Prices").write(0, 0, "name")
    with ZipFile(target) as written:
        return {name: written.read(name) for name in written.namelist()}


def _sheet(rows: str, head: bytes = b"", begins: bytes = b"<?xml version='1.0'?>") -> bytes:
    name = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b"%b%b<worksheet %b><sheetData>%b</sheetData></worksheet>" % (begins, head, name, rows.encode())


def _file(changes: Mapping[str, bytes], method: int = ZIP_DEFLATED) -> BytesIO:
    """Return a workbook with some of its parts written by hand."""
    target = BytesIO()
    with ZipFile(target, "w", method) as archive:
        for name, content in {**_parts(), **changes}.items():
            archive.writestr(name, content)
    target.seek(0)
    return target


def _with(rows: str) -> BytesIO:
    return _file({SHEET: _sheet(rows)})


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
        ('<row r="30000"><c r="gr30000"><v>1</v></c></row>', "GR30000"),
        ('<row r="30000"><c r="A1"><v>1</v></c></row><row><c/><c r="GR1"><v>1</v></c><c><v>1</v></c></row>', "GS30001"),
        ('<x:row xmlns:x="y" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>', "XFD1048576"),
        ('<row r="1"><c r="ZZZZZZZ4000000000" t="inlineStr"><is><t>a</t></is></c></row>', "ZZZZZZZ4000000000"),
    ],
    ids=["the last cell there is", "small letters", "without references", "another prefix", "beyond all sheets"],
)
def test_refuses_a_cell_far_out_and_names_it(rows: str, cell: str) -> None:
    with pytest.raises(Invalid, match=f"Cell {cell} is filled") as refused:
        sheet_limits.judged(_with(NAMED + rows), field="upload")
    assert refused.value.field == "upload"


def test_a_reader_is_never_shown_a_cell_far_out() -> None:
    far = _with(NAMED + '<row r="30000"><c r="GR30000"><v>1</v></c></row>')
    with pytest.raises(Invalid, match="GR30000"):
        workbooks.read(far, HEADS)


def test_empty_cells_with_a_colour_down_to_the_last_row_do_no_harm() -> None:
    rows = '<row r="2"><c r="A2"><v>5</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert [row.values["name"] for row in workbooks.read(_with(NAMED + rows), HEADS)] == ["5"]


def test_a_sheet_that_is_not_the_first_is_judged_too() -> None:
    far = _sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(Invalid, match="XFD1048576"):
        sheet_limits.judged(_file({"xl/other/place.xml": far}), field="file")


def test_refuses_a_file_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_limits, "MOST_UNPACKED", 1_000_000)
    large = _file({SHEET: _sheet(" " * 1_000_000)})
    assert len(large.getvalue()) < 20_000
    with pytest.raises(Invalid, match="too large"):
        sheet_limits.judged(large, field="file")


def test_refuses_a_text_that_many_cells_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_limits, "MOST_UNPACKED", 100_000)
    strings = b"<sst><si><t>name</t></si><si><r><t>" + b"x" * 1_000 + b"</t></r><r><t>yz</t></r></si></sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>+1</v></c></row>' for n in range(2, 102))
    with pytest.raises(Invalid, match="too large"):
        sheet_limits.judged(_file({STRINGS: strings, SHEET: _sheet(cells)}), field="file")
    sheet_limits.judged(_file({STRINGS: strings, SHEET: _sheet(cells.replace("+1", "0"))}), field="file")


def test_refuses_a_file_of_very_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_limits, "MOST_PARTS", 20)
    with pytest.raises(Invalid, match="too large"):
        sheet_limits.judged(_file({f"xl/media/{n}.png": b"" for n in range(20)}), field="file")


@pytest.mark.parametrize(
    "sheet",
    [
        _sheet(NAMED, head=b'<!DOCTYPE worksheet [<!ATTLIST c r CDATA "XFD1048576">]>'),
        _sheet(NAMED)[:-5],
        _sheet('<row r="one"/>'),
        _sheet('<row><c r="A"><v>1</v></c></row>'),
        _sheet(NAMED, begins=b'<?xml version="1.0" encoding="UTF-9"?>'),
        _sheet(NAMED, begins=b'<?xml version="1.0" encoding="rot13"?>'),
    ],
    ids=["definitions", "cut off", "a row without a number", "a cell without a row", "no encoding", "no text encoding"],
)
def test_refuses_a_part_that_readers_may_take_differently(sheet: bytes) -> None:
    with pytest.raises(Invalid, match="not an xlsx workbook"):
        sheet_limits.judged(_file({SHEET: sheet}), field="file")


def test_refuses_a_part_packed_as_no_office_packs() -> None:
    with pytest.raises(Invalid, match="not an xlsx workbook"):
        sheet_limits.judged(_file({}, method=ZIP_BZIP2), field="file")


def test_what_was_judged_is_all_that_is_read() -> None:
    judged = sheet_limits.judged(_file({"xl/media/image1.png": b"pixels", "xl/vbaProject.bin": b"code"}), field="file")
    with ZipFile(judged) as taken:
        assert {name.rpartition(".")[2] for name in taken.namelist()} == {"xml", "rels"}
    judged.seek(0)
    assert CalamineWorkbook.from_filelike(judged).get_sheet_by_index(0).to_python() == [["name"]]
