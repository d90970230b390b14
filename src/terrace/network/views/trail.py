"""Where a page is: the terraces from the top of the installation down to a place."""

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.words import in_language
from terrace.network import queries
from terrace.network.domain import Permission
from terrace.network.models import Area

Step = tuple[str, str]


def trail(actor: Actor, path: str, *more: Step) -> list[Step]:
    """Return name and address of each area down to `path`, then `more`; no address where the actor may not look."""
    return [*(_step(actor, area) for area in queries.ancestors(path)), *more]


def _step(actor: Actor, area: Area) -> Step:
    may_look = actor.may(Permission.VIEW, area.path)
    return in_language(area.names), reverse("network:area", args=[area.code]) if may_look else ""
