"""The REST interface: every context's router under /api/v1, one error format, tokens or a session."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI

from terrace.http import problems
from terrace.kernel.actors import ANONYMOUS, Actor


def known_actor(request: HttpRequest) -> Actor | None:
    """Return who stands behind the request, None for nobody: the middleware has already looked."""
    actor: Any = getattr(request, "actor", ANONYMOUS)
    return actor if actor.is_known else None


api = NinjaAPI(
    title="Terrace",
    version="1",
    description="Rural e-commerce service system: network, parties, catalogue, supply and demand.",
    auth=known_actor,
    docs_url=None,
    urls_namespace="api",
)
problems.install(api)
api.add_router("", "terrace.sourcing.rest.router")
api.add_router("", "terrace.accounts.rest.router")
api.add_router("", "terrace.messaging.rest.router")
api.add_router("", "terrace.audit.rest.router")
