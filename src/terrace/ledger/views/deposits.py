"""Booking money that came in at the bank, and taking back what was booked by mistake."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.ledger import queries, services
from terrace.ledger.domain import Permission
from terrace.ledger.forms import DepositForm, ReversalForm
from terrace.registry import queries as registry
from terrace.registry.models import Party


@needs(Permission.DEPOSIT)
def deposit(request: Request) -> HttpResponse:
    """Book money that came in at the bank for a producer or buyer."""
    form = DepositForm(pages.sent(request), initial={"party": request.GET.get("party", "")})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            values = form.values
            party = _party(request, values.pop("party"))
            services.deposit(by=request.actor, party=party, **values)
            told = {"amount": written.money(values["amount"]), "name": party.name}
            messages.success(request, _("%(amount)s is on the account of %(name)s.") % told)
            return redirect("ledger:account", _number(party))
    context = {
        "title": _("Book a deposit"),
        "lead": _("Money that somebody transferred to the bank account of this installation."),
        "form": form,
        "submit_label": _("Book"),
        "cancel_url": reverse("ledger:accounts"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.REVERSE)
def take_back(request: Request, number: str) -> HttpResponse:
    """Ask why, then reverse a deposit that was booked by mistake."""
    found, _entries = queries.get_transfer(request.actor, number)
    request.actor.require(Permission.REVERSE, queries.area_of_transfer(found))
    form = ReversalForm(pages.sent(request))
    question = Question(
        title=_("Take back this deposit?"),
        text=_("The money goes back off the account by a second transfer. Both stay on the statement."),
        submit_label=_("Take back"),
        cancel_url=reverse("ledger:transfer", args=[found.number]),
    )
    return confirm(
        request,
        question,
        lambda: services.take_back(by=request.actor, transfer=found, memo=form.values["memo"]),
        form=form,
    )


def _party(request: Request, number: str) -> Party:
    found = registry.find_party(request.actor, number)
    if found is None:
        raise NotFound(_("There is no party with this number in your area."), field="party")
    return found


def _number(party: Party) -> str:
    account = queries.find_account_of_party(party.pk)
    return account.number if account else ""
