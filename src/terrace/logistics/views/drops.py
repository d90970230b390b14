"""The keeper's page at a hand-over: what the tour brought, all of it here unless something is said of a piece."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.words import Text, _, plural
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, Permission
from terrace.logistics.domain.drops import Dropped
from terrace.logistics.forms.drops import DropForm
from terrace.logistics.models import DropReceipt, Load, Stop
from terrace.logistics.views.riders import Rider
from terrace.network import queries as network

USUAL = {ParcelStatus.MISSING: Dropped.MISSING, ParcelStatus.DAMAGED: Dropped.DAMAGED}


@needs(Permission.HANDLE)
def confirm(request: Request, stop_id: int) -> HttpResponse:
    """Confirm what a tour brought to a stop."""
    stop = queries.get_drop(request.actor, stop_id)
    loads = queries.brought_to(stop)
    form = DropForm(pages.sent(request), pieces=[_piece(load) for load in loads])
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            missing, damaged = form.said(Dropped.MISSING), form.said(Dropped.DAMAGED)
            note = form.values["note"]
            receipt = services.confirm_drop(by=request.actor, stop=stop, missing=missing, damaged=damaged, note=note)
            messages.success(request, said_of(receipt))
            return redirect(_desk(stop))
    context = {
        "title": _title(loads),
        "lead": _("By tour %(tour)s. Change what is missing or damaged, then confirm; the driver sees it.")
        % {"tour": stop.tour.number},
        "form": form,
        "submit_label": _("Confirm"),
        "cancel_url": _desk(stop),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def said_of(receipt: DropReceipt) -> str:
    """Return what a keeper confirmed in words."""
    told: list[Text] = [_("%(arrived)d of %(expected)d here") % _counts(receipt)]
    if receipt.missing:
        told.append(_("%(missing)d missing") % _counts(receipt))
    if receipt.damaged:
        told.append(_("%(damaged)d damaged") % _counts(receipt))
    return ", ".join(str(one) for one in told)


def _counts(receipt: DropReceipt) -> dict[str, int]:
    return {name: getattr(receipt, name) for name in ("arrived", "expected", "missing", "damaged")}


def _title(loads: Sequence[Load]) -> Text:
    told = plural("Is this %(count)d piece here?", "Are these %(count)d pieces here?", len(loads))
    return told % {"count": len(loads)} if loads else _("Nothing was brought")


def _piece(load: Load) -> tuple[str, str, Dropped]:
    """Return a piece: its number, what it is called, and what is known of it already."""
    rider = Rider(load)
    status = load.parcel.status if load.parcel else ""
    usual = next((said for known, said in USUAL.items() if known == status), Dropped.HERE)
    return rider.number, f"{rider.number} · {rider.kind} · {written.quantity(rider.weight)}", usual


def _desk(stop: Stop) -> str:
    unit = network.units_by_id([stop.unit_id])[stop.unit_id]
    return f"{reverse('logistics:desk')}?{urlencode({'unit': unit.number})}"
