"""Sending the same write twice does it once, and both get the same answer.

The key is claimed by an INSERT in the transaction of the act itself. A second
request with the same key waits for the first on the unique index; then it
either finds the kept answer, or, when the first was refused and rolled back,
goes on as if it had been the first. No key is left behind half-claimed.

Only our own pages and the REST interface take part: a library's page, such as
the one for signing in, counts wrong tries that nothing may roll back. Kept are
a page's redirect and a program's JSON, never a page that shows something.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase

from terrace.http import refusals, resent
from terrace.http.access import access_of
from terrace.http.forms import KEY
from terrace.http.models import KeptAnswer
from terrace.http.request import Request
from terrace.kernel.errors import DomainError
from terrace.kernel.ids import fingerprint
from terrace.kernel.words import _

HEADER = "Idempotency-Key"
DONE_COOKIE = "done"
"""Holds the key of the form that was done last, so that the next page can let go of what was typed into it."""
KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Location", "HX-Redirect")
KEPT_FOR = timedelta(days=2)
OWN_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
"""What a key looks like that one of our forms carried."""
_left_to_acts: set[str] = set()
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class KeyReused(DomainError):
    """The key belongs to another request: somebody went back, changed the form and sent it again."""

    code = "key_reused"
    status = 422
    message = _("This form was sent before with other values, and that was done. Load it anew to send it once more.")


class StandingChanged(DomainError):
    """Who asks again may do other things than when the answer was given, so it is not given again unseen."""

    code = "standing_changed"
    status = 409
    message = _("Your permissions changed since this was sent. Look whether it was done, then load it anew.")


class IdempotencyMiddleware:
    """Runs a write that carries a key at most once per actor and key."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Answer from the kept answer, or perform the view in one transaction and keep its answer."""
        key = _key(request)
        if not key or not _takes_part(request, view):
            return None
        try:
            return _told(request, self.perform_once(request, key, view, args, kwargs))
        except Exception as error:  # the view was called here, so no other middleware would hear of it
            if response := refusals.answer_to(request, error):
                return response
            raise

    def perform_once(
        self, request: Request, key: str, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse:
        """Claim the key and perform the view, both or neither; or give the kept answer."""
        with transaction.atomic():
            claim, is_first = KeptAnswer.objects.get_or_create(
                owner=owner_of(request),
                key=key,
                defaults={"request": _fingerprint(request), "standing": _standing(request)},
            )
            if not is_first and claim.request != _fingerprint(request):
                return _other_values(claim, request, lambda: view(request, *args, **kwargs))
            if not is_first:
                return _again(claim, request)
            response = view(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            elif _may_be_kept(request, response):
                _keep(claim, response)
            else:
                claim.delete()
        return response


def forget_old(*, now: datetime) -> int:
    """Delete the answers that nobody will ask for again; return how many."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _told(request: Request, response: HttpResponse) -> HttpResponse:
    """Say in a redirect which form was done; being sent to sign in first is not that."""
    given = request.POST.get(KEY, "")
    if request.actor.person_id and 300 <= response.status_code < 400 and OWN_KEY.fullmatch(given):
        response.set_cookie(
            DONE_COOKIE, given, max_age=KEPT_FOR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def claim(request: Request, key: str, said: str) -> bool:
    """Claim a key for one of several writes that a request tells, and say whether this is its first time.

    Called in the transaction of that write: refused, it leaves no key behind. `said` is what the write says.
    Raises `KeyReused` where the key told of something else before.
    """
    defaults = {"request": fingerprint(said), "standing": _standing(request)}
    found, is_first = KeptAnswer.objects.get_or_create(
        owner=owner_of(request), key=fingerprint(f"part/{key}"), defaults=defaults
    )
    if found.request != fingerprint(said):
        raise KeyReused
    return is_first


def left_to_act(path: str) -> None:
    """Say that the act behind an address, or a route such as `/lots/<number>/`, answers for its keys. Called on start.

    For an act that a constraint of its own lets happen once: a second record of
    the key would only cost time there. And for one whose refusal must stay on
    the record, such as a wrong code that is counted: with a key it is undone.
    """
    _left_to_acts.add(path)


def _takes_part(request: Request, view: Callable[..., HttpResponse]) -> bool:
    match = request.resolver_match
    if request.path_info in _left_to_acts or (match and f"/{match.route}" in _left_to_acts):
        return False
    return request.path_info.startswith(refusals.API) or access_of(view) is not None


def _may_be_kept(request: Request, response: HttpResponse) -> bool:
    """A redirect says nothing; what a page shows may be a secret or somebody's data, and is not written down.

    No operation of the REST interface answers a write with a secret.
    """
    return request.path_info.startswith(refusals.API) or 300 <= response.status_code < 400


def _standing(request: Request) -> str:
    """Return a digest of all that the actor may do, and for whom."""
    actor = request.actor
    return fingerprint(f"{sorted(actor.grants.items())} {sorted(actor.parties)} {sorted(actor.units)}")


def _key(request: Request) -> str:
    """Return the key in a form that the column holds, "" when there is none."""
    if request.method not in WRITES:
        return ""
    given = request.headers.get(HEADER) or _key_of_form(request)
    return fingerprint(given) if given else ""


def _key_of_form(request: Request) -> str:
    """Return the key that a page's form carries.

    A program names its own in the header, and its body is not looked into: read
    as a form, it would be used up before the operation reads it as JSON.
    """
    return "" if request.path_info.startswith(refusals.API) else request.POST.get(KEY, "")


def owner_of(request: Request) -> str:
    """Return who may have the answer again: a token, a person, or a visitor's browser."""
    token, actor = request.headers.get("Authorization"), request.actor
    if token:
        return f"token/{fingerprint(token)}"
    return f"person/{actor.person_id}" if actor.person_id else f"visitor/{request.session.session_key or ''}"


def _fingerprint(request: Request) -> str:
    """Tell one request from another by what it asks for; the CSRF token is new with every page and says nothing."""
    if request.method != "POST" or request.content_type not in FORMS:
        return fingerprint(f"{request.method} {request.get_full_path()} {request.body!r}")
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, str(file.name), _digest(file)) for name, files in request.FILES.lists() for file in files)
    return fingerprint(f"{request.method} {request.get_full_path()} {fields!r} {files!r}")


def _digest(file: "UploadedFile[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _other_values(claim: KeptAnswer, request: Request, perform: Callable[[], HttpResponse]) -> HttpResponse:
    """Let the page's own form say that its key is used up, with what was typed and a fresh key; do nothing.

    Called inside the transaction. A program is told by a problem document, and
    so is who sent what no form of ours reads: whatever its view did is undone.
    """
    if not request.path_info.startswith(refusals.API):
        resent.renew(request, KEY, str(claim.headers.get("Location", "")))
        response = perform()
        transaction.set_rollback(True)
        if response.status_code >= 400:
            return response
    raise KeyReused


def _again(claim: KeptAnswer, request: Request) -> HttpResponse:
    if claim.standing != _standing(request):
        raise StandingChanged
    response = HttpResponse(bytes(claim.body), status=claim.status, headers=claim.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _keep(claim: KeptAnswer, response: HttpResponse) -> None:
    claim.status = response.status_code
    claim.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    claim.body = response.content
    claim.save(update_fields=["status", "headers", "body"])
