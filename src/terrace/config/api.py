"""The REST interface: every context's router under /api/v1, one error format, tokens or a session."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from terrace.http import problems
from terrace.http.rest import actor_of
from terrace.kernel.actors import Actor

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
    """The interface; its description says that refusals are problem documents, which ninja itself cannot."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description, every `Problem` under its own media type."""
        schema = super().get_openapi_schema(**options)
        operations = (operation for path in schema["paths"].values() for operation in path.values())
        for response in (answer for operation in operations for answer in operation["responses"].values()):
            content = response.get("content", {})
            if content.get("application/json", {}).get("schema") == PROBLEM:
                content[problems.CONTENT_TYPE] = content.pop("application/json")
        return schema


api = Interface(
    title="Terrace",
    version="1",
    description="Rural e-commerce service system: network, parties, catalogue, supply and demand.",
    auth=TokenOrSession(),
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
api.add_router("", "terrace.sourcing.rest.router")
api.add_router("/products", "terrace.catalog.rest.router")
api.add_router("", "terrace.registry.rest.router")
api.add_router("", "terrace.network.rest.router")
api.add_router("", "terrace.accounts.rest.router")
api.add_router("", "terrace.messaging.rest.router")
api.add_router("", "terrace.audit.rest.router")
