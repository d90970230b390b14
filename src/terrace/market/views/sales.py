"""Selling: what waits, the list of orders, and one order as who sold it sees it."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from terrace.audit import queries as audit
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.listing import Empty
from terrace.http.pieces import Event, Todo
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.market import queries
from terrace.market.domain import OrderStatus, Permission
from terrace.market.forms.sales import NoFilter, SaleFilter
from terrace.market.models import Order
from terrace.market.views import sale_cards
from terrace.market.views.sale_acts import acts_of
from terrace.market.views.sale_facts import goods_of, money_of, notes_of, parcels_of, recipient_of


@needs(Permission.VIEW, or_own=True)
def sell(request: Request) -> HttpResponse:
    """Open on what a seller does next: pack, ship, answer; what is late first. Who only looks on gets the list."""
    if not (request.actor.parties or request.actor.holds(Permission.SELL) or request.actor.holds(Permission.PACK)):
        return redirect("market:sales")
    now = clock.now()
    waiting = queries.sales_visible_to(request.actor).filter(queries.packable_by(request.actor))
    todo = _todo(request.actor, now)
    context = {
        "title": _("Selling"),
        "lead": _("What buyers wait for, the longest first."),
        "primary": _next(request.actor, now),
        "actions": [{"url": reverse("market:sales"), "label": _("All orders"), "icon": "list"}],
        "todo": todo,
    }
    rows = waiting.filter(status__in=queries.LATE)
    table = sale_cards.table(request.actor, now, begin=_nothing_waits(), order=("paid_at", "id"), name="to-pack")
    return listing.answer(request, "market/sell.html", table, rows, NoFilter(request.GET), context)


@needs(Permission.VIEW, or_own=True)
def sales(request: Request) -> HttpResponse:
    """List the orders of the sellers that the actor looks after, the newest first."""
    now = clock.now()
    form = SaleFilter(request.GET)
    context = {"title": _("Orders"), "lead": _("What was bought of the sellers here, and how far it has come.")}
    rows = form.narrow(request.actor, queries.sales_visible_to(request.actor), now)
    table = sale_cards.table(request.actor, now, begin=_no_orders())
    return listing.answer(request, "pages/list.html", table, rows, form, context)


@needs(Permission.VIEW, or_own=True)
def sale(request: Request, number: str) -> HttpResponse:
    """Show one order to who sold it, packs it or looks after it."""
    order = queries.get_sale(request.actor, number)
    status, now = OrderStatus(order.status), clock.now()
    primary, actions = acts_of(request.actor, order)
    context = {
        "title": _("Order %(number)s") % {"number": order.number},
        "breadcrumb": [(_("Selling"), reverse("market:sell")), (order.number, "")],
        "primary": primary,
        "actions": actions,
        "order": order,
        "tone": sale_cards.TONES[status],
        "status_label": status.label,
        "late": queries.is_late(order, now),
        "notes": notes_of(request.actor, order),
        "money": money_of(request.actor, order),
        "recipient": recipient_of(request.actor, order),
        "lines": goods_of(queries.lines_of([order.pk]).get(order.pk, []), order.currency),
        "parcels": parcels_of(request.actor, order),
        "history": _history(order) if request.actor.may(Permission.VIEW, order.area_path) else [],
    }
    return pages.render(request, "market/sale.html", context)


def _history(order: Order) -> list[Event]:
    return [Event(act.at, act.title, act.who) for act in audit.history_of(order)]


def _todo(actor: Actor, now: datetime) -> list[Todo]:
    mine = queries.sales_visible_to(actor).filter(queries.packable_by(actor))
    counts = queries.counts_by_status(mine.filter(status__in=queries.LATE))
    late = mine.filter(status__in=queries.LATE, paid_at__lt=queries.late_before(now)).count()
    disputes = queries.counts_by_status(queries.disputes_with_seller(actor))
    asked, sent_back = disputes.get("open", 0), disputes.get("returning", 0)
    packed = counts.get("packed", 0)
    back = queries.orders_brought_back(actor).count()
    found = [
        Todo(_("Late: pack and ship these first"), _list_url(late="on"), "alert-triangle", count=late),
        Todo(_("Answer buyers"), _disputes_url("open"), "message", count=asked),
        Todo(_("Pack orders"), reverse("market:pack_list"), "package", count=counts.get("paid", 0)),
        Todo(_("Hand packed orders to the carrier"), _list_url(status="packed"), "truck", count=packed),
        Todo(_("Take in what buyers send back"), _disputes_url("returning"), "arrow-left", count=sent_back),
        Todo(_("Put away goods that came back"), _list_url(back="on"), "arrows-exchange", count=back),
    ]
    return [one for one in found if one.count]


def _next(actor: Actor, now: datetime) -> dict[str, object] | None:
    """Return the one thing to do: the order that has waited longest."""
    mine = queries.sales_visible_to(actor).filter(queries.packable_by(actor), status__in=queries.LATE)
    oldest = mine.order_by("paid_at", "id").first()
    act = acts_of(actor, oldest)[0] if oldest else None
    return {**act, "label": _("Begin with the oldest")} if act else None


def _disputes_url(status: str) -> str:
    return f"{reverse('market:disputes')}?{urlencode({'status': status})}"


def _list_url(**filters: str) -> str:
    return f"{reverse('market:sales')}?{urlencode(filters)}"


def _nothing_waits() -> Empty:
    return Empty(
        _("Nothing to pack"),
        _("An order stands here as soon as its buyer has paid."),
        reverse("market:sales"),
        _("All orders"),
    )


def _no_orders() -> Empty:
    return Empty(_("No orders yet"), _("What is bought of the sellers here stands in this list."))
