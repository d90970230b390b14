"""Disputes as sellers and the centre see them: the list, the thread, answers and decisions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import ActForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.photo_files import send_photo
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, one_by_one
from terrace.market import queries, services
from terrace.market.domain import DisputeKind, DisputeStatus, OrderStatus, Permission, ReturnState
from terrace.market.forms.sales import DisputeFilter
from terrace.market.forms.settling import AgreeForm, AnswerForm, ArrivedForm, BroughtForm
from terrace.market.models import Dispute, Order
from terrace.market.queries.disputes import words_read_by
from terrace.market.views.dispute_cards import TONES, thread_of

LATEST = ("-id",)
ANSWERED_IN_TIME = (DisputeStatus.OPEN, DisputeStatus.OFFERED, DisputeStatus.RETURNING)
ORDER: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((status.value for status in ANSWERED_IN_TIME), ("answer_by", "id")),
    DisputeStatus.WITH_CENTRE.value: ("with_centre_at", "id"),
}
"""In which order the disputes of a state stand: who waits longest first."""


@dataclass(frozen=True, slots=True)
class Card:
    """A dispute with the order that it is about."""

    dispute: Dispute
    order: Order

    @property
    def wanted(self) -> Money:
        """What the buyer wants back."""
        return self.dispute.wanted

    @property
    def status(self) -> DisputeStatus:
        """Where it stands."""
        return DisputeStatus(self.dispute.status)

    @property
    def due(self) -> datetime | None:
        """When it goes to the centre, if nobody answers; none where the centre has it or it is over."""
        return self.dispute.answer_by if self.status in ANSWERED_IN_TIME else None


@needs(Permission.VIEW, or_own=True)
def disputes(request: Request) -> HttpResponse:
    """List the disputes about the actor's sellers' orders, the latest first; those of a state by who waits longest."""
    form = DisputeFilter(request.GET)
    context = {
        "title": _("Disputes"),
        "lead": _("What buyers say is wrong. Whoever does not answer in time leaves it to the centre."),
    }
    rows = form.narrow(queries.disputes_visible_to(request.actor))
    table = _table(ORDER.get(form.given().get("status", ""), LATEST))
    return listing.answer(request, "pages/list.html", table, rows, form, context)


@needs(Permission.VIEW, or_own=True)
def dispute(request: Request, number: str) -> HttpResponse:
    """Show one dispute as a thread, to its seller or to the centre."""
    found = queries.get_dispute(request.actor, number)
    order = found.order
    primary, actions = _acts(request.actor, found, order)
    context = {
        "title": _("Dispute %(number)s") % {"number": found.number},
        "lead": _("Order %(number)s") % {"number": order.number},
        "breadcrumb": [(_("Disputes"), reverse("market:disputes")), (found.number, "")],
        "primary": primary,
        "actions": actions,
        "back_url": reverse("market:sale", args=[order.number]),
        "layout": "layouts/workspace.html",
        **_told(request.actor, found),
    }
    return pages.render(request, "market/dispute.html", context)


def _told(actor: Actor, found: Dispute) -> dict[str, Any]:
    """Return what was said so far and what the order is about: above the page, and above each form of an answer."""
    photo = reverse("market:dispute_photo", args=[found.number]) if found.photo else ""
    thread = thread_of(found, reads=words_read_by(actor, found), photo=photo)
    return {**thread, "facts": [*_facts(found), *thread["facts"]]}


def _facts(found: Dispute) -> list[tuple[Text, str, Any]]:
    """What the order is about, and how much of its money is at stake."""
    order = found.order
    goods = queries.lines_of([order.pk]).get(order.pk, [])
    facts: list[tuple[Text, str, Any]] = [
        (_("Goods"), "text", one_by_one(f"{line.quantity} × {line.title}" for line in goods)),
        (_("Paid by the buyer"), "money", order.total),
        (_("Wanted back"), "money", found.wanted),
        (_("Offered by the seller"), "money", found.offered),
        (_("In escrow"), "money", order.escrow if OrderStatus(order.status).holds_money else None),
    ]
    return [fact for fact in facts if fact[2] is not None]


@needs(Permission.VIEW, or_own=True)
def photo(request: Request, number: str) -> HttpResponse:
    """Send the photo of what is wrong."""
    return send_photo(queries.get_dispute(request.actor, number).photo)


@needs(Permission.SELL, or_party=True)
def answer(request: Request, number: str) -> HttpResponse:
    """Answer a buyer and offer something, or nothing."""
    found = _sold(request, number)
    own = services.own_part(found.order)
    asked = AnswerForm(pages.sent(request), initial=_initial(found, min(own, found.wanted)))
    told = _("Of this order %(amount)s are yours: so much you may give back yourself. The rest is due to others.")
    if own < found.wanted:
        told = _(
            "Of this order %(amount)s are yours: so much you may give back yourself. The rest is due to others. "
            "For more, choose “Agree to more”: then the centre decides."
        )
    lead = told % {"amount": written.money(own)}
    return _answering(
        request, found, asked, (_("Answer the buyer"), _("Send the answer"), lead), services.answer_dispute
    )


@needs(Permission.SELL, or_party=True)
def agree(request: Request, number: str) -> HttpResponse:
    """Agree to more than is the seller's own part; the centre grants it, or decides otherwise."""
    found = _sold(request, number)
    asked = AgreeForm(pages.sent(request), initial=_initial(found, found.wanted))
    told = _(
        "Of this order %(amount)s are yours. Of more, growers, carriers and points would go without: "
        "the centre reads that you agree, and grants it or decides otherwise."
    )
    lead = told % {"amount": written.money(services.own_part(found.order))}
    return _answering(
        request,
        found,
        asked,
        (_("Agree to more"), _("Agree, and leave it to the centre"), lead),
        services.agree_to_more,
    )


