"""What a buyer does with an order by its link: confirm, cancel, say what is wrong, and go on with that."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from terrace.http import pages, written
from terrace.http.access import public
from terrace.http.confirming import Question
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.market import queries, services
from terrace.market.domain import DisputeStatus
from terrace.market.forms.settling import DisputeForm, WaybillForm
from terrace.market.models import Dispute, Order
from terrace.market.queries import buying
from terrace.market.queries.disputes import TO_BUYER, sent_back
from terrace.market.services.links import require_signature
from terrace.market.views.dispute_cards import thread_of

BUYERS_TURN: dict[str, tuple[Text, Text, Text]] = {
    "accept": (_("Accept this?"), _("The amount goes back to you, and the dispute is over."), _("Accept")),
    "pass-on": (
        _("Ask the centre to decide?"),
        _("The county's e-commerce centre reads what you and the seller say, and decides."),
        _("Ask the centre"),
    ),
    "withdraw": (
        _("Is all well after all?"),
        _("The dispute is over. The seller gets the money when the order counts as confirmed."),
        _("All is well"),
    ),
}
"""What a buyer can do with a dispute by a plain yes: question, what will happen, the verb."""


@never_cache
@public
def order_confirm(request: Request, number: str, signs: str) -> HttpResponse:
    """Ask once, then share the order's money: the goods arrived well."""
    order = _order(number, signs)
    question = Question(
        title=_("Are the goods here, and all is well?"),
        text=_("The money goes to the farmers, the seller and all who brought it to you. It cannot be called back."),
        submit_label=_("All is well"),
        cancel_url=_back(order, signs),
    )
    return _ask(request, question, lambda: services.confirm_receipt(by=request.actor, order=order, proof=signs))


@never_cache
@public
def order_cancel(request: Request, number: str, signs: str) -> HttpResponse:
    """Ask once, then cancel an order that was not packed, or packed and never left."""
    order = _order(number, signs)
    question = Question(
        title=_("Cancel order %(number)s?") % {"number": order.number},
        text=_("What you paid comes back to you by the way you paid it. Orders not paid yet end together."),
        submit_label=_("Cancel the order"),
        cancel_url=_back(order, signs),
    )

    def act() -> object:
        return services.cancel_order(by=request.actor, order=order, version=order.version, proof=signs)

    return _ask(request, question, act, danger=True)


@never_cache
@public
def order_dispute(request: Request, number: str, signs: str) -> HttpResponse:
    """Say what is wrong with an order, or read how that goes on."""
    order = _order(number, signs)
    known = queries.disputes_of(order)
    if known and not (DisputeStatus(known[0].status).is_over and "again" in request.GET):
        return _thread(request, order, known[0], signs)
    initial = {"wanted": f"{order.escrow.amount}"}
    owner = request.actor.person_id
    form = DisputeForm(pages.sent(request), request.FILES or None, initial=initial, owner=owner)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.open_dispute(by=request.actor, order=order, given=form.given(), proof=signs)
            return redirect("market:order_dispute", order.number, signs)
    if request.method == "POST":
        form.keep_files()
    context = {
        "title": _("What is wrong?"),
        "lead": _("Until this is settled, the seller does not get your money."),
        "form": form,
        "submit_label": _("Send"),
        "cancel_url": _back(order, signs),
        "order": order,
    }
    return pages.render(request, "market/buyer_form.html", context, status=pages.form_status(request))


@never_cache
@public
def order_dispute_act(request: Request, number: str, signs: str, act: str) -> HttpResponse:
    """Ask once, then accept an offer, ask the centre, or withdraw a dispute."""
    order = _order(number, signs)
    dispute = _latest(order)
    if act not in BUYERS_TURN:
        raise NotFound
    title, text, label = BUYERS_TURN[act]
    if act == "accept":
        text = _("%(amount)s goes back to you, and the dispute is over.") % {"amount": written.money(dispute.offered)}
    question = Question(title, text, label, reverse("market:order_dispute", args=[number, signs]))
    done: dict[str, Callable[..., object]] = {
        "accept": services.accept_offer,
        "pass-on": services.pass_on_dispute,
        "withdraw": services.withdraw_dispute,
    }
    return _ask(request, question, lambda: done[act](by=request.actor, dispute=dispute, proof=signs))


@never_cache
@public
def order_return(request: Request, number: str, signs: str) -> HttpResponse:
    """Say by which waybill the goods go back."""
    order = _order(number, signs)
    dispute = _latest(order)
    back = reverse("market:order_dispute", args=[number, signs])
    form = WaybillForm(pages.sent(request), initial={"waybill": dispute.return_waybill})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.hand_in_return(by=request.actor, dispute=dispute, proof=signs, **form.values)
            return redirect(back)
    context = {
        "title": _("Send the goods back"),
        "lead": _(
            "Hand them in at any service point and show this number: %(number)s. Or send them by a courier and enter"
            " its waybill here."
        )
        % {"number": dispute.number},
        "form": form,
        "submit_label": _("The goods are on their way"),
        "cancel_url": back,
        "order": order,
    }
    return pages.render(request, "market/buyer_form.html", context, status=pages.form_status(request))


def _order(number: str, signs: str) -> Order:
    """Return the order of a link, or raise `NotFound` for wrong signs."""
    order = buying.get_order(number)
    require_signature(order.reference, signs)
    return order


def _latest(order: Order) -> Dispute:
    known = queries.disputes_of(order)
    if not known:
        raise NotFound
    return known[0]


def _back(order: Order, signs: str) -> str:
    return reverse("market:order", args=[order.number, signs])


def _ask(request: Request, question: Question, act: Callable[[], object], *, danger: bool = False) -> HttpResponse:
    """Ask once on a page for visitors, as `http.confirming` does for those who signed in."""
    form = ActForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            act()
            return redirect(question.cancel_url)
    context = {
        "title": question.title,
        "text": question.text,
        "submit_label": question.submit_label,
        "cancel_url": question.cancel_url,
        "form": form,
        "is_mild": not danger,
    }
    return pages.render(request, "market/ask_buyer.html", context, status=pages.form_status(request))


def _thread(request: Request, order: Order, dispute: Dispute, signs: str) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Dispute %(number)s") % {"number": dispute.number},
        "lead": _("Order %(number)s") % {"number": order.number},
        "primary": None,
        "actions": _actions(dispute, order, signs),
        "back_url": _back(order, signs),
        "layout": "layouts/public.html",
        **thread_of(dispute, reads=frozenset({TO_BUYER}), photo=""),
    }
    return pages.render(request, "market/dispute.html", context)


def _actions(dispute: Dispute, order: Order, signs: str) -> list[dict[str, object]]:
    """Return what the buyer can do now; an answer that offers nothing can only be taken to the centre, or left."""
    status = DisputeStatus(dispute.status)
    where = [order.number, signs]
    can: list[tuple[str, Text]] = []
    if status is DisputeStatus.OFFERED:
        can += [("accept", _("Accept"))] if dispute.offered_minor else []
        can.append(("pass-on", _("Ask the centre")))
    if status is DisputeStatus.OPEN:
        can.append(("pass-on", _("Ask the centre")))
    found: list[dict[str, object]] = [
        {"url": reverse("market:order_dispute_act", args=[*where, act]), "label": label} for act, label in can
    ]
    if sent_back(dispute):
        found.append({"url": reverse("market:order_return", args=where), "label": _("Send the goods back")})
    if not status.is_over:
        withdrawn = reverse("market:order_dispute_act", args=[*where, "withdraw"])
        found.append({"url": withdrawn, "label": _("All is well after all")})
    return found
