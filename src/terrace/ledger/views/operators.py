"""Who runs a service unit, and so gets what it has earned."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.ledger import queries, services
from terrace.ledger.domain import Permission
from terrace.ledger.forms import OperatorForm
from terrace.network import queries as network
from terrace.registry import queries as registry


@needs(Permission.PAY)
def operator(request: Request, number: str) -> HttpResponse:
    """Say who runs the unit whose account it is: what it earns is paid out to that party's bank account."""
    account = queries.get_account(request.actor, number)
    if account.unit_id is None:
        raise NotFound
    unit = network.units_by_id([account.unit_id])[account.unit_id]
    request.actor.require(Permission.PAY, unit.area_path)
    present = queries.operator_of(account)
    form = OperatorForm(pages.sent(request), initial={"party": present.number if present else ""})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            party = None
            if wanted := form.values["party"].strip():
                party = registry.find_party(request.actor, wanted)
                if party is None:
                    raise NotFound(_("There is no party with this number in your area."), field="party")
            services.set_operator(by=request.actor, unit=unit, party=party)
            return redirect("ledger:account", account.number)
    context = {
        "title": _("Who runs %(unit)s") % {"unit": unit},
        "lead": _("What the unit has earned goes to this account with the next payouts of its area."),
        "form": form,
        "submit_label": _("Save"),
        "cancel_url": reverse("ledger:account", args=[account.number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