@needs(Permission.SELL, or_party=True)
def ask_back(request: Request, number: str) -> HttpResponse:
    """Ask for the goods back; the amount goes back when they arrive."""
    found = _sold(request, number)
    asked = AnswerForm(
        pages.sent(request), initial=_initial(found, max(found.wanted, services.price_of_goods(found.order)))
    )
    lead = _(
        "All goods of the order, for what they cost at least: the buyer gets it when they are here. "
        "Where it is more than is yours then, the centre has to grant it."
    )
    return _answering(
        request, found, asked, (_("Ask for the goods back"), _("Ask for them"), lead), services.ask_goods_back
    )


@needs(Permission.SELL, or_party=True)
def pass_on(request: Request, number: str) -> HttpResponse:
    """Ask once, then leave the dispute to the centre."""
    found = _sold(request, number)
    question = Question(
        title=_("Leave it to the centre?"),
        text=_("The centre reads what both sides say, and decides."),
        submit_label=_("Leave it to the centre"),
        cancel_url=_url(found),
    )
    return confirm(request, question, lambda: services.pass_on_dispute(by=request.actor, dispute=found))


@needs(Permission.PACK, Permission.SELL, or_party=True)
def arrived(request: Request, number: str) -> HttpResponse:
    """Note that the goods came back, and how they are."""
    found = queries.get_dispute(request.actor, number)
    if not queries.may_pack(request.actor, found.order):
        raise Forbidden
    by_buyer = queries.sent_back(found)
    form = (ArrivedForm if by_buyer else BroughtForm)(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            state = ReturnState(form.values["state"])
            services.take_back_goods(by=request.actor, dispute=found, state=state)
            return redirect(_url(found))
    lead = _(
        "Say so when all of them are here. The buyer gets the money at once; "
        "where it is more than the seller's own part, once the centre grants it."
    )
    if not by_buyer:
        lead = _("The carrier brought them back. Look into the parcel; about the money the centre decides.")
    return dispute_form(request, form, found, _("The goods came back"), _("They are here"), lead)


def _initial(found: Dispute, amount: Money) -> dict[str, Any]:
    return {"version": found.version, "offered": f"{amount.amount}"}


def _answering(
    request: Request,
    found: Dispute,
    form: AnswerForm,
    said: tuple[Text, Text, Text],
    act: Callable[..., Dispute],
) -> HttpResponse:
    """Ask for an answer, or give it; `said` is the title of the page, what its button says, and its lead."""
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            act(by=request.actor, dispute=found, amount=values.pop("offered"), **values)
            return redirect(_url(found))
    title, label, lead = said
    return dispute_form(request, form, found, title, label, lead)


def dispute_form(request: Request, form: ActForm, found: Dispute, title: Text, label: Text, lead: Text) -> HttpResponse:
    """Draw a form about a dispute below what was said so far."""
    context = {
        "title": title,
        "lead": lead,
        "form": form,
        "submit_label": label,
        "cancel_url": _url(found),
        **_told(request.actor, found),
    }
    return pages.render(request, "market/dispute_form.html", context, status=pages.form_status(request))


def _sold(request: Request, number: str) -> Dispute:
    found = queries.get_dispute(request.actor, number)
    if not queries.may_sell(request.actor, found.order):
        raise Forbidden
    return found


def _url(found: Dispute) -> str:
    return reverse("market:dispute", args=[found.number])


def _acts(actor: Actor, found: Dispute, order: Order) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return the one thing to do next with a dispute, and what else could be done."""

    def button(route: str, label: Text, icon: str) -> dict[str, Any]:
        return {"url": reverse(f"market:{route}", args=[found.number]), "label": label, "icon": icon}

    status = DisputeStatus(found.status)
    decides = queries.may_decide(actor, found)
    awaited = queries.waits_for_goods(found) and queries.may_pack(actor, order)
    came = [button("dispute_arrived", _("The goods came back"), "package")] if awaited else []
    if status is DisputeStatus.WITH_CENTRE and decides:
        decide = button("dispute_decide", _("Decide"), "scale")
        if found.seller_agrees:
            return button("dispute_grant", _("Grant what the seller agrees to"), "check"), [decide, *came]
        return decide, came
    if came:
        return came[0], []
    if not queries.may_sell(actor, order):
        return None, []
    more = [button("dispute_agree", _("Agree to more"), "scale")] if _may_agree(found, order) else []
    if status is DisputeStatus.WITH_CENTRE:
        return next(iter(more), None), []
    centre = button("dispute_pass_on", _("Leave it to the centre"), "scale")
    if status is DisputeStatus.OPEN:
        back = button("dispute_ask_back", _("Ask for the goods back"), "truck")
        return button("dispute_answer", _("Answer"), "message"), [*more, back, centre]
    return None, [centre] if status is DisputeStatus.OFFERED else []


def _may_agree(found: Dispute, order: Order) -> bool:
    """Say whether the seller's word for the centre is wanted: where the buyer wants more than is the seller's own."""
    if found.status == DisputeStatus.WITH_CENTRE:
        return found.answered_at is None
    return found.status == DisputeStatus.OPEN and services.own_part(order) < found.wanted


def _table(order: tuple[str, ...]) -> Table[Dispute, Card]:
    return Table(
        name="disputes",
        columns=(
            Column("number", _("Dispute"), lambda card: card.dispute.number, Kind.CODE, sort="number"),
            Column("order", _("Order"), lambda card: card.order.number, Kind.CODE),
            Column("kind", _("What is wrong"), lambda card: DisputeKind(card.dispute.kind).label),
            Column("wanted", _("Wanted back"), lambda card: card.wanted, Kind.MONEY, sort="wanted_minor"),
            Column("opened", _("Said on"), lambda card: card.dispute.created_at, Kind.DATETIME, sheet_only=True),
            Column("due", _("Answer by"), lambda card: card.due, Kind.DATETIME, sort="answer_by"),
            Column(
                "status",
                _("State"),
                lambda card: card.status,
                Kind.BADGE,
                sort="status",
                tone=_tone,
            ),
            Column("decided", _("Given back"), lambda card: card.dispute.decided, Kind.MONEY, sheet_only=True),
            Column("ended", _("Over on"), lambda card: card.dispute.ended_at, Kind.DATETIME, sheet_only=True),
        ),
        present=_cards,
        order=order,
        empty=Empty(_("No disputes"), _("What buyers say is wrong with an order stands here, with what became of it.")),
        url=lambda card: _url(card.dispute),
    )


def _tone(card: Card) -> str:
    return TONES[card.status]


def _cards(rows: Sequence[Dispute]) -> list[Card]:
    orders = Order.objects.in_bulk({row.order_id for row in rows})
    return [Card(row, orders[row.order_id]) for row in rows]
