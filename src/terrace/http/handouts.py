"""Handing somebody everything that is held about them: as JSON, or as a workbook of one sheet for each section."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse

from terrace.http import workbooks
from terrace.http.request import Request
from terrace.http.workbooks import Head, Sheet

Sections = Mapping[str, Sequence[Mapping[str, Any]]]


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
        Sheet(section, [Head(name, name) for name in rows[0]], [list(row.values()) for row in rows])
        for section, rows in sections.items()
        if rows
    ]
