"""Paper comes out as PDF with its words in it, in Chinese too, and QR codes say what they were given."""

import re
import zlib
from pathlib import Path

import pytest
from django.utils.translation import override
from typst import TypstError

from terrace.http import typeset
from terrace.kernel.words import _

SHEET = """#import "/http/sheets/sheet.typ": *
#show: sheet.with(title: data.title)
#facts((("Lot", data.lot), ("Empty", none)))
#sheet-table(("Product", "kg"), (("苹果", "5"), ("Pear", "7")), right: (1,), total: ("", "12"))
#qr(data.code, alt: data.title)
"""
BRAND = typeset.HOUSE / "web" / "static" / "brand" / "mark-mono.svg"


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a sheet in a house of its own that has the shared part."""
    shared = tmp_path / "http" / "sheets" / "sheet.typ"
    shared.parent.mkdir(parents=True)
    shared.write_text((typeset.HOUSE / "http/sheets/sheet.typ").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(typeset, "HOUSE", tmp_path)
    sheet = tmp_path / "trial.typ"
    sheet.write_text(SHEET, "utf-8")
    return sheet


def _letters(document: bytes) -> set[str]:
    """Return the letters that a PDF says it shows: the maps of its fonts from glyphs to Unicode."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    plain = b"".join(_inflated(stream) for stream in streams)
    mapped = re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]{4,})>", plain)
    return set("".join(bytes.fromhex(code.decode()).decode("utf-16-be") for code in mapped))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.slow
def test_a_sheet_is_a_pdf_that_holds_its_words(template: Path) -> None:
    made = typeset.pdf(template, {"title": _("Products"), "lot": "B-7K2M9QXA", "code": typeset.qr("B-7K2M9QXA")})
    assert made.startswith(b"%PDF-")
    assert set("苹果Pear12B-7K2M9QXA") <= _letters(made)


@pytest.mark.slow
def test_a_lazy_word_is_written_in_the_readers_language(template: Path) -> None:
    with override("zh-hans"):
        made = typeset.pdf(template, {"title": _("Sign in"), "lot": "", "code": typeset.qr("x")})
    assert set("梯田登录") <= _letters(made)
    assert b"/Lang(zh)" in made


@pytest.mark.slow
def test_a_browser_shows_the_sheet_and_no_cache_keeps_it(template: Path) -> None:
    response = typeset.answer("label", template, {"title": "Label", "lot": "B-1", "code": typeset.qr("x")})
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="label.pdf"'
    assert response["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_a_fault_of_a_template_is_a_fault(template: Path) -> None:
    with pytest.raises(TypstError):
        typeset.pdf(template, {"title": "without the rest"})


def test_a_sheet_is_found_by_the_name_of_its_context() -> None:
    expected = typeset.HOUSE / "sourcing" / "templates" / "sourcing" / "receipt.typ"
    assert typeset.path_of("sourcing/receipt.typ") == expected


def test_a_qr_code_is_a_drawing_with_room_around_it() -> None:
    code = typeset.qr("https://terrace.example/01/02000000000015/10/B-7K2M9QXA")
    assert code.startswith("<svg")
    (side,) = re.findall(r'viewBox="0 0 (\d+) \1"', code)
    assert int(side) >= 21 + 2 * typeset.QUIET_ZONE


def test_paper_bears_the_mark_of_the_pages() -> None:
    steps = re.findall(r' d="([^"]+)"', BRAND.read_text("utf-8"))
    shared = (typeset.HOUSE / "http/sheets/sheet.typ").read_text("utf-8")
    assert f'#let steps = "{" ".join(steps)}"' in shared
