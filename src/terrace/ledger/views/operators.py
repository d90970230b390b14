"""Who runs a service unit, and so gets what it has earned."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.ledger import queries, services
from terrace.ledger.domain import AccountKind, Permission
from terrace.ledger.forms import OperatorForm
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.models import Party

MOST_SUGGESTED = 150
NOBODY = _("There is nobody with this name or number in your area.")


@needs(Permission.PAY)
def operator(request: Request, number: str) -> HttpResponse:
    """Say who runs the unit whose account it is: what it earns is paid out to that party's bank account."""
    account = queries.get_account(request.actor, number)
    if account.unit_id is None or account.kind != AccountKind.UNIT:
        raise NotFound
    unit = network.units_by_id([account.unit_id])[account.unit_id]
    request.actor.require(Permission.PAY, unit.area_path)
    present = queries.operator_of(account)
    near = _near(request.actor, unit)
    named = [(party.number, party.name) for party in near]
    form = OperatorForm(pages.sent(request), suggestions=named, initial={"party": present.number if present else ""})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            party = None
            if wanted := form.values["party"].strip():
                party = _meant(request.actor, near, wanted)
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


def _near(actor: Actor, unit: ServiceUnit) -> list[Party]:
    """Return who may well run the unit: the county's firms, and the households of its own area that the actor sees."""
    firms = registry.buying_in(network.place(unit.area_id).county_code or "")
    homes = registry.visible_to(actor).filter(within([unit.area_path]), kind=Kind.HOUSEHOLD, is_active=True)
    return [*firms[:MOST_SUGGESTED], *homes.order_by("name", "pk")[:MOST_SUGGESTED]]


def _meant(actor: Actor, near: list[Party], wanted: str) -> Party:
    """Return the party with this number, or the only one near the unit with this name; raise `NotFound`."""
    called = [party for party in near if party.name == wanted]
    if len(called) == 1:
        return called[0]
    found = registry.find_party(actor, wanted)
    if found is None:
        problem = _("Several have this name: choose one by its number.") if called else NOBODY
        raise NotFound(problem, field="party")
    return found
