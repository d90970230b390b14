"""Packing and shipping on a phone: what waits, which lots go in, which waybill goes on, the label."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, typeset, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.listing import Empty
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_context
from terrace.logistics.models import Parcel
from terrace.market import queries, services
from terrace.market.domain import OrderStatus, Permission
from terrace.market.domain.packing import WRAPPING_GRAMS
from terrace.market.forms.sales import NoFilter
from terrace.market.forms.settling import LotForm, PackForm, ShipForm
from terrace.market.models import Order
from terrace.market.views import sale_cards
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.traceability.models import Lot

Choices = list[tuple[str, str]]
MOST_NAMED = 20
"""So many lots a packer may name for one order, the last ones."""


@needs(Permission.PACK, Permission.SELL, or_party=True)
def pack_list(request: Request) -> HttpResponse:
    """List what waits to be packed, the longest waiting first."""
    rows = queries.sales_visible_to(request.actor).filter(queries.packable_by(request.actor), status=OrderStatus.PAID)
    oldest = rows.order_by("paid_at", "id").first()
    url = reverse("market:sale_pack", args=[oldest.number]) if oldest else ""
    context = {
        "title": _("To pack"),
        "lead": _("Paid orders, the longest waiting first."),
        "primary": {"url": url, "label": _("Pack the next one"), "icon": "package"} if oldest else None,
    }
    empty = Empty(_("Nothing to pack"), _("An order stands here as soon as its buyer has paid."))
    table = sale_cards.table(
        request.actor, clock.now(), begin=empty, order=("paid_at", "id"), name="pack", to="sale_pack"
    )
    return listing.answer(request, "pages/list.html", table, rows, NoFilter(request.GET), context)


@needs(Permission.PACK, Permission.SELL, or_party=True)
def pack(request: Request, number: str) -> HttpResponse:
    """Pack an order: the oldest lots are proposed, the packer says what it really was."""
    order = _packable(request, number)
    unit_id = _unit_id(request, order)
    other, named = _named_lots(request, order, unit_id)
    stock = queries.stock_for(order, unit_id, [lot.pk for lot in named])
    content = sum(one.line.content.steps for one in stock if Unit(one.line.unit) is not Unit.PIECE)
    weight = Quantity(content + WRAPPING_GRAMS, Unit.KILOGRAM)
    initial = {"version": order.version, "weight": f"{weight.amount.normalize():f}"}
    form = PackForm(pages.sent(request), stock=stock, carriers=_carriers(order, unit_id), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            services.pack_order(
                by=request.actor,
                order=order,
                version=values["version"],
                boxes=form.boxes(),
                carrier_id=int(values["carrier"]) if values["carrier"] else None,
                unit_id=unit_id,
            )
            return redirect("market:sale", order.number)
    context = {
        "title": _("Pack order %(number)s") % {"number": order.number},
        "lead": _("Check the lots on the labels, put the parcel on the scales."),
        "form": form,
        "submit_label": _("Packed"),
        "cancel_url": reverse("market:sale", args=[order.number]),
        "stock": stock,
        "note": order.note,
        "other": other,
        "named": [("lot", lot.number) for lot in named],
    }
    return pages.render(request, "market/pack.html", context, status=pages.form_status(request))


@needs(Permission.PACK, Permission.SELL, or_party=True)
def unpack(request: Request, number: str) -> HttpResponse:
    """Ask once, then take a packed order out of its parcels."""
    order = _packable(request, number)
    question = Question(
        title=_("Unpack order %(number)s?") % {"number": order.number},
        text=_("Its parcels end, and the goods are back in their lots. Then it can be packed again."),
        submit_label=_("Unpack"),
        cancel_url=reverse("market:sale", args=[order.number]),
    )
    return confirm_version(request, order, question, partial(services.unpack_order, by=request.actor, order=order))


@needs(Permission.PACK, Permission.SELL, or_party=True)
def ship(request: Request, number: str) -> HttpResponse:
    """Hand the parcels of an order to the carrier, each with its waybill."""
    order = _packable(request, number)
    parcels = [parcel for _row, parcel in queries.parcels_of([order])[order.pk]]
    form = ShipForm(pages.sent(request), parcels=parcels, initial={"version": order.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            waybills, version = form.waybills, form.values["version"]
            services.ship_order(by=request.actor, order=order, version=version, waybills=waybills)
            return redirect("market:sale", order.number)
    context = {
        "title": _("Ship order %(number)s") % {"number": order.number},
        "lead": _("Scan or type the waybill that the carrier gave each parcel."),
        "form": form,
        "submit_label": _("Handed to the carrier"),
        "cancel_url": reverse("market:sale", args=[order.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.PACK, Permission.SELL, or_party=True)
def parcel_label(request: Request, number: str, parcel: str) -> HttpResponse:
    """Send the label of a parcel: for whom, from whom, its number as a code to scan."""
    order = _packable(request, number)
    found = next((one for _row, one in queries.parcels_of([order])[order.pk] if one.number == parcel), None)
    if found is None:
        raise NotFound
    return typeset.answer(f"parcel-{found.number}", "market/parcel.typ", _label(order, found))


def _packable(request: Request, number: str) -> Order:
    order = queries.get_sale(request.actor, number)
    if not queries.may_pack(request.actor, order):
        raise Forbidden
    return order


def _named_lots(request: Request, order: Order, unit_id: int | None) -> tuple[LotForm | None, list[Lot]]:
    """Return the form that asks for one more lot, and the lots that were named by it so far, the first first.

    None where the seller packs goods that were never in a lot. They stand in the
    address of the page, so the form of the parcels is sent with the same lots.
    """
    form, named = LotForm(request.GET or None), []
    if request.GET and form.is_valid():
        for said in request.GET.getlist("lot")[-MOST_NAMED:]:
            with form.refusals():
                if said.strip():
                    named.append(services.get_lot_for(order=order, said=said, unit_id=unit_id))
    fresh = form if form.errors else LotForm()
    return fresh if unit_id or named else None, list(dict.fromkeys(named))


def _unit_id(request: Request, order: Order) -> int | None:
    """Return where it is packed: the unit of the packer's own post, or the seller's own place."""
    units = queries.packing_units(request.actor, order)
    return units[0].pk if units else None


def _carriers(order: Order, unit_id: int | None) -> Choices:
    """Return the carriers that take parcels where it is packed."""
    known = [(str(carrier.pk), carrier.name) for carrier in queries.carriers_for(order, unit_id)]
    return known if len(known) == 1 else [("", str(_("Decide when it is shipped"))), *known]


def _label(order: Order, parcel: Parcel) -> dict[str, object]:
    seller = registry.parties_by_id([order.seller_id])[order.seller_id]
    origin = network.units_by_id([parcel.from_unit_id])[parcel.from_unit_id]
    weight = Quantity(parcel.weight_grams, Unit.KILOGRAM)
    return {
        "title": str(_("Parcel %(number)s") % {"number": parcel.number}),
        "code": parcel.number,
        "qr": typeset.qr(parcel.number),
        "recipient": parcel.recipient,
        "phone": parcel.phone,
        "region": parcel.region,
        "address": parcel.address,
        "facts": [
            [_("Order"), order.number],
            [_("Weight"), written.quantity(weight)],
            [in_context("of goods", "From"), seller.name],
            [_("Handed in at"), origin.number],
        ],
    }
