"""A sheet that people send, of which all rows are taken or none: its form and its page."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from terrace.http import pages, workbooks
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.http.text_tables import read_either
from terrace.http.workbooks import GivenRow, Head, RowsRefused, WorkbookField
from terrace.kernel.words import Text, _

SHOWN_PROBLEMS = 50


def sheet_field(*, label: Text, help_text: Text = "") -> WorkbookField:
    """Return the field of a form that takes a sheet as a workbook or as comma-separated text."""
    chooser = forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"})
    return WorkbookField(label=label, help_text=help_text, widget=chooser)


class SheetForm(ActForm):
    """A sheet, xlsx or CSV, with the columns `heads`."""

    heads: ClassVar[Sequence[Head]] = ()
    file = sheet_field(label=_("xlsx or CSV file"))

    def rows(self) -> list[GivenRow]:
        """Return the rows of the file; raises `Invalid` when it cannot be read."""
        upload = self.cleaned_data["file"]
        return read_either(upload, upload.name, self.heads)


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the page of a sheet says, where its pattern is, and the page that it leads back to."""

    title: Text
    lead: Text
    submit_label: Text
    back_url: str
    pattern_url: str


def take(request: Request, page: SheetPage, form: SheetForm, act: Callable[[list[GivenRow]], Text]) -> HttpResponse:
    """Show the page; a sheet that was sent goes to `act`, which says what it did, or raises `RowsRefused`.

    Each bad row is then told with its reason, and all of them as a sheet to correct.
    """
    rows: list[GivenRow] = []
    refusal: RowsRefused | None = None
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            try:
                rows = form.rows()
                messages.success(request, act(rows))
            except RowsRefused as refused:
                refusal = refused
                raise
            return redirect(page.back_url)
    context = {
        "title": page.title,
        "lead": page.lead,
        "form": form,
        "submit_label": page.submit_label,
        "cancel_url": page.back_url,
        "actions": [{"url": page.pattern_url, "label": _("Pattern"), "icon": "download"}],
        **(_told(rows, refusal) if refusal else {}),
    }
    return pages.render(request, "pages/sheet.html", context, status=pages.form_status(request))


def _told(rows: Sequence[GivenRow], refusal: RowsRefused) -> dict[str, object]:
    """Return the bad rows, and the address of a sheet of them that lies in the page: no refused file is kept."""
    sheet = workbooks.write(workbooks.problem_sheet(rows, refusal.heads, refusal.problems))
    return {
        "problems": refusal.problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(refusal.problems) - SHOWN_PROBLEMS),
        "to_correct": f"data:{workbooks.XLSX};base64,{b64encode(sheet).decode()}",
    }
