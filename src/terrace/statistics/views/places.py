"""Which area a page of figures is of, and the way to it."""

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.words import in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.statistics.domain import Permission


def area_for(actor: Actor, code: str) -> Area:
    """Return the area `code`, or the actor's widest own one; raise `Forbidden` outside the actor's areas."""
    place = network.get_area(code) if code else network.home_area(actor)
    actor.require(Permission.VIEW, place.path)
    return place


def crumbs(actor: Actor, path: str, query: str) -> list[tuple[str, str]]:
    """Return the steps from the installation's top to the area at `path`; where the actor may not go has no address."""
    return [
        (in_language(area.names), figures_url(area.code, query) if actor.may(Permission.VIEW, area.path) else "")
        for area in network.ancestors(path)
    ]


def figures_url(code: str, query: str) -> str:
    """Return the page of an area's figures for a choice of period."""
    return f"{reverse('statistics:figures_of', args=[code])}?{query}"
