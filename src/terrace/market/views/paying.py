"""What a buyer sees of a payment: where it is made, what the books say of it, and the provider's notices coming in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from terrace.http import pages
from terrace.http.access import public
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.market import gateways, services
from terrace.market.domain import PaymentStatus, Provider
from terrace.market.models import Payment
from terrace.market.queries import buying
from terrace.market.services.links import payment_path, require_signature, signature
from terrace.market.views.cards import bought_cards

LARGEST_NOTICE = 10_000
TONES = {
    PaymentStatus.WAITING: "info",
    PaymentStatus.PAID: "good",
    PaymentStatus.EXPIRED: "warn",
    PaymentStatus.CANCELLED: "neutral",
    PaymentStatus.GIVEN_BACK: "warn",
}
TOLD: dict[PaymentStatus, Text] = {
    PaymentStatus.PAID: _("Your payment has come. The sellers pack now."),
    PaymentStatus.EXPIRED: _("No payment came in time, so the goods are for others again. Nothing was charged."),
    PaymentStatus.CANCELLED: _("This was cancelled before it was paid. Nothing was charged."),
    PaymentStatus.GIVEN_BACK: _("Your payment came after the order had ended. It goes back to you the same way."),
}


@never_cache
@public
def payment(request: Request, number: str, signs: str) -> HttpResponse:
    """Show a payment with its orders, and the way to pay: what the page says is what the books say."""
    found = _payment(number, signs)
    if request.method == "POST" and found.status == PaymentStatus.WAITING and found.provider != Provider.BANK:
        return _to_provider(request, found)
    status = PaymentStatus(found.status)
    came_back = "back" in request.GET and status is PaymentStatus.WAITING
    context: dict[str, Any] = {
        "title": _("Thank you for your order") if status is PaymentStatus.PAID else _("Your payment"),
        "payment": found,
        "status_label": status.label,
        "tone": TONES[status],
        "told": TOLD.get(status, ""),
        "is_waiting": status is PaymentStatus.WAITING,
        "came_back": came_back,
        "is_bank": found.provider == Provider.BANK,
        "bank_details": gateways.bank_details(),
        "cards": bought_cards(buying.orders_of(found)),
        "form": ActForm(),
        "is_late": found.pay_by < clock.now(),
    }
    return pages.render(request, "market/payment.html", context)


@csrf_exempt
@require_POST
@public
def notice(request: Request, provider: str) -> HttpResponse:
    """Take a provider's notice: its signature is the proof, so no session and no token is asked for.

    Answered with 200 once it stands in the books, whatever it says, so that the
    provider does not repeat it; with 404 for a provider that this house has not.
    """
    if provider not in (known.value for known in gateways.open_providers()) or provider == Provider.BANK:
        raise NotFound
    if len(request.body) > LARGEST_NOTICE:
        return HttpResponse(status=413)
    services.take_notice(provider=Provider(provider), headers=request.headers, body=request.body)
    return HttpResponse("ok", content_type="text/plain")


def _to_provider(request: Request, found: Payment) -> HttpResponse:
    back = request.build_absolute_uri(f"{payment_path(found)}?back=1")
    return redirect(services.start_payment(payment=found, return_url=back))


def _payment(number: str, signs: str) -> Payment:
    found = buying.get_payment(number)
    require_signature(found.reference, signs)
    return found


def link_of(found: Payment) -> str:
    """Return the path of a payment's page."""
    return reverse("market:payment", args=[found.number, signature(found.reference)])
