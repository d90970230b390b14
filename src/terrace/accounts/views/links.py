"""What a link in an invitation opens: taking up a post, speaking for a party, coming back in."""

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from terrace.accounts import queries, services
from terrace.accounts.domain import LinkUnusable
from terrace.accounts.forms.links import NewPasswordForm, NewPersonForm
from terrace.accounts.models import Invitation
from terrace.accounts.views.rows import invitation_rows
from terrace.http import pages
from terrace.http.access import public
from terrace.http.forms import SecretForm
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import Text, _


@never_cache
@public
def accept(request: Request, secret: str) -> HttpResponse:
    """Take up what the link offers; a link that is used, over or forged gets one kind page."""
    try:
        invitation = queries.find_invitation(secret, now=clock.now())
        if invitation.person_id is not None:
            return _come_back(request, invitation, secret)
        if request.actor.person_id is not None:
            return _as_oneself(request, invitation, secret)
        return _as_new(request, invitation, secret)
    except LinkUnusable as refused:
        context = {"title": _("This link does not work any more"), "error": refused}
        return pages.render(request, "accounts/link_unusable.html", context, status=refused.status)


def _as_new(request: Request, invitation: Invitation, secret: str) -> HttpResponse:
    """Ask who somebody is, and sign them in as that."""
    initial = {"name": invitation.name, "phone": invitation.phone, "email": invitation.email}
    form = NewPersonForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = {name: value for name, value in form.values.items() if name != "again"}
            person = services.accept_invitation(by=request.actor, secret=secret, language=get_language() or "", **given)
            get_adapter(request).login(request, person)
            return redirect("web:home")
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return _ask(request, invitation, form, _("Begin"), sign_in_url=sign_in)


def _as_oneself(request: Request, invitation: Invitation, secret: str) -> HttpResponse:
    """Ask whoever signed in whether the post shall be theirs."""
    form = SecretForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.accept_invitation(by=request.actor, secret=secret)
            return redirect("web:home")
    return _ask(request, invitation, form, _("Accept"))


def _come_back(request: Request, invitation: Invitation, secret: str) -> HttpResponse:
    """Ask for a new password, then let the person sign in with it."""
    form = NewPasswordForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.come_back_in(secret=secret, password=form.values["password"])
            return redirect("account_login")
    return _ask(request, invitation, form, _("Keep this password"))


def _ask(
    request: Request, invitation: Invitation, form: SecretForm, submit_label: Text, sign_in_url: str = ""
) -> HttpResponse:
    row = invitation_rows([invitation])[0]
    context = {
        "title": _("Welcome back, %(name)s") % {"name": invitation.name}
        if invitation.person_id
        else _("You are invited, %(name)s") % {"name": invitation.name},
        "row": row,
        "form": form,
        "submit_label": submit_label,
        "sign_in_url": sign_in_url,
        "is_new": bool(sign_in_url),
    }
    return pages.render(request, "accounts/accept.html", context, status=pages.form_status(request))
