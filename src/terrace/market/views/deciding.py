"""What the centre does with a dispute: decides it with words for both sides, or grants what the seller agrees to."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _
from terrace.market import queries, services
from terrace.market.domain import Permission
from terrace.market.forms.settling import DecideForm
from terrace.market.models import Dispute
from terrace.market.views.disputes import dispute_form


@needs(Permission.DISPUTES)
def decide(request: Request, number: str) -> HttpResponse:
    """Decide a dispute for the centre, with words for both sides."""
    found = _to_decide(request, number)
    form = DecideForm(pages.sent(request), initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.decide_dispute(by=request.actor, dispute=found, **form.values)
            return redirect("market:dispute", found.number)
    lead = _("%(amount)s are held for this order. Your decision moves the money at once, and cannot be taken back.")
    told = lead % {"amount": written.money(found.order.escrow)}
    return dispute_form(request, form, found, _("Decide dispute %(number)s") % {"number": number}, _("Decide"), told)


@needs(Permission.DISPUTES)
def grant(request: Request, number: str) -> HttpResponse:
    """Ask once, then grant what the seller agrees to."""
    found = _to_decide(request, number)
    if not (found.seller_agrees and found.offered):
        raise services.NotYourTurn(status=found.status)
    told = _(
        "Of this order %(own)s are the seller's own. What goes back beyond that, growers, carriers and points lose."
    )
    question = Question(
        title=_("Give %(amount)s back to the buyer?") % {"amount": written.money(found.offered)},
        text=told % {"own": written.money(services.own_part(found.order))},
        submit_label=_("Give it back"),
        cancel_url=reverse("market:dispute", args=[found.number]),
    )

    def act(version: int) -> None:
        services.grant_agreed(by=request.actor, dispute=found, version=version)

    return confirm_version(request, found, question, act)


def _to_decide(request: Request, number: str) -> Dispute:
    found = queries.get_dispute(request.actor, number)
    if not queries.may_decide(request.actor, found):
        raise Forbidden
    return found
