"""Tokens: seen, issued, taken back."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from terrace.accounts import queries, services
from terrace.accounts.domain import Permission
from terrace.accounts.forms.tokens import IssueTokenForm
from terrace.accounts.views.confirmed import confirmed
from terrace.accounts.views.rows import TOKENS
from terrace.http import listing, pages
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import FilterForm
from terrace.http.request import Request
from terrace.kernel.words import _


@require_safe
@needs(Permission.TOKENS, or_party=True)
def tokens(request: Request) -> HttpResponse:
    """List the tokens of the reader's area and parties."""
    context = {
        "title": _("Tokens"),
        "lead": _("With a token, another system works here within the limits that you set. Whoever has it can use it."),
        "primary": {"url": reverse("accounts:issue_token"), "label": _("Issue a token"), "icon": "plus"},
    }
    rows = queries.tokens_visible_to(request.actor)
    return listing.answer(request, "pages/list.html", TOKENS, rows, FilterForm(request.GET), context)


@needs(Permission.TOKENS, or_party=True)
@confirmed
def issue_token(request: Request) -> HttpResponse:
    """Ask what the token is for; the answer shows it once."""
    form = IssueTokenForm(pages.sent(request), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            issued = services.issue_token(by=request.actor, **form.wanted())
            return _show(request, issued)
    context = {
        "title": _("Issue a token"),
        "form": form,
        "submit_label": _("Issue the token"),
        "cancel_url": reverse("accounts:tokens"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


def _show(request: Request, issued: services.IssuedToken) -> HttpResponse:
    return pages.show_secret(
        request,
        title=_("The token for %(name)s") % {"name": issued.token.name},
        secret=issued.secret,
        until=issued.token.expires_at,
        back_url=reverse("accounts:tokens"),
    )


@needs(Permission.TOKENS, or_party=True)
def revoke_token(request: Request, token_id: int) -> HttpResponse:
    """Ask once, then take a token back."""
    found = queries.get_token(request.actor, token_id)
    question = Question(
        title=_("Take back the token “%(name)s”") % {"name": found.called},
        text=_("The system that uses it is shut out at once. This cannot be undone; you can issue a new one."),
        submit_label=_("Take back"),
        cancel_url=reverse("accounts:tokens"),
    )
    return confirm(request, question, partial(services.revoke_token, by=request.actor, token_id=found.pk))
