"""The REST interface: every context's router under /api/v1, one error format, tokens or a session."""

import json
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from inspect import unwrap
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, RawPostDataException
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.params.models import BodyModel, QueryModel
from ninja.security import HttpBearer

from terrace.http import idempotency, problems
from terrace.http.rest import actor_of
from terrace.kernel.actors import Actor
from terrace.kernel.words import _

KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "description": (
        "Any text that is new for each write. Sent again with the same key, a write is not done twice: its answer comes"
        " again, with `Idempotent-Replayed: true`. The same key with another request is refused as `key_reused`."
    ),
    "schema": {"type": "string", "maxLength": 200},
}
SCHEMES = {
    "Token": {"type": "http", "scheme": "bearer", "description": "A token that a centre or a party issued."},
    "Session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    "CsrfToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRFToken",
        "description": f"Beside the session, with each write: the value of the cookie `{settings.CSRF_COOKIE_NAME}`.",
    },
}
NULL_IN_JSON = b"\\u0000"
PROBLEM = {"$ref": "#/components/schemas/Problem"}


class TokenOrSession(HttpBearer):
    """A bearer token, or the session of who signed in. The middleware has already looked at both."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who stands behind the request, None for nobody."""
        actor = actor_of(request)
        return actor if actor.is_known else None

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who stands behind the request; the token itself was looked up before."""
        return self(request)


class Interface(NinjaAPI):
    """The interface, and of its description what ninja itself cannot say."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its room and its function, in whichever file of the room's `rest` it stands."""
        room = operation.view_func.__module__.partition(".rest")[0]
        return f"{room}.rest.{operation.view_func.__name__}".replace(".", "_")

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description, made once: it is of the program, takes seconds, and anybody may ask for it."""
        # Of what ninja passes, the parameters of its own address: there are none.
        return self._description

    @cached_property
    def _description(self) -> OpenAPISchema:
        """What ninja says, with refusals under their own media type, keys of idempotency, both ways to sign in."""
        schema = super().get_openapi_schema()
        schema["components"]["securitySchemes"] = SCHEMES
        for path in schema["paths"].values():
            for method, operation in path.items():
                _describe(operation, is_write=method.upper() in idempotency.WRITES)
        return schema


def _describe(operation: dict[str, Any], *, is_write: bool) -> None:
    operation["security"] = [{"Token": []}, {"Session": [], **({"CsrfToken": []} if is_write else {})}]
    if is_write:
        operation["parameters"] = [*operation.get("parameters", []), KEY]
    for response in operation["responses"].values():
        content = response.get("content", {})
        if content.get("application/json", {}).get("schema") == PROBLEM:
            content[problems.CONTENT_TYPE] = content.pop("application/json")


def only_known_names(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse a filter that the operation does not know: a misspelt one would otherwise answer with everything."""
    operation: Any = getattr(unwrap(run), "__self__", None)
    models = [model for model in operation.models if issubclass(model, QueryModel)]
    known = {name for model in models for name in model.__ninja_flatten_map__}

    @wraps(run)
    def checked(request: HttpRequest, **values: Any) -> HttpResponseBase:
        unknown = sorted(set(request.GET) - known)
        # Who is nobody is told that first, by the operation itself.
        if not unknown or not actor_of(request).is_known:
            return run(request, **values)
        message = str(_("This list has no such filter."))
        errors = [{"field": name, "code": "unknown", "message": message} for name in unknown]
        return problems.answer(422, "invalid", str(_("Some values are not valid.")), errors)

    return checked


def only_text(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse the null character where it stands: PostgreSQL keeps it in no text, and would name no field."""
    operation: Any = getattr(unwrap(run), "__self__", None)
    reads_json = any(issubclass(model, BodyModel) for model in operation.models)

    @wraps(run)
    def checked(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if not actor_of(request).is_known:
            return run(request, **values)
        body = _body_with_nulls(request) if reads_json else None
        fields = sorted({*nulls_in(values), *nulls_in(dict(request.GET.items())), *nulls_in(body)})
        if not fields:
            return run(request, **values)
        message = str(_("A character in this value is no text."))
        errors = [{"field": field, "code": "null_character", "message": message} for field in fields]
        return problems.answer(422, "invalid", str(_("Some values are not valid.")), errors)

    return checked


def _body_with_nulls(request: HttpRequest) -> Any:
    """Return the body where a null character is written in it, as JSON only can; None for any other.

    A body that is no JSON, or was read as a form before, is for the operation to refuse.
    """
    try:
        return json.loads(request.body) if NULL_IN_JSON in request.body else None
    except (ValueError, RecursionError, RawPostDataException):
        return None


def nulls_in(given: Any) -> Iterator[str]:
    """Yield the names of what holds a null character, `names.en` for what lies deeper."""
    waiting = [("", given)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            yield name
        elif isinstance(value, dict):
            waiting += [(f"{name}.{key}" if name else str(key), part) for key, part in value.items()]
            waiting += [(name, key) for key in value]
        elif isinstance(value, list):
            waiting += [(f"{name}.{place}", part) for place, part in enumerate(value)]


api = Interface(
    title="Terrace",
    version="1",
    description="Rural e-commerce service system: network, parties, catalogue, supply and demand.",
    auth=TokenOrSession(),
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
api.add_decorator(only_known_names, mode="view")
api.add_decorator(only_text, mode="view")
api.add_router("/figures", "terrace.statistics.rest.router")
api.add_router("/market", "terrace.market.rest.router")
api.add_router("", "terrace.sourcing.rest.router")
api.add_router("/logistics", "terrace.logistics.rest.router")
api.add_router("/lots", "terrace.traceability.rest.router")
api.add_router("/ledger", "terrace.ledger.rest.router")
api.add_router("/products", "terrace.catalog.rest.router")
api.add_router("", "terrace.registry.rest.router")
api.add_router("", "terrace.network.rest.router")
api.add_router("", "terrace.accounts.rest.router")
api.add_router("", "terrace.messaging.rest.router")
api.add_router("", "terrace.audit.rest.router")
