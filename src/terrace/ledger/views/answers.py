"""The file for the bank, and the bank's answer."""

from base64 import b64encode
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, text_tables, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.workbooks import GivenRow, RowProblem, Sheet
from terrace.kernel.words import Text, _
from terrace.ledger import queries, services
from terrace.ledger.domain import Permission
from terrace.ledger.forms import AnswerForm, ExportForm
from terrace.ledger.services import RESULTS, Booked, ResultsRefused

SHOWN_PROBLEMS = 50


@needs(Permission.PAY)
def bank_file(request: Request, number: str) -> HttpResponse:
    """Ask once, then send the file for the bank; no copy of it is kept anywhere."""
    run = queries.get_run(request.actor, number)
    request.actor.require(Permission.PAY, run.area_path)
    form = ExportForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            return _download(run.number, services.export_payouts(by=request.actor, run=run))
    context = {
        "title": _("File for the bank"),
        "lead": _(
            "The file has full account numbers, and that you took it is recorded. From then on only the bank's "
            "answer ends these payouts."
        ),
        "form": form,
        "submit_label": _("Take the file"),
        "cancel_url": reverse("ledger:run", args=[run.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.PAY)
def answer(request: Request, number: str) -> HttpResponse:
    """Book what the bank says of a run's payouts, all rows or none, and say of each bad row what is wrong with it."""
    run = queries.get_run(request.actor, number)
    request.actor.require(Permission.PAY, run.area_path)
    form = AnswerForm(pages.sent(request), request.FILES or None)
    rows: Sequence[GivenRow] = ()
    problems: Sequence[RowProblem] = ()
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            try:
                rows = form.rows()
                messages.success(request, _told(services.book_results(by=request.actor, run=run, rows=rows)))
            except ResultsRefused as refused:
                problems = refused.problems
                raise
            return redirect("ledger:run", run.number)
    context = {
        "title": _("Book the bank's answer"),
        "lead": _("All rows are booked, or none. The same file a second time changes nothing."),
        "form": form,
        "submit_label": _("Book"),
        "cancel_url": reverse("ledger:run", args=[run.number]),
        "actions": [{"url": reverse("ledger:answer_pattern"), "label": _("Pattern"), "icon": "download"}],
        "problems": problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "to_correct": _to_correct(rows, problems) if problems else "",
    }
    return pages.render(request, "ledger/answer.html", context, status=pages.form_status(request))


@needs(Permission.PAY)
def pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the columns of the bank's answer."""
    return workbooks.download("bank-answer", Sheet("answer", RESULTS, []))


def _download(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=text_tables.CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _told(booked: Booked) -> Text:
    counts = {
        "paid": written.number(booked.paid),
        "back": written.number(booked.failed + booked.returned),
        "repeated": written.number(booked.repeated),
    }
    return _("Paid: %(paid)s. Refused or came back: %(back)s. Known before: %(repeated)s.") % counts


def _to_correct(rows: Sequence[GivenRow], problems: Sequence[RowProblem]) -> str:
    """Return the rows to correct as the address of a file that lies in the page: nothing of a refused file is kept."""
    sheet = workbooks.write(workbooks.problem_sheet(rows, RESULTS, problems))
    return f"data:{workbooks.XLSX};base64,{b64encode(sheet).decode()}"
