"""The file for the bank, and the bank's answer."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages, sheets, text_tables, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.sheets import SheetPage
from terrace.http.workbooks import GivenRow, Sheet
from terrace.kernel.words import Text, _
from terrace.ledger import queries, services
from terrace.ledger.domain import Permission
from terrace.ledger.forms import AnswerForm, ExportForm
from terrace.ledger.services import RESULTS


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

    def book(rows: Sequence[GivenRow]) -> Text:
        booked = services.book_results(by=request.actor, run=run, rows=rows)
        counts = {
            "paid": written.number(booked.paid),
            "back": written.number(booked.failed + booked.returned),
            "repeated": written.number(booked.repeated),
        }
        return _("Paid: %(paid)s. Refused or came back: %(back)s. Known before: %(repeated)s.") % counts

    page = SheetPage(
        title=_("Book the bank's answer"),
        lead=_("All rows are booked, or none. The same file a second time changes nothing."),
        submit_label=_("Book"),
        back_url=reverse("ledger:run", args=[run.number]),
        pattern_url=reverse("ledger:answer_pattern"),
    )
    return sheets.take(request, page, AnswerForm(pages.sent(request), request.FILES or None), book)


@needs(Permission.PAY)
def pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the columns of the bank's answer."""
    return workbooks.download("bank-answer", Sheet("answer", RESULTS, []))


def _download(name: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=text_tables.CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response
