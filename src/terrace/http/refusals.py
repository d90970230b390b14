"""What the domain refuses and no form caught, told as a page to people and as a problem document to programs."""

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from terrace.http import problems
from terrace.http.request import Request
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.kernel.words import _

Answering = Callable[[HttpRequest, Exception], HttpResponse | None]
_also: list[Answering] = []
log = logging.getLogger(__name__)
API = "/api/"
TEMPLATES = {403: "403.html", 404: "404.html"}


def refusal_in(error: Exception) -> DomainError | None:
    """Return the refusal that an exception means, None when it is a fault of ours.

    A value that no column holds (too large, or with a null character) is the
    asker's, wherever it slipped through; it is logged, for a form or schema should
    have said so at its field.
    """
    if isinstance(error, DataError):
        log.warning("the database refused a value: %s", error)
        return Invalid(_("One of these values cannot be recorded."))
    return error if isinstance(error, DomainError) else None


def also_answered_by(answering: Answering) -> None:
    """Say which library answers exceptions of its own, None for all others. Called once for each, on start."""
    _also.append(answering)


def answer_to(request: Request, error: Exception) -> HttpResponse | None:
    """Answer what a view raised, None when it is a fault of ours."""
    if refused := refusal_in(error):
        return answer(request, refused)
    return next((response for answering in _also if (response := answering(request, error))), None)


def answer(request: Request, error: DomainError) -> HttpResponse:
    """Answer with what `error` says, in the form that the asker reads."""
    if _wants_problem(request):
        return problems.from_error(error)
    return render(request, TEMPLATES.get(error.status, "409.html"), {"error": error}, status=error.status)


def outdated(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form without a valid CSRF token: Django's CSRF_FAILURE_VIEW.

    Mostly it stood open in another tab while its sender signed in or out.
    """
    if _wants_problem(request):
        return problems.answer(403, "csrf", str(_("Send the CSRF token with this write, or use an API token.")))
    return render(request, "403_csrf.html", status=403)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a request that cannot be read, too large or sent to a wrong name: Django's handler400."""
    if not _wants_problem(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return problems.answer(400, "too_large", str(_("This request is too large.")))
    return problems.answer(400, "unreadable", str(_("This request cannot be read.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what a library forbids: Django's handler403."""
    if _wants_problem(request):
        return problems.from_error(Forbidden())
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that leads nowhere: Django's handler404."""
    if _wants_problem(request):
        return problems.from_error(NotFound())
    return defaults.page_not_found(request, exception)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours: Django's handler500, which must not need a database."""
    if _wants_problem(request):
        return problems.answer(500, "fault", str(_("Something went wrong here.")))
    return defaults.server_error(request)


def _wants_problem(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) or not request.accepts("text/html")
