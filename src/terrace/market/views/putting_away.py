"""The page on which a packer says how goods are that came back beside any dispute."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _, one_by_one
from terrace.market import queries, services
from terrace.market.domain import Permission, ReturnState
from terrace.market.forms.settling import PutAwayForm, SentBackForm


@needs(Permission.PACK, Permission.SELL, or_party=True)
def put_away(request: Request, number: str) -> HttpResponse:
    """Say how goods are that came back, also when the order is over."""
    order = queries.get_sale(request.actor, number)
    if not queries.may_pack(request.actor, order):
        raise Forbidden
    brought = queries.parcels_to_put_away(order)
    if not brought:
        raise services.NothingCameBack
    form = (PutAwayForm if queries.parcels_brought_back(order) else SentBackForm)(
        pages.sent(request), initial={"version": order.version}
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            state, version = ReturnState(form.values["state"]), form.values["version"]
            services.put_away(by=request.actor, order=order, state=state, version=version)
            return redirect("market:sale", order.number)
    lead = _("Parcel %(parcels)s of order %(number)s. Sound goods go into their lots again; it moves no money.")
    context = {
        "title": _("The goods came back"),
        "lead": lead % {"parcels": one_by_one(row.parcel.number for row in brought), "number": order.number},
        "form": form,
        "submit_label": _("Put them away"),
        "cancel_url": reverse("market:sale", args=[order.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
