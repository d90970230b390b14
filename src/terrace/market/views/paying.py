"""What a buyer sees of a payment: where it is made, what the books say of it, and the provider's notices coming in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from terrace.http import pages, written
from terrace.http.access import public
from terrace.http.forms import ActForm
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _
from terrace.market import gateways, services
from terrace.market.domain import Answer, PaymentStatus, Provider
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
    status, in_vain = PaymentStatus(found.status), told_of_try(found)
    context: dict[str, Any] = {
        "title": _("Thank you for your order") if status is PaymentStatus.PAID else _("Your payment"),
        "payment": found,
        "status_label": status.label,
        "tone": TONES[status],
        "told": _told(found),
        "is_waiting": status is PaymentStatus.WAITING,
        "came_back": "back" in request.GET and status is PaymentStatus.WAITING and not in_vain,
        "in_vain": in_vain,
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


def _told(found: Payment) -> Text:
    """Return what became of a payment, "" while it is waited for; of one that ended, also what came beside it."""
    status = PaymentStatus(found.status)
    if status in (PaymentStatus.EXPIRED, PaymentStatus.CANCELLED) and (back := buying.going_back(found)):
        told = _(
            "This was not paid. %(amount)s came instead of what was to be paid, and goes back to you the same way."
        )
        return told % {"amount": written.money(back)}
    return TOLD.get(status, "")


def told_of_try(found: Payment) -> Text:
    """Return what became of the last try of a payment that is still waited for, "" while nothing bad is known of it."""
    said = buying.last_try(found) if found.status == PaymentStatus.WAITING else None
    if said is None or said.amount is None:
        return ""
    if said.answer == Answer.NOT_PAID:
        return _(
            "Nothing was paid: it was refused or broken off. As long as the goods wait for you, you can pay again."
        )
    told = _(
        "%(amount)s came, which is not what was to be paid: it goes back to you. "
        "As long as the goods wait for you, you can pay again."
    )
    return told % {"amount": written.money(said.amount)}


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
