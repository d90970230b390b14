"""Reading what stands on paper: the words of a PDF of ours, as a reader's program finds them to copy them."""

import re
import zlib
from collections.abc import Iterator

OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)\r?\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
PIECE = re.compile(rb"BT\b(.*?)\bET\b", re.DOTALL)
SIGN = rb"\\.|[^\\()]"
STRING = rb"(?:\(((?:" + SIGN + rb"|\((?:" + SIGN + rb")*\))*)\)|<([0-9A-Fa-f]*)>)"
"""Between brackets, within which a pair of brackets may stand as it is; or in hexadecimal digits."""
SHOWN = re.compile(rb"(/ActualText\s*)?" + STRING + rb"|/(\w+) [\d.]+ Tf|\b(EMC)\b", re.DOTALL)
"""A string, with what is to be copied in the place of the glyphs up to the end of the mark; a font; that end."""
ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pieces_of(document: bytes) -> list[str]:
    """Return the pieces of text of a PDF as Typst writes it, in their order: a cell, or a line of a paragraph, each."""
    objects = {int(number): body for number, body in OBJECT.findall(document)}
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    return [piece for page in pages for piece in _pieces_on(page, objects)]


def _pieces_on(page: bytes, objects: dict[int, bytes]) -> Iterator[str]:
    fonts = {
        name: _letters(_stream(objects[_named(b"ToUnicode", objects[int(number)])]))
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", _fonts(objects[_named(b"Resources", page)]))
    }
    letters: dict[int, str] = {}
    for piece in PIECE.findall(_stream(objects[_named(b"Contents", page)])):
        said, is_told = "", False
        for instead, text, code, font, end in SHOWN.findall(piece):
            shown = bytes.fromhex(code.decode()) if code else ESCAPE.sub(_plain, text)
            if font or end:
                letters, is_told = fonts[font] if font else letters, is_told and not end
            elif instead:
                said, is_told = said + _text(shown), True
            elif not is_told:
                glyphs = (int.from_bytes(shown[at : at + 2]) for at in range(0, len(shown), 2))
                said += "".join(letters[glyph] for glyph in glyphs)
        yield said


def _text(string: bytes) -> str:
    """Return a text string of a PDF, which is UTF-16 where it begins with its mark."""
    return string.decode("utf-16") if string.startswith(b"\xfe\xff") else string.decode("latin-1")


def _named(name: bytes, body: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, f"no {name.decode()} where one should be"
    return int(found[1])


def _fonts(resources: bytes) -> bytes:
    found = re.search(rb"/Font<<(.*?)>>", resources)
    return found[1] if found else b""


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _letters(table: bytes) -> dict[int, str]:
    """Return what each glyph of a font stands for, by the font's table."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table)
    return {int(glyph, 16): bytes.fromhex(said.decode()).decode("utf-16-be") for glyph, said in pairs}


def _plain(escape: re.Match[bytes]) -> bytes:
    said = escape[1]
    return bytes([int(said, 8)]) if said[:1].isdigit() else SHORT.get(said, said)
