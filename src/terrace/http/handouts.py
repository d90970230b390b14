"""Handing somebody everything that is held about them: as JSON, or as a workbook of one sheet for each section.

JSON is for programs and keeps the names of code; the workbook is for people,
so sections, columns and coded values have words there. Contexts say what they
call theirs once, by `know_words`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse

from terrace.http import workbooks
from terrace.http.request import Request
from terrace.http.workbooks import Head, Sheet
from terrace.kernel.words import Text

Sections = Mapping[str, Sequence[Mapping[str, Any]]]

_words: dict[str, Text] = {}


class Coded(str):
    """A value that programs read as the code it is, and people by its label."""

    __slots__ = ("label",)
    label: Text

    def __new__(cls, code: str, label: Text) -> "Coded":
        """Return the code with its label."""
        made = super().__new__(cls, code)
        made.label = label
        return made


def know_words(words: Mapping[str, Text]) -> None:
    """Learn what people call sections and columns, by the names that programs know."""
    _words.update(words)


def hand_out(request: Request, name: str, sections: Sections) -> HttpResponse:
    """Answer with the file `name`, as a workbook when the form's button says so; no browser keeps it."""
    if request.POST.get("format") == "xlsx":
        response: HttpResponse = workbooks.download(name, *_sheets(sections))
    else:
        response = JsonResponse(dict(sections), json_dumps_params={"ensure_ascii": False, "indent": 1})
        response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response["Cache-Control"] = "no-store"
    return response


def _sheets(sections: Sections) -> list[Sheet]:
    return [
        Sheet(
            str(_words.get(section, section)),
            [Head(name, _words.get(name, name)) for name in rows[0]],
            [[_for_people(value) for value in row.values()] for row in rows],
        )
        for section, rows in sections.items()
        if rows
    ]


def _for_people(value: Any) -> Any:
    return str(value.label) if isinstance(value, Coded) else value
