"""The pages of purchases: the list, one of them with its receipt, voiding, paying what is owed."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.audit import queries as audit
from terrace.http import listing, pages, typeset, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.pieces import Event
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _
from terrace.registry import queries as registry
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.purchases import PurchaseFilter, VoidForm
from terrace.sourcing.models import Purchase
from terrace.sourcing.views import losses, receipts
from terrace.sourcing.views.areas import own_areas
from terrace.sourcing.views.bought import NEW, TONES, Bought, cards_of, table, why_owed
from terrace.sourcing.views.mandates import firms_of
from terrace.traceability.domain import Permission as Lots


@needs(Permission.VIEW, or_party=True, or_own=True)
def purchases(request: Request) -> HttpResponse:
    """List the purchases that the reader sees, with what they come to."""
    actor = request.actor
    areas = own_areas(actor, request.GET.get("area", "")) if actor.holds(Permission.VIEW) else []
    form = PurchaseFilter(request.GET, actor=actor, areas=areas)
    rows = form.narrow(queries.purchases_visible_to(actor))
    context = {
        "title": _("Purchases"),
        "lead": _("What was weighed, what it brought, and what is still to be paid."),
        "primary": {"url": reverse(NEW), "label": _("Weigh and buy"), "icon": "scale"}
        if actor.holds(Permission.PURCHASE)
        else None,
        "actions": [{"url": reverse("sourcing:mandates"), "label": _("Mandates to buy"), "icon": "notes"}]
        if actor.holds(Permission.VIEW) or firms_of(actor)
        else [],
        "tabs": _days(request),
        "tabs_label": _("Days"),
        "figures": _figures(queries.sum_of_purchases(rows)),
    }
    return listing.answer(request, "sourcing/purchases.html", table(actor), rows, form, context)


@needs(Permission.VIEW, or_party=True, or_own=True)
def purchase(request: Request, number: str) -> HttpResponse:
    """Show one purchase: what the scales said, what it came to, what is paid, and what to print."""
    found = queries.get_purchase(request.actor, number)
    card = cards_of(request.actor, [found])[0]
    may_buy = request.actor.may(Permission.PURCHASE, found.area_path)
    context = {
        "title": card.goods.title,
        "card": card,
        "tone": TONES[card.state],
        "breadcrumb": [(_("Purchases"), reverse("sourcing:purchases")), (found.number, "")],
        "weights": _weights(card),
        "money": _money(card),
        "facts": _facts(request.actor, card),
        "why": why_owed(card) if found.owed else "",
        "losses": losses.told(found, may_bear=request.actor.speaks_for(found.buyer_id)),
        "primary": _print(found),
        "actions": _actions(request, found, may_buy),
        "history": _history(found) if request.actor.may(Permission.VIEW, found.area_path) else [],
    }
    return pages.render(request, "sourcing/purchase.html", context)


@needs(Permission.VIEW, or_party=True, or_own=True)
def receipt(request: Request, number: str) -> HttpResponse:
    """Typeset the receipt that the producer takes home."""
    found = queries.get_purchase(request.actor, number)
    card = cards_of(request.actor, [found])[0]
    return typeset.answer(f"receipt-{found.number}", "sourcing/receipt.typ", receipts.of(card))


@needs(Permission.PURCHASE)
def void(request: Request, number: str) -> HttpResponse:
    """Ask why, then take the purchase back."""
    found = queries.get_purchase(request.actor, number)
    request.actor.require(Permission.PURCHASE, found.area_path)
    form = VoidForm(pages.sent(request))
    question = Question(
        title=_("Void this purchase?"),
        text=_(
            "The lot goes, the money returns to the buyer, and the producer's supply is open again. "
            "The purchase stays in the books as void."
        ),
        submit_label=_("Void the purchase"),
        cancel_url=_url(found),
    )

    def act() -> None:
        services.void_purchase(by=request.actor, purchase=found, reason=form.values["reason"])

    return confirm(request, question, act, form=form)


@needs(Permission.PURCHASE, or_party=True)
def pay(request: Request, number: str) -> HttpResponse:
    """Ask once, then pay from the buyer's account what is owed, or what of it is for goods that are gone."""
    found = queries.get_purchase(request.actor, number)
    if not services.may_pay(request.actor, found):
        raise Forbidden
    card = cards_of(request.actor, [found])[0]
    told = {"amount": written.money(queries.to_pay(found)), "buyer": card.buyer, "producer": card.producer}
    question = Question(
        title=_("Pay now?"),
        text=_("%(amount)s move from the account of %(buyer)s to the account of %(producer)s.") % told,
        submit_label=_("Pay"),
        cancel_url=_url(found),
    )
    return confirm(request, question, partial(services.pay_purchase, by=request.actor, purchase=found))


