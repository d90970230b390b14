"""Registering a party, changing what is known of it, letting it rest."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.words import _
from terrace.registry import queries, services
from terrace.registry.domain import Kind, Permission
from terrace.registry.forms import OwnChangeForm, PartyChangeForm, PartyForm, initial_of
from terrace.registry.models import Party
from terrace.registry.services import LooksRegistered


@needs(Permission.MANAGE)
def party_new(request: Request, kind: str = Kind.HOUSEHOLD.value) -> HttpResponse:
    """Register a party of a kind: name and phone, the place is mostly chosen already."""
    chosen = next((one for one in Kind if one.value == kind), None)
    if chosen is None:
        raise NotFound
    form = PartyForm(pages.sent(request), actor=request.actor, kind=chosen)
    context: dict[str, Any] = {
        "title": _("Register"),
        "form": form,
        "submit_label": _("Register"),
        "cancel_url": reverse("registry:parties"),
        "tabs": [_tab(one, chosen) for one in Kind],
        "tabs_label": _("Kind"),
    }
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            try:
                party = services.register_party(
                    by=request.actor, kind=chosen, profile=form.profile(), is_new=form.values["is_new"]
                )
            except LooksRegistered as warned:
                form.ask_whether_new()
                context["duplicates"] = warned.duplicates
                raise
            return redirect("registry:party", party.number)
    return pages.render(request, "registry/party_form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE, or_party=True)
def party_change(request: Request, number: str) -> HttpResponse:
    """Change what is known of a party; its own people change how it is reached."""
    party = queries.get_party(request.actor, number)
    if request.actor.may(Permission.MANAGE, party.area_path):
        return _change_by_office(request, party)
    if not request.actor.speaks_for(party.pk):
        raise Forbidden
    form = OwnChangeForm(pages.sent(request), initial=initial_of(party))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_party(
                by=request.actor,
                party=party,
                version=form.values["version"],
                profile=form.profile(party),
            )
            return redirect("registry:party", number)
    context = {
        "title": _("Change how you are reached"),
        "lead": _("Ask your service point to change the name or the place."),
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def party_rest(request: Request, number: str) -> HttpResponse:
    """Ask once, then let a party rest, or take part again."""
    party = queries.get_party(request.actor, number)
    request.actor.require(Permission.MANAGE, party.area_path)
    act = services.deactivate_party if party.is_active else services.reactivate_party
    question = Question(
        title=_("Let %(name)s rest") % {"name": party.name}
        if party.is_active
        else _("Let %(name)s take part again") % {"name": party.name},
        text=_(
            "What it offers and wants is withdrawn. It stays in the books, but can offer and buy nothing until it "
            "takes part again."
        )
        if party.is_active
        else _("It can offer and buy again. What was withdrawn has to be recorded anew."),
        submit_label=_("Let rest") if party.is_active else _("Take part again"),
        cancel_url=reverse("registry:party", args=[number]),
    )
    return confirm_version(request, party, question, partial(act, by=request.actor, party=party))


def _change_by_office(request: Request, party: Party) -> HttpResponse:
    form = PartyChangeForm(pages.sent(request), actor=request.actor, kind=Kind(party.kind), initial=initial_of(party))
    context: dict[str, Any] = {
        "title": _("Change %(name)s") % {"name": party.name},
        "form": form,
        "cancel_url": reverse("registry:party", args=[party.number]),
    }
    if request.method == "POST" and form.is_valid():
        values = form.values
        with form.refusals():
            try:
                services.change_party(
                    by=request.actor,
                    party=party,
                    version=values["version"],
                    profile=form.profile(),
                    is_new=values["is_new"],
                )
            except LooksRegistered as warned:
                form.ask_whether_new()
                context["duplicates"] = warned.duplicates
                raise
            return redirect("registry:party", party.number)
    return pages.render(request, "registry/party_form.html", context, status=pages.form_status(request))


def _tab(kind: Kind, chosen: Kind) -> dict[str, Any]:
    return {
        "label": kind.label,
        "url": reverse("registry:party_new", args=[kind.value]),
        "active": kind is chosen,
        "count": None,
    }
