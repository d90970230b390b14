"""Cancelling an order and giving money back, as its seller."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _
from terrace.market import queries, services
from terrace.market.domain import OrderStatus, Permission
from terrace.market.forms.settling import CancelForm, RefundForm
from terrace.market.models import Order


@needs(Permission.SELL, Permission.DISPUTES, or_party=True)
def cancel(request: Request, number: str) -> HttpResponse:
    """Ask once, then cancel an order that has not left."""
    order = queries.get_sale(request.actor, number)
    if not (queries.may_sell(request.actor, order) or request.actor.may(Permission.DISPUTES, order.area_path)):
        raise Forbidden
    if not OrderStatus(order.status).can_be_cancelled:
        raise services.NotNow(status=order.status)
    paid = _("The buyer gets %(amount)s back, and the goods are for sale again.")
    unpaid = _("It was not paid yet. The goods are for sale again.")
    question = Question(
        title=_("Cancel order %(number)s?") % {"number": order.number},
        text=unpaid if order.status == OrderStatus.PLACED else paid % {"amount": written.money(order.escrow)},
        submit_label=_("Cancel the order"),
        cancel_url=reverse("market:sale", args=[order.number]),
    )
    form = CancelForm(pages.sent(request), initial={"version": order.version})

    def act() -> None:
        services.cancel_order(by=request.actor, order=order, **form.values)

    return confirm(request, question, act, form=form)


@needs(Permission.SELL, or_party=True)
def refund(request: Request, number: str) -> HttpResponse:
    """Give some of an order's money back before it is shared."""
    order = _sold(request, number)
    services.require_refundable(order)
    form = RefundForm(pages.sent(request), initial={"version": order.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.refund_order(by=request.actor, order=order, **form.values)
            return redirect("market:sale", order.number)
    held = _("At most %(amount)s, your part of it, go to the buyer by the way they came. The rest is due to others.")
    context = {
        "title": _("Give money of order %(number)s back") % {"number": order.number},
        "lead": held % {"amount": written.money(services.own_part(order))},
        "form": form,
        "submit_label": _("Give it back"),
        "cancel_url": reverse("market:sale", args=[order.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _sold(request: Request, number: str) -> Order:
    order = queries.get_sale(request.actor, number)
    if not queries.may_sell(request.actor, order):
        raise Forbidden
    return order
