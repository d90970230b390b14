"""The bank's statement as a file: every transfer in it that names a payment or an order, confirmed at once."""

from base64 import b64encode
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.workbooks import GivenRow, RowProblem, Sheet
from terrace.kernel.words import Text, _
from terrace.market import services
from terrace.market.domain import Permission
from terrace.market.forms.buying import StatementForm
from terrace.market.services import STATEMENT, StatementBooked, StatementRefused

SHOWN_PROBLEMS = 50


@needs(Permission.PAYMENTS)
def statement(request: Request) -> HttpResponse:
    """Confirm the transfers of the bank's statement, all or none, and say of each bad row what is wrong with it."""
    form = StatementForm(pages.sent(request), request.FILES or None)
    rows: Sequence[GivenRow] = ()
    problems: Sequence[RowProblem] = ()
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            try:
                rows = form.rows()
                messages.success(request, _told(services.book_statement(by=request.actor, rows=rows)))
            except StatementRefused as refused:
                problems = refused.problems
                raise
            return redirect("market:payments")
    context = {
        "title": _("The bank's statement"),
        "lead": _("Transfers that name a payment or an order are confirmed, all or none, and each once."),
        "form": form,
        "submit_label": _("Confirm the transfers"),
        "cancel_url": reverse("market:payments"),
        "actions": [{"url": reverse("market:statement_pattern"), "label": _("Pattern"), "icon": "download"}],
        "problems": problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "to_correct": _to_correct(rows, problems) if problems else "",
    }
    return pages.render(request, "market/statement.html", context, status=pages.form_status(request))


@needs(Permission.PAYMENTS)
def pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the columns of a statement."""
    return workbooks.download("bank-statement", Sheet("statement", STATEMENT, []))


def _told(booked: StatementBooked) -> Text:
    counts = {
        "confirmed": written.number(booked.confirmed),
        "late": written.number(booked.late),
        "repeated": written.number(booked.repeated),
        "others": written.number(booked.others),
    }
    told = _("Confirmed: %(confirmed)s. Late, to go back: %(late)s. Known before: %(repeated)s. Others: %(others)s.")
    return told % counts


def _to_correct(rows: Sequence[GivenRow], problems: Sequence[RowProblem]) -> str:
    """Return the rows to correct as the address of a file that lies in the page: nothing of a refused file is kept."""
    sheet = workbooks.write(workbooks.problem_sheet(rows, STATEMENT, problems))
    return f"data:{workbooks.XLSX};base64,{b64encode(sheet).decode()}"
