"""One's own account: data and safety; the second factor that a post asks for; the ways back in."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from terrace.accounts import services
from terrace.accounts.domain import LOCK_FOR, Permission
from terrace.accounts.forms.people import ContactForm, ProfileForm
from terrace.accounts.models import Person
from terrace.accounts.views.confirmed import confirmed
from terrace.accounts.views.rows import person_rows
from terrace.http import pages
from terrace.http.access import public, signed_in
from terrace.http.request import Request
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Text, _
from terrace.messaging import queries as messaging
from terrace.messaging.domain import Channel


@require_safe
@signed_in
def profile(request: Request) -> HttpResponse:
    """Show one's own data, posts and safety."""
    person = _self(request)
    row = person_rows(request.actor, [person])[0]
    languages: dict[str, Text] = dict(settings.LANGUAGES)
    context = {
        "title": person.name,
        "row": row,
        "facts": [
            (_("User name"), person.username),
            (_("Phone"), show_phone(person.phone or "", current().region)),
            (_("E-mail"), person.email),
            (_("Language"), languages.get(person.language, _("not chosen yet"))),
        ],
        "may_prove": not person.holds_phone,
        "may_issue": request.actor.holds(Permission.TOKENS) or bool(request.actor.parties),
        "needs_second_factor": request.needs_second_factor,
    }
    return pages.render(request, "accounts/profile.html", context)


@signed_in
def change_profile(request: Request) -> HttpResponse:
    """Change one's own name and language; the page then speaks it."""
    person = _self(request)
    initial = {"name": person.name, "language": person.language or settings.LANGUAGE_CODE}
    form = ProfileForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            changed = services.change_profile(by=request.actor, **form.values)
            return speak(redirect("accounts:profile"), changed.language)
    context = {"title": _("Name and language"), "form": form, "cancel_url": reverse("accounts:profile")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@signed_in
@confirmed
def change_contact(request: Request) -> HttpResponse:
    """Change one's own phone and e-mail, by which one also signs in."""
    person = _self(request)
    initial = {"phone": person.phone or "", "email": person.email or ""}
    form = ContactForm(pages.sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.change_contact(by=request.actor, **form.values)
            return redirect("accounts:profile")
    context = {"title": _("Phone and e-mail"), "form": form, "cancel_url": reverse("accounts:profile")}
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@require_safe
@signed_in
def second_factor(request: Request) -> HttpResponse:
    """Say why the post asks for a second factor, and how to set one up."""
    return pages.render(request, "accounts/second_factor.html", {"title": _("One more step to sign in safely")})


@require_safe
@public
def ways_back(request: Request) -> HttpResponse:
    """Say what somebody can do who cannot sign in: the same for everybody, known here or not."""
    context = {
        "title": _("You cannot sign in?"),
        "minutes": int(LOCK_FOR.total_seconds()) // 60,
        "has_mail": messaging.has_way_out(Channel.EMAIL),
    }
    return pages.render(request, "accounts/ways_back.html", context)


@require_POST
@public
def switch_language(request: Request) -> HttpResponse:
    """Switch the language of the pages, and remember it for a person who signed in."""
    response: HttpResponse = set_language(request)
    if request.actor.person_id is not None:
        services.remember_language(person_id=request.actor.person_id, language=request.POST.get("language", ""))
    return response


def speak(response: HttpResponse, language: str) -> HttpResponse:
    """Make the reader's browser ask for `language` from now on."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")
    return response


def _self(request: Request) -> Person:
    """Return who signed in; a token has no page of its own."""
    if not isinstance(request.user, Person):
        raise Forbidden
    return request.user
