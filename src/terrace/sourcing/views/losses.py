"""What of a purchase was lost before it was sold: told on its page, and taken over by the buyer."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import Text, _
from terrace.sourcing import queries, services
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.traceability.domain import LossReason


@needs(or_party=True)
def bear(request: Request, number: str, loss_id: int) -> HttpResponse:
    """Ask once, then let the buyer bear a loss."""
    found = queries.get_purchase(request.actor, number)
    if not request.actor.speaks_for(found.buyer_id):
        raise Forbidden
    loss = queries.get_loss(found, loss_id)
    text = _(
        "If the goods were lost by a fault of the buyer or of those who worked for it, the buyer pays the producer "
        "what they would have brought: %(amount)s now, from the buyer's account."
    )
    question = Question(
        title=_("Let the buyer bear this loss?"),
        text=text % {"amount": written.money(loss.amount)},
        submit_label=_("The buyer pays it"),
        cancel_url=reverse("sourcing:purchase", args=[found.number]),
    )
    return confirm(request, question, partial(services.bear_loss, by=request.actor, loss=loss))


def told(purchase: Purchase, *, may_bear: bool) -> list[dict[str, Any]]:
    """Return the losses of a purchase as its page lists them, with the way to take one over for who may."""
    return [_line(purchase, loss, may_bear) for loss in queries.losses_of_purchases([purchase.pk])]


def _line(purchase: Purchase, loss: PurchaseLoss, may_bear: bool) -> dict[str, Any]:
    is_open = loss.borne_at is None
    args = [purchase.number, loss.pk]
    return {
        "at": loss.lost_at,
        "quantity": loss.quantity,
        "why": LossReason(loss.reason).label,
        "amount": loss.amount,
        "who": borne(loss),
        "url": reverse("sourcing:purchase_loss_bear", args=args) if is_open and may_bear else "",
    }


def borne(loss: PurchaseLoss) -> Text:
    """Say who bears a loss."""
    return _("The buyer has paid it") if loss.borne_at else _("Borne by the producer")
