"""Opening an account to buy: a link to the own phone or e-mail address, then a name and a password."""

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from terrace.accounts import services
from terrace.accounts.domain import LinkUnusable
from terrace.accounts.forms.joining import BuyerForm, ContactLinkForm
from terrace.accounts.models import ContactLink
from terrace.http import pages
from terrace.http.access import public
from terrace.http.forms import SecretForm
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import _

JOIN = "join"
"""Its limits stand in ACCOUNT_RATE_LIMITS: for one visitor, and for one address."""


@never_cache
@public
def join(request: Request) -> HttpResponse:
    """Ask for a phone or an e-mail address and send a link there. What the page says is the same for any address."""
    form = ContactLinkForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            contact = services.normal_contact(form.values["contact"])
            if not ratelimit.consume(request, action=JOIN, key=contact):
                return render(request, "429.html", status=429)
            base = request.build_absolute_uri(reverse("accounts:join"))
            sign_in = request.build_absolute_uri(reverse("account_login"))
            services.send_contact_link(contact=contact, link_base=base, sign_in_url=sign_in)
            return redirect("accounts:join_sent")
    is_known = request.actor.person_id is not None
    context = {
        "title": _("Show that the phone is yours") if is_known else _("An account to buy with"),
        "is_known": is_known,
        "form": form,
        "submit_label": _("Send me the link"),
    }
    return pages.render(request, "accounts/join.html", context, status=pages.form_status(request))


@public
def sent(request: Request) -> HttpResponse:
    """Say that the link is on its way, and what to do when it does not come."""
    return pages.render(request, "accounts/join_sent.html", {"title": _("Look at your phone or your mail")})


@never_cache
@public
def take_up(request: Request, secret: str) -> HttpResponse:
    """Open an account, or come back into it, by the link; who is signed in shows to hold the phone."""
    try:
        link = services.find_contact_link(secret, now=clock.now())
        return _prove(request, link, secret) if request.actor.person_id is not None else _open(request, link, secret)
    except LinkUnusable as refused:
        context = {"title": _("This link does not work any more"), "error": refused}
        return pages.render(request, "accounts/link_unusable.html", context, status=refused.status)


def _open(request: Request, link: ContactLink, secret: str) -> HttpResponse:
    form = BuyerForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            name, password = form.values["name"], form.values["password"]
            person = services.join(secret=secret, name=name, password=password, language=get_language() or "")
            get_adapter(request).login(request, person)
            return redirect("web:home")
    context = {
        "title": _("Your account"),
        "lead": _("You sign in with %(contact)s and the password that you choose now.") % {"contact": link.contact},
        "form": form,
        "submit_label": _("Begin"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _prove(request: Request, link: ContactLink, secret: str) -> HttpResponse:
    form = SecretForm(pages.sent(request))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.prove_phone(by=request.actor, secret=secret)
            return redirect("accounts:profile")
    context = {
        "title": _("Show that the phone is yours"),
        "lead": _("%(contact)s is then the phone that you sign in by.") % {"contact": link.contact},
        "form": form,
        "submit_label": _("This phone is mine"),
        "cancel_url": reverse("accounts:profile"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))
