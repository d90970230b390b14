"""What people may ask for about their account: all that is held, the account closed, somebody's data erased."""

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.accounts import queries, services
from terrace.accounts.domain import Permission
from terrace.accounts.models import Person
from terrace.accounts.views.confirmed import confirmed
from terrace.http import pages
from terrace.http.access import needs, signed_in
from terrace.http.forms import ActForm
from terrace.http.handouts import hand_out
from terrace.http.request import Request
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _


@require_POST
@signed_in
def data(request: Request) -> HttpResponse:
    """Hand out everything that is held about oneself as one who signs in."""
    return hand_out(request, "account", services.export_account(by=request.actor))


@signed_in
@confirmed
def close(request: Request) -> HttpResponse:
    """Say what stands against closing one's own account; ask once, then close it and sign out."""
    if request.actor.person_id is None:
        raise Forbidden
    form = ActForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.close_account(by=request.actor)
            logout(request)
            return redirect("web:home")
    context = {
        "title": _("Close your account"),
        "text": _(
            "You are signed out everywhere and cannot sign in again. Your name and contacts stay until whoever manages "
            "people in your area erases them; ask them for that. What you did stays in the record of acts."
        ),
        "reasons": queries.against_leaving(request.actor.person_id),
        "form": form,
        "submit_label": _("Close your account"),
        "cancel_url": reverse("accounts:profile"),
    }
    return pages.render(request, "accounts/leave.html", context, status=pages.form_status(request))


@needs(Permission.MANAGE)
def erase(request: Request, person_id: int) -> HttpResponse:
    """Say what erasing somebody's data does and what stands against it; ask once, then erase."""
    person: Person = queries.get_person(request.actor, person_id)
    queries.require_over(request.actor, person)
    back = reverse("accounts:person", args=[person_id])
    form = ActForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.erase_person(by=request.actor, person_id=person_id)
            return redirect(back)
    context = {
        "title": _("Erase the data of %(name)s") % {"name": person.name},
        "text": _(
            "Name, user name, phone, e-mail, devices and messages are deleted, and nobody can sign in by this account "
            "any more. The posts that were held and the record of acts stay. This cannot be undone."
        ),
        "reasons": queries.against_leaving(person_id),
        "form": form,
        "submit_label": _("Erase"),
        "cancel_url": back,
    }
    return pages.render(request, "accounts/leave.html", context, status=pages.form_status(request))
