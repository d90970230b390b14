"""Everything held about a party, handed out as a file; and its erasure, asked for, taken back, confirmed."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.forms import VersionForm
from terrace.http.handouts import hand_out
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _
from terrace.registry import queries, services
from terrace.registry.domain import Permission


@require_POST
@needs(Permission.MANAGE, Permission.PERSONAL, or_own=True)
def data(request: Request, number: str) -> HttpResponse:
    """Hand out everything held about a party as JSON or as a workbook, and record that."""
    party = queries.get_party(request.actor, number)
    everything = services.export_data(by=request.actor, party=party)
    return hand_out(request, party.number, everything)


@needs(Permission.ERASE, Permission.MANAGE)
def erase(request: Request, number: str) -> HttpResponse:
    """Say what erasing does and what stands against it; ask once, then erase."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.MANAGE if party.erasure_asked_at else Permission.ERASE, party.area_path)
    form = VersionForm(pages.sent(request), initial={"version": party.version})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.erase_party(by=request.actor, party=party, version=form.values["version"])
            return redirect("registry:party", number)
    context = {
        "title": _("Erase the data of %(name)s") % {"name": party.name},
        "party": party,
        "reasons": services.against_erasure(party),
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return pages.render(request, "registry/erase.html", context, status=pages.form_status(request))


@needs(or_own=True)
def erasure_ask(request: Request, number: str) -> HttpResponse:
    """Ask for one's own data to be erased, or take that back."""
    party = queries.get_party(request.actor, number)
    if not request.actor.owns(party.pk):
        raise Forbidden
    asks = party.erasure_asked_at is None
    act = services.ask_erasure if asks else services.withdraw_erasure
    question = Question(
        title=_("Ask for your data to be erased") if asks else _("Take back your request"),
        text=_(
            "A clerk confirms it. Then your name, phone, address, members and bank account are deleted, and you can no "
            "longer act here. What was bought and sold stays in the books under your number."
        )
        if asks
        else _("Your data stay as they are."),
        submit_label=_("Ask for it") if asks else _("Take it back"),
        cancel_url=reverse("registry:party", args=[number]),
    )
    return confirm_version(request, party, question, partial(act, by=request.actor, party=party))
