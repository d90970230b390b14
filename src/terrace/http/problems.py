"""Refusals as problem+json (RFC 9457), with a stable code and the field at fault."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from terrace.http.workbooks import RowsRefused
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import _

CONTENT_TYPE = "application/problem+json"


class FieldProblem(Schema):
    """What is wrong with one input; of a file that was sent, in which row of its sheet, counted as it counts them."""

    row: int | None = None
    field: str
    code: str
    message: str


class Problem(Schema):
    """A refusal: `code` is for programs, `title` for people in their language.

    `amounts` are those that the title tells, each as `{"minor": 4900, "currency": "CNY"}`: `total` of `price_changed`.
    """

    type: str = "about:blank"
    title: str
    status: int
    code: str
    errors: list[FieldProblem] = []
    amounts: dict[str, Any] = {}


def answer(
    status: int,
    code: str,
    title: str,
    errors: Iterable[dict[str, Any]] = (),
    amounts: Mapping[str, dict[str, Any]] | None = None,
) -> HttpResponse:
    """Answer with a problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "errors": list(errors)}
    told = {"amounts": dict(amounts)} if amounts else {}
    return JsonResponse(body | told, status=status, content_type=CONTENT_TYPE)


def from_error(error: DomainError) -> HttpResponse:
    """Answer with what a domain error says."""
    if isinstance(error, RowsRefused):
        return answer(error.status, error.code, str(error), error.by_row())
    errors = [{"field": error.field, "code": error.code, "message": str(error)}] if error.field else []
    amounts = {
        name: {"minor": one.minor, "currency": one.currency}
        for name, one in error.details.items()
        if isinstance(one, Money)
    }
    return answer(error.status, error.code, str(error), errors, amounts)


def unauthenticated() -> HttpResponse:
    """Answer that nobody known stands behind the request."""
    response = answer(401, "unauthenticated", str(_("Send a valid token.")))
    response["WWW-Authenticate"] = "Bearer"
    return response


def not_allowed(allowed: str) -> HttpResponse:
    """Answer that the address knows other methods, which `allowed` names."""
    response = answer(405, "method_not_allowed", str(_("This address does not take that method.")))
    response["Allow"] = allowed
    return response


def _field_of(place: Sequence[Any]) -> str:
    """Return the name of an input as its sender wrote it, and as the domain calls it in a refusal of its own.

    A place begins with where the input came from; within a body the name of our function's argument comes next.
    """
    return ".".join(str(part) for part in place[2 if place[0] == "body" else 1 :])


def install(api: NinjaAPI) -> None:
    """Make every refusal of `api` a problem document."""

    def domain(request: HttpRequest, error: Any) -> HttpResponse:
        return from_error(error)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return from_error(NotFound())

    def nobody(request: HttpRequest, error: Any) -> HttpResponse:
        return unauthenticated()

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        errors = [
            {"field": _field_of(found["loc"]), "code": found["type"], "message": found["msg"]} for found in error.errors
        ]
        return answer(422, "invalid", str(_("Some values are not valid.")), errors)

    def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
        status = getattr(error, "status_code", 400)
        return answer(status, "unreadable", str(_("This request cannot be read as JSON.")))

    api.add_exception_handler(HttpError, unreadable)
    # A form was sent where JSON is read, and what looked for a key or a CSRF token in it has used it up.
    api.add_exception_handler(RawPostDataException, unreadable)
    api.add_exception_handler(DomainError, domain)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(AuthenticationError, nobody)
    api.add_exception_handler(ValidationError, invalid)
