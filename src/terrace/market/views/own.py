"""What somebody with an account keeps for the next order: addresses; and earlier orders, claimed by phone."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from terrace.http import pages
from terrace.http.access import signed_in
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.words import _, plural
from terrace.market import services
from terrace.market.forms.buying import AddressForm
from terrace.market.models import Address
from terrace.market.queries.own import addresses_of, get_address
from terrace.market.services.addresses import KEPT
from terrace.market.services.delivery import Delivery


@never_cache
@signed_in
def addresses(request: Request) -> HttpResponse:
    """List the addresses that one keeps, and take a new one."""
    form = AddressForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.keep_address(by=request.actor, given=Delivery(**form.values))
            return redirect("market:addresses")
    context = {
        "title": _("My addresses"),
        "lead": _("Chosen at the checkout with one press. Only you see them, and they go with your account."),
        "addresses": [(one, _phone(one)) for one in addresses_of(request.actor).order_by("-pk")],
        "form": form,
        "submit_label": _("Keep this address"),
    }
    return pages.render(request, "market/addresses.html", context, status=pages.form_status(request))


@never_cache
@signed_in
def address(request: Request, address_id: int) -> HttpResponse:
    """Change an address that one keeps."""
    found = get_address(request.actor, address_id)
    form = AddressForm(
        pages.sent(request), initial={**{name: getattr(found, name) for name in KEPT}, "phone": _phone(found)}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_address(by=request.actor, address=found, given=Delivery(**form.values))
            return redirect("market:addresses")
    context = {
        "title": _("Change an address"),
        "lead": _("Orders that were placed before go where they said."),
        "form": form,
        "cancel_url": reverse("market:addresses"),
    }
    return pages.render(request, "market/buyer_form.html", context, status=pages.form_status(request))


@never_cache
@signed_in
def remove_address(request: Request, address_id: int) -> HttpResponse:
    """Ask once, then keep the address no longer."""
    found = get_address(request.actor, address_id)
    question = Question(
        title=_("Remove this address?"),
        text=f"{found.recipient}, {found.region}, {found.address}",
        submit_label=_("Remove"),
        cancel_url=reverse("market:addresses"),
    )
    return confirm(request, question, partial(services.remove_address, by=request.actor, address=found))


@require_POST
@signed_in
def claim(request: Request) -> HttpResponse:
    """Put the orders that were placed with one's own phone among one's own."""
    count = len(services.claim_orders(by=request.actor))
    told = plural("%(count)d order is among yours now.", "%(count)d orders are among yours now.", count)
    messages.success(request, told % {"count": count})
    return redirect("market:orders_mine")


def _phone(address: Address) -> str:
    return show_phone(address.phone, current().region)