def _days(request: Request) -> list[dict[str, object]]:
    """Offer today's purchases beside all."""
    today, url = clock.today().isoformat(), reverse("sourcing:purchases")
    is_today = request.GET.get("first") == request.GET.get("last") == today
    return [
        {"label": _("Today"), "url": f"{url}?first={today}&last={today}", "active": is_today},
        {"label": _("All days"), "url": url, "active": not is_today and "first" not in request.GET},
    ]


def _figures(sums: queries.Bought) -> list[dict[str, object]]:
    """What the rows of the list come to, all pages of it."""
    return [
        {"label": _("Purchases"), "number": written.number(sums.count)},
        {"label": _("Amount"), "number": written.round_money(sums.amount)},
        {"label": _("Above the market price"), "number": written.round_money(sums.above)},
        {"label": _("Still to be paid"), "number": written.round_money(sums.owed)},
    ]


def _weights(card: Bought) -> list[tuple[Text, str, Any]]:
    """What the scales said; a line only for what there is."""
    found = card.purchase
    lines: list[tuple[Text, str, Any]] = []
    if found.weighing.gross is not None:
        lines += [(_("Gross"), "quantity", found.weighing.gross), (_("Tare"), "quantity", found.weighing.tare)]
    lines.append((_("Net weight") if lines else _("Quantity"), "quantity", found.net))
    if found.moisture:
        lines += [
            (_("Moisture"), "text", receipts.percent(found.moisture.measured)),
            (_("Price is for"), "text", receipts.percent(found.moisture.standard)),
            (_("Paid weight"), "quantity", found.payable),
        ]
    return lines


def _money(card: Bought) -> list[tuple[Text, str, Any]]:
    found, one = card.purchase, Unit(card.purchase.measure).one
    reference = (found.reference_price, one) if found.reference_price else None
    return [
        (_("Price"), "price", (found.price, one)),
        (_("Reference price"), "price", reference),
        (_("Above the market price"), "money", found.premium),
        (_("Amount"), "money", found.amount),
        (_("Paid"), "money", found.paid),
        *([(_("Lost before it was sold"), "money", found.lost)] if found.lost else []),
        (_("Still to be paid"), "money", found.owed),
    ]


def _facts(actor: Actor, card: Bought) -> list[tuple[Text, str, Any]]:
    found = card.purchase
    known = {party.pk: party for party in registry.visible_to(actor).filter(pk__in=[found.producer_id, found.buyer_id])}

    def whom(party_id: int, name: str) -> tuple[str, Any]:
        party = known.get(party_id)
        return ("link", (name, reverse("registry:party", args=[party.number]))) if party else ("text", name)

    return [
        (_("Producer"), *whom(found.producer_id, card.producer)),
        (_("Bought by"), *whom(found.buyer_id, card.buyer)),
        (_("Weighed at"), "names", receipts.unit_of(found).names),
        (_("Weighed by"), "text", receipts.weigher_of(found)),
        (_("When"), "datetime", found.purchased_at),
        (_("Lot"), *_lot(actor, found)),
        (_("Number"), "text", found.number),
        *([(_("Voided because"), "text", found.void_reason)] if found.is_void else []),
    ]


def _lot(actor: Actor, found: Purchase) -> tuple[str, Any]:
    """Return the lot that it became, with the way to its page for who may open that."""
    number = receipts.lot_of(found).number
    seen = actor.may(Lots.VIEW, found.area_path) or actor.own_parties & {found.producer_id, found.buyer_id}
    return ("link", (number, reverse("traceability:lot", args=[number]))) if seen else ("text", number)


def _print(found: Purchase) -> dict[str, object] | None:
    if found.is_void:
        return None
    return {"url": reverse("sourcing:purchase_receipt", args=[found.number]), "label": _("Receipt"), "icon": "printer"}


def _actions(request: Request, found: Purchase, may_buy: bool) -> list[dict[str, object]]:
    """What else may be done: the lot's label, paying what is owed, voiding on the same day."""
    args = [found.number]
    actions: list[dict[str, object]] = []
    if found.is_void:
        return actions
    if may_buy:
        url = reverse("traceability:label", args=[receipts.lot_of(found).number])
        actions.append({"url": url, "label": _("Label of the lot"), "icon": "tag"})
    if found.owed and services.may_pay(request.actor, found):
        actions.append({"url": reverse("sourcing:purchase_pay", args=args), "label": _("Pay now"), "icon": "coin"})
    if may_buy and clock.today(found.purchased_at) == clock.today():
        actions.append({"url": reverse("sourcing:purchase_void", args=args), "label": _("Void"), "icon": "x"})
    return actions


def _history(found: Purchase) -> list[Event]:
    return [Event(act.at, act.title, act.who) for act in audit.history_of(found)]


def _url(found: Purchase) -> str:
    return reverse("sourcing:purchase", args=[found.number])
