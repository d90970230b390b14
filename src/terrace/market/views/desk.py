"""The clerk's desk: what only the centre can settle, the longest waiting first."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.listing import Empty
from terrace.http.pieces import Todo
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import _
from terrace.market import queries
from terrace.market.domain import Permission
from terrace.market.forms.sales import NoFilter
from terrace.market.queries import buying
from terrace.market.views import sale_cards


@needs(Permission.DISPUTES, Permission.PAYMENTS)
def desk(request: Request) -> HttpResponse:
    """Open on disputes to decide, money that does not get back to buyers, and orders that are stuck."""
    waiting = queries.disputes_to_decide(request.actor)
    first = waiting.first()
    decide = reverse("market:dispute_decide", args=[first.number]) if first else ""
    context = {
        "title": _("Market desk"),
        "lead": _("What only the centre can settle."),
        "primary": {"url": decide, "label": _("Decide the next dispute"), "icon": "scale"} if first else None,
        "actions": [{"url": reverse("market:sales"), "label": _("All orders"), "icon": "list"}],
        "todo": [one for one in _todo(request) if one.count],
    }
    rows = queries.stuck_orders(request.actor, clock.now())
    empty = Empty(_("No order is stuck"), _("Paid orders that nobody ships, and shipped ones that nobody sees arrive."))
    table = sale_cards.table(request.actor, clock.now(), begin=empty, order=("paid_at", "id"), name="stuck")
    return listing.answer(request, "market/desk.html", table, rows, NoFilter(request.GET), context)


def _todo(request: Request) -> list[Todo]:
    actor = request.actor
    disputes = f"{reverse('market:disputes')}?{urlencode({'status': 'with_centre'})}"
    return [
        Todo(_("Disputes to decide"), disputes, "scale", count=queries.disputes_to_decide(actor).count()),
        Todo(
            _("Orders with recalled goods"),
            reverse("market:recalled"),
            "alert-triangle",
            _("Stop the orders that have not left, and call the buyers of the others."),
            queries.recalled_orders(actor).count(),
        ),
        Todo(
            _("Money to send back"),
            reverse("market:payments"),
            "coin",
            _("Refunds of bank transfers, and those that the provider did not take."),
            buying.repayments_to_make(actor).count() + queries.failed_repayments(actor).count(),
        ),
    ]
