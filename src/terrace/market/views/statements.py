"""The bank's statement as a file: every transfer in it that names a payment or an order, confirmed at once."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages, sheets, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.sheets import SheetPage
from terrace.http.workbooks import GivenRow, Sheet
from terrace.kernel.words import Text, _
from terrace.market import services
from terrace.market.domain import Permission
from terrace.market.forms.buying import StatementForm
from terrace.market.services import STATEMENT


@needs(Permission.PAYMENTS)
def statement(request: Request) -> HttpResponse:
    """Confirm the transfers of the bank's statement, all or none, and say of each bad row what is wrong with it."""

    def book(rows: Sequence[GivenRow]) -> Text:
        booked = services.book_statement(by=request.actor, rows=rows)
        counts = {
            "confirmed": written.number(booked.confirmed),
            "late": written.number(booked.late),
            "repeated": written.number(booked.repeated),
            "others": written.number(booked.others),
        }
        told = _(
            "Confirmed: %(confirmed)s. Late, to go back: %(late)s. Known before: %(repeated)s. Others: %(others)s."
        )
        return told % counts

    page = SheetPage(
        title=_("The bank's statement"),
        lead=_("Transfers that name a payment or an order are confirmed, all or none, and each once."),
        submit_label=_("Confirm the transfers"),
        back_url=reverse("market:payments"),
        pattern_url=reverse("market:statement_pattern"),
    )
    return sheets.take(request, page, StatementForm(pages.sent(request), request.FILES or None), book)


@needs(Permission.PAYMENTS)
def pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the columns of a statement."""
    return workbooks.download("bank-statement", Sheet("statement", STATEMENT, []))
