"""The sandbox provider's cashier: it looks and behaves like a provider's own page, and moves no money."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from terrace.http import pages
from terrace.http.access import public
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.market import gateways, services
from terrace.market.domain import Provider
from terrace.market.forms.sandbox import CashierForm
from terrace.market.models import ChargeState
from terrace.market.queries.sandbox import get_charge


@never_cache
@public
def cashier(request: Request, reference: str) -> HttpResponse:
    """Let the buyer pay or refuse, and choose what becomes of the notice to the shop; then lead back to the shop."""
    if Provider.SANDBOX not in gateways.open_providers():
        raise NotFound
    charge = get_charge(reference)
    form = CashierForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            pays = request.POST.get("answer") == "pay"
            services.decide_charge(reference=reference, pays=pays, sending=form.sends())
            return redirect(charge.return_url)
    context = {
        "title": _("Sandbox cashier"),
        "charge": charge,
        "form": form,
        "is_open": charge.state == ChargeState.OPEN,
    }
    return pages.render(request, "market/sandbox.html", context, status=pages.form_status(request))
