"""Paper: labels, receipts and statements as PDF by Typst, and QR codes, all made in the house and without a network.

A sheet's template lies beside its context's pages (`sourcing/templates/sourcing/receipt.typ`) and begins with
`#import "/http/sheets/sheet.typ": *`, which gives it the data, the mark, the type scale and a look for black and white.
It writes no words of its own: they come with the data, in the reader's language, so that gettext finds them all.
"""

import json
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import get_language
from typst import Compiler, Fonts

from terrace.kernel import clock

HOUSE = Path(__file__).resolve().parents[1]
"""Where a template's addresses begin: a sheet can read no file outside of it."""
FONTS = Path(__file__).with_name("fonts")
PDF = "application/pdf"
QUIET_ZONE = 4
"""Light modules around a QR code (ISO/IEC 18004): without them many phones do not find it."""


class NotTypeset(Exception):
    """Typst gave back no single file. A fault of a template, nothing that a person did."""


def pdf(template: str | Path, data: Mapping[str, Any]) -> bytes:
    """Return the PDF of a sheet: `template` is its name, as `sourcing/receipt.typ`, or its whole path.

    `data` reaches the sheet as JSON (`data.total`), so amounts, days and words are written out before, by
    `terrace.http.written`; a lazy word is written in the reader's language. The sheet learns that language as
    `data.language`. Raises `typst.TypstError` at a fault of the template.
    """
    given = {"language": get_language() or "en", **data}
    made = Compiler(path_of(template), root=HOUSE, font_paths=_fonts()).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(given, cls=DjangoJSONEncoder, ensure_ascii=False)},
        timestamp=clock.now().replace(microsecond=0),  # a PDF tells no finer time
    )
    if not isinstance(made, bytes):
        raise NotTypeset(str(template))
    return made


def answer(name: str, template: str | Path, data: Mapping[str, Any]) -> HttpResponse:
    """Answer with a sheet that the browser shows or saves as `name`.pdf; no cache keeps it, for it may name people."""
    response = HttpResponse(pdf(template, data), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def qr(text: str) -> str:
    """Return `text` as a QR code, drawn as SVG in black without a ground; a sheet draws it by `qr(data.code)`.

    Error correction M: a label loses a corner to rain and is still read, and the code stays small.
    """
    target = BytesIO()
    code = segno.make_qr(text, error="m", boost_error=False)
    code.save(target, kind="svg", border=QUIET_ZONE, xmldecl=False, omitsize=True, nl=False)
    return target.getvalue().decode()


def path_of(template: str | Path) -> Path:
    """Return where a sheet lies: among its context's templates when it is named, else where its path says."""
    if isinstance(template, Path):
        return template
    context = template.split("/")[0]
    return HOUSE / context / "templates" / template


@cache
def _fonts() -> Fonts:
    """Read the fonts, 20 MB, once a process; none of the machine's own, so that paper looks alike anywhere."""
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
