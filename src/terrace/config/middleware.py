"""What happens around every view: who acts, a second factor where the post asks for it, refusals as pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect

from terrace.accounts import queries as accounts
from terrace.accounts import services as accounts_services
from terrace.accounts.models import Person
from terrace.audit import services as audit
from terrace.config.actors import actor_of, standing_of
from terrace.config.logs import request_id
from terrace.http import problems, refusals
from terrace.http.request import Request
from terrace.http.whole_pages import led_out
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.words import _

Next = Callable[[Request], HttpResponseBase]
API = "/api/"
READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
SEEN_EVERY = 300
"""Seconds after which a session's entry in the list of devices is written again: not at every request."""
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "accounts:second_factor",
        "set_language",
        "web:theme",
        "healthz",
        "readyz",
    }
)
"""What somebody may open who still has to set up a second factor, beside the pages for setting it up."""


class ActorMiddleware:
    """Puts the actor on the request: by its token under /api/, by its session everywhere."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        """Answer as the actor, or refuse a wrong token or a write that another site may have sent."""
        by_token = _is_api(request) and "Authorization" in request.headers
        refusal = self.by_token(request) if by_token else self.by_session(request)
        if refusal is not None:
            return refusal
        same_id = audit.request_id.set(request_id.get())
        try:
            return self.get_response(request)
        finally:
            audit.request_id.reset(same_id)

    def by_token(self, request: Request) -> HttpResponse | None:
        """Take the actor from the token; no session is looked at, so no other site can borrow it."""
        scheme, _space, secret = request.headers["Authorization"].partition(" ")
        now = clock.now()
        token = accounts.find_token(secret.strip(), now) if scheme.lower() == "bearer" else None
        request.actor, request.needs_second_factor = ANONYMOUS, False
        if token is None:
            return problems.unauthenticated()
        accounts_services.note_use(token=token, now=now)
        request.actor = actor_of(token)
        return None

    def by_session(self, request: Request) -> HttpResponse | None:
        """Take the actor from the session; a write to the API then needs the CSRF token, as any form does."""
        request.actor, request.needs_second_factor = self.actor(request)
        if not _is_api(request) or request.method in READS or not request.actor.is_known:
            return None
        if CsrfViewMiddleware(_nobody).process_view(request, _nobody, (), {}) is None:
            return None
        return problems.answer(403, "csrf", str(_("Send the CSRF token with this write, or use an API token.")))

    def actor(self, request: Request) -> tuple[Actor, bool]:
        """Return who signed in, and whether a post of theirs asks for a second factor."""
        person = request.user
        if not isinstance(person, Person) or not person.is_active:
            return ANONYMOUS, False
        standing = standing_of(person, via="api" if _is_api(request) else "page")
        return standing.actor, standing.needs_second_factor


class AnswerMiddleware:
    """Looks at every answer once more: nobody finds it on a shared computer, every program and script can read it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        """Let no browser keep what somebody was shown; tell of a wrong method as of any other refusal."""
        response = led_out(request, self.get_response(request))
        if _is_api(request) and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = problems.not_allowed(response.headers["Allow"])
        # In a village many people use one computer, and its Back button must not show them each other's pages.
        if request.actor.is_known and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class SecondFactorMiddleware:
    """Sends who holds a post that needs a second factor, and has none yet, to set one up; nothing else opens before."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        """Pass, or send to the set-up page; a program is told so by a problem document."""
        person_id = request.actor.person_id
        if not request.needs_second_factor or person_id is None or not settings.SECOND_FACTOR_REQUIRED:
            return None
        if _opens_without(request) or accounts.ids_with_second_factor([person_id]):
            return None
        if _is_api(request):
            return problems.answer(403, "second_factor_needed", str(_("Set up a second factor first.")))
        return redirect("accounts:second_factor")


class DevicesMiddleware:
    """Keeps the list of signed-in devices up to date, without a write at every request."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        """Note now and then that the session is in use."""
        key = request.session.session_key
        if key and request.user.is_authenticated and caches["process"].add(f"device-seen/{key}", True, SEEN_EVERY):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class RefusalMiddleware:
    """Turns what the domain refuses into a page that says so, or into a problem document for programs."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Answer a refusal that no form caught."""
        return refusals.answer_to(request, error)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _opens_without(request: HttpRequest) -> bool:
    match = request.resolver_match
    name = match.view_name if match else ""
    return name in WITHOUT_SECOND_FACTOR or name.startswith("mfa_")


def _nobody(request: HttpRequest) -> HttpResponse:
    """Stand for the view that the CSRF check asks about: one that is not exempt."""
    return HttpResponse(status=204)
