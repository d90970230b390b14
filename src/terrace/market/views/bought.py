"""The buyer's orders: one by its link, one by number and phone, all of a buyer that somebody speaks for."""

from typing import Any

from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from terrace.accounts import queries as accounts
from terrace.http import listing, pages
from terrace.http.access import public, signed_in
from terrace.http.forms import ActForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Text, _
from terrace.logistics.domain import ParcelStatus
from terrace.market import services
from terrace.market.domain import OrderStatus
from terrace.market.forms.buying import FindOrderForm, OrderFilter
from terrace.market.models import Order
from terrace.market.queries import buying
from terrace.market.queries.disputes import disputes_of, is_decided, open_dispute_of
from terrace.market.queries.own import claimable
from terrace.market.queries.packing import packed_of, parcels_of
from terrace.market.queries.recalls import recalls_of
from terrace.market.queries.selling import may_take_back
from terrace.market.services.links import look_path, may_act_by, payment_path
from terrace.market.views.cards import BoughtCard, bought_cards, steps_of
from terrace.market.views.paying import told_of_try
from terrace.market.views.reviewing import review_ways
from terrace.registry import queries as registry
from terrace.traceability import queries as lots
from terrace.traceability.domain import link_path

FIND, SEND_LINK = "find_order", "send_order_link"
"""Their limits stand in ACCOUNT_RATE_LIMITS: for one visitor, and for one order."""


@never_cache
@public
def order(request: Request, number: str, signs: str) -> HttpResponse:
    """Show an order to whoever has its link; who opened it by number and phone looks, and lets the link be sent."""
    found = buying.get_order(number)
    may_act = may_act_by(found, signs)
    card = bought_cards([found])[0]
    context: dict[str, Any] = {
        "title": _("Order %(number)s") % {"number": found.number},
        "card": card,
        "order": found,
        "steps": steps_of(found),
        "recalls": recalls_of(found),
        "phone": show_phone(found.phone, current().region),
        "in_vain": told_of_try(found.payment),
        "primary": _next_act(found, signs) if may_act else None,
        "can_do": _can_do(found, signs) if may_act else [],
        "parcels": _parcels(found),
        "traces": _traces(found),
        "reviews": review_ways(found, signs) if may_act else [],
        "ask_link": None if may_act or not found.phone else ActForm(),
        "was_sent": "sent" in request.GET,
        "link_url": reverse("market:order_link", args=[number, signs]),
        "last_digits": found.phone[-4:],
    }
    return pages.render(request, "market/order.html", context)


@require_POST
@never_cache
@public
def send_link(request: Request, number: str, signs: str) -> HttpResponse:
    """Send the order's link to its phone: who has that phone acts for the buyer. A few times an hour, then no more."""
    found = buying.get_order(number)
    may_act_by(found, signs)
    if not ratelimit.consume(request, action=SEND_LINK, key=found.number):
        return render(request, "429.html", status=429)
    services.send_order_link(order=found)
    return redirect(f"{look_path(found)}?sent=1")


@never_cache
@public
def find(request: Request) -> HttpResponse:
    """Open an order by its number and phone. Tries are limited, and a wrong one says nothing of what was wrong."""
    form = FindOrderForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        number = form.values["number"].strip().upper()
        if not ratelimit.consume(request, action=FIND, key=number):
            return render(request, "429.html", status=429)
        found = buying.find_order(number, form.values["phone"])
        if found is not None:
            return redirect(look_path(found))
        form.add_error(None, _("There is no order with this number and this phone."))
    context = {
        "title": _("Find your order"),
        "lead": _("Enter the number of the order and the phone that you gave with it."),
        "form": form,
        "submit_label": _("Show the order"),
        "mine": reverse("market:orders_mine") if request.actor.person_id else "",
        "join": "" if request.actor.is_known else reverse("accounts:join"),
    }
    return pages.render(request, "market/find_order.html", context, status=pages.form_status(request))


