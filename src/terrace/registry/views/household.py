"""Keeping a household's members and marks. The pages show personal data, so opening one is a recorded look."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm_version
from terrace.http.request import Request
from terrace.kernel.errors import NotFound
from terrace.kernel.words import _
from terrace.registry import queries, services
from terrace.registry.domain import Kind, Mark, Permission, TraceName
from terrace.registry.forms import MarksForm, MemberChangeForm, MemberForm, TraceNameForm
from terrace.registry.models import HouseholdMember, Party
from terrace.registry.views.party import personal_view


@needs(Permission.PERSONAL, or_party=True)
def members(request: Request, number: str) -> HttpResponse:
    """Show the members of a household and add one."""
    party = queries.get_party(request.actor, number)
    seen = services.look_at_personal(by=request.actor, party=party, purpose="members")
    form = MemberForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.add_member(by=request.actor, party=party, given=form.given())
            return redirect("registry:members", number)
    context = {
        "title": _("Members of %(name)s") % {"name": party.name},
        "lead": _("Only what is needed: no identity numbers, no birthdays. That you looked is recorded."),
        "party": party,
        "personal": personal_view(seen),
        "form": form,
        "submit_label": _("Add"),
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return _private(pages.render(request, "registry/members.html", context, status=pages.form_status(request)))


@needs(Permission.PERSONAL, or_party=True)
def member_change(request: Request, number: str, member: int) -> HttpResponse:
    """Correct what is kept of a member."""
    party, found = _member(request, number, member)
    form = MemberChangeForm(pages.sent(request), initial=MemberChangeForm.initial_of(found, party.version))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_member(
                by=request.actor,
                party=party,
                version=form.values["version"],
                member_id=member,
                given=form.given(),
            )
            return redirect("registry:members", number)
    context = {"title": _("Change %(name)s") % {"name": found.name}, "form": form, "cancel_url": _back(party)}
    return _private(pages.render(request, "pages/form.html", context, status=pages.form_status(request)))


@needs(Permission.PERSONAL, or_party=True)
def member_remove(request: Request, number: str, member: int) -> HttpResponse:
    """Ask once, then delete what is kept of a member."""
    party, found = _member(request, number, member)
    question = Question(
        title=_("Remove %(name)s") % {"name": found.name},
        text=_("What is kept of this person is deleted."),
        submit_label=_("Remove"),
        cancel_url=_back(party),
    )
    remove = partial(services.remove_member, by=request.actor, party=party, member_id=member)
    return _private(confirm_version(request, party, question, remove, then=_back(party)))


@needs(Permission.PERSONAL)
def marks(request: Request, number: str) -> HttpResponse:
    """Set the marks of a household."""
    party = queries.get_party(request.actor, number)
    seen = services.look_at_personal(by=request.actor, party=party, purpose="marks")
    initial = {"marks": sorted(mark.value for mark in seen.marks), "version": party.version}
    form = MarksForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = [Mark(mark) for mark in form.values["marks"]]
        with form.refusals():
            services.set_marks(by=request.actor, party=party, version=form.values["version"], marks=given)
            return redirect("registry:party", number)
    context = {
        "title": _("Marks of %(name)s") % {"name": party.name},
        "lead": _("They decide who is helped first. That you looked is recorded."),
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return _private(pages.render(request, "pages/form.html", context, status=pages.form_status(request)))


@needs(Permission.MANAGE, or_party=True)
def trace_name(request: Request, number: str) -> HttpResponse:
    """Set what the public page of a household's goods says of its name."""
    party = queries.get_full_party(request.actor, number)
    request.actor.require(Permission.MANAGE, party.area_path, or_party=party.pk)
    if party.kind != Kind.HOUSEHOLD:
        raise NotFound
    initial = {"shown": queries.trace_name_of(party).value, "version": party.version}
    form = TraceNameForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.values
        with form.refusals():
            services.set_trace_name(
                by=request.actor, party=party, version=values["version"], shown=TraceName(values["shown"])
            )
            return redirect("registry:party", number)
    context = {
        "title": _("What buyers read of %(name)s") % {"name": party.name},
        "lead": _("It stands on the page behind the code of every label. The household decides, and may change it."),
        "form": form,
        "cancel_url": reverse("registry:party", args=[number]),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _member(request: Request, number: str, member_id: int) -> tuple[Party, HouseholdMember]:
    party = queries.get_party(request.actor, number)
    seen = services.look_at_personal(by=request.actor, party=party, purpose="members")
    found = next((member for member in seen.members if member.pk == member_id), None)
    if found is None:
        raise NotFound
    return party, found


def _back(party: Party) -> str:
    return reverse("registry:members", args=[party.number])


def _private(response: HttpResponse) -> HttpResponse:
    """Keep what was shown by a recorded look out of the browser's cache."""
    response["Cache-Control"] = "no-store"
    return response
