"""Writing a review: by whoever has the order's link, and so has bought what it is of."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.market import queries, services
from terrace.market.forms.offers import ReviewForm
from terrace.market.models import Order, OrderLine
from terrace.market.queries import buying
from terrace.market.services.links import order_path, require_signature


@never_cache
@public
def write_review(request: Request, number: str, signs: str, line_id: int) -> HttpResponse:
    """Let the buyer say what the goods of an order line were like."""
    order = buying.get_order(number)
    require_signature(order.reference, signs)
    line = next((line for line in queries.lines_of([order.pk]).get(order.pk, []) if line.pk == line_id), None)
    if line is None:
        raise NotFound
    form = ReviewForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.review(by=request.actor, line=line, given=form.given(), has_order=True)
            return redirect(reverse("market:goods", args=[queries.offers_by_id([line.offer_id])[line.offer_id].number]))
    context = {
        "title": _("Write a review"),
        "lead": line.title,
        "form": form,
        "submit_label": _("Publish"),
        "cancel_url": order_path(order),
    }
    return pages.render(request, "market/buyer_form.html", context, status=pages.form_status(request))


def review_ways(order: Order, signs: str) -> Sequence[dict[str, Text]]:
    """Return where the buyer can say what each line was like; nothing before it arrived, or when all is said."""
    if not queries.may_be_reviewed(order):
        return []
    lines = queries.lines_of([order.pk]).get(order.pk, [])
    said = queries.reviewed_lines([line.pk for line in lines])
    return [_way(order, signs, line) for line in lines if line.pk not in said]


def _way(order: Order, signs: str, line: OrderLine) -> dict[str, Text]:
    label = _("Write a review of %(goods)s") % {"goods": line.title}
    return {"url": reverse("market:review_write", args=[order.number, signs, line.pk]), "label": label}