@signed_in
def mine(request: Request) -> HttpResponse:
    """List what the reader bought, alone or for the buyers that they speak for, the youngest first."""
    form = OrderFilter(request.GET)
    rows = form.narrow(buying.orders_bought_by(request.actor))
    person_id = request.actor.person_id
    context = {
        "title": _("My orders"),
        "lead": _("What you ordered, for yourself or for the buyers that you speak for."),
        "actions": [{"url": reverse("market:addresses"), "label": _("My addresses"), "icon": "map-pin"}],
        "claimable": claimable(request.actor).count(),
        "may_prove": person_id is not None and not accounts.proven_phone(person_id),
    }
    return listing.answer(request, "market/orders_mine.html", _table(), rows, form, context)


def _next_act(found: Order, signs: str) -> dict[str, object] | None:
    """Return the one thing that the order waits for from its buyer: to pay, to go on with a dispute, or to confirm."""
    if open_dispute_of(found.pk) is not None:
        url = reverse("market:order_dispute", args=[found.number, signs])
        return {"url": url, "label": _("See how the dispute stands"), "icon": "message"}
    if found.status == OrderStatus.PLACED:
        return {"url": payment_path(found.payment), "label": _("Pay"), "icon": "credit-card"}
    if found.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED):
        url = reverse("market:order_confirm", args=[found.number, signs])
        return {"url": url, "label": _("I have the goods, all is well"), "icon": "check"}
    return None


def _parcels(found: Order) -> list[dict[str, object]]:
    """Return the parcels of an order with carrier and waybill: what the buyer asks the carrier by."""
    parcels = [parcel for _row, parcel in parcels_of([found]).get(found.pk, [])]
    carriers = registry.parties_by_id({parcel.carrier_id for parcel in parcels if parcel.carrier_id})
    return [
        {
            "number": parcel.number,
            "status": ParcelStatus(parcel.status).label,
            "carrier": carriers[parcel.carrier_id].name if parcel.carrier_id else "",
            "waybill": parcel.waybill,
        }
        for parcel in parcels
    ]


def _traces(found: Order) -> list[dict[str, object]]:
    """Return the ways to the pages of the lots that were packed: who grew them, and who got what of the price."""
    packed = lots.lots_by_id(row.lot_id for row in packed_of(found) if row.lot_id)
    told = _("Who grew lot %(lot)s, and where the money went")
    return [
        {"url": link_path(lot.gtin, lot.number), "label": told % {"lot": lot.number}}
        for _pk, lot in sorted(packed.items())
    ]


def _can_do(found: Order, signs: str) -> list[dict[str, object]]:
    """Return what the buyer can do with the order as it stands."""
    status, where = OrderStatus(found.status), [found.number, signs]
    can: list[tuple[str, Text]] = []
    if may_take_back(found, clock.now()):
        can.append(("market:order_cancel", _("Cancel the order")))
    known, may_ask = disputes_of(found), status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    if known:
        can.append(("market:order_dispute", _("What became of the dispute")))
    elif may_ask:
        can.append(("market:order_dispute", _("Something is wrong")))
    ways: list[dict[str, object]] = [{"url": reverse(route, args=where), "label": label} for route, label in can]
    if known and may_ask and open_dispute_of(found.pk) is None and not is_decided(found):
        again = f"{reverse('market:order_dispute', args=where)}?again=1"
        ways.append({"url": again, "label": _("Something else is wrong")})
    return ways


def _table() -> Table[Order, BoughtCard]:
    return Table(
        name="my-orders",
        columns=(
            Column("number", _("Order"), lambda card: card.order.number, Kind.CODE),
            Column("at", _("Ordered"), lambda card: card.order.created_at, Kind.DATETIME, sort="created_at"),
            Column("goods", _("Goods"), lambda card: card.goods, Kind.PROSE),
            Column("seller", _("Seller"), lambda card: card.seller),
            Column("total", _("Total"), lambda card: card.order.total, Kind.MONEY, sort="total_minor"),
            Column(
                "status",
                _("State"),
                lambda card: card.status_label,
                Kind.BADGE,
                sort="status",
                tone=lambda card: card.tone,
            ),
        ),
        present=bought_cards,
        order=("-id",),
        empty=Empty(
            _("No orders yet"),
            _("What you order stands here, for yourself or for a buyer that you speak for."),
            reverse("market:market"),
            _("Go to the market"),
        ),
        url=lambda card: card.url,
    )
