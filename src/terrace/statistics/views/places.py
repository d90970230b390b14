"""Which area a page of figures is of, and the way to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.words import in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.statistics.domain import Permission


def area_for(actor: Actor, code: str) -> Area:
    """Return the area `code`, or the actor's widest own one; raise `Forbidden` outside the actor's areas."""
    place = network.get_area(code) if code else network.home_area(actor)
    actor.require(Permission.VIEW, place.path)
    return place


@dataclass(frozen=True, slots=True)
class Place:
    """An area with those above it, from the installation's top down to itself, and those directly below it."""

    area: Area
    above: Sequence[Area]
    below: Sequence[Area]


def place_for(actor: Actor, code: str) -> Place:
    """Return the same area with those around it; raise as `area_for`."""
    path = network.get_area(code).path if code else network.home_path(actor)
    above, below = network.ancestors_and_children(path)
    if not above or above[-1].path != path:
        raise NotFound
    actor.require(Permission.VIEW, path)
    return Place(above[-1], above, below)


def crumbs(actor: Actor, path: str, query: str) -> list[tuple[str, str]]:
    """Return the steps from the installation's top to the area at `path`; where the actor may not go has no address."""
    return steps(actor, network.ancestors(path), query)


def steps(actor: Actor, areas: Iterable[Area], query: str) -> list[tuple[str, str]]:
    """Return the steps through these areas; where the actor may not go has no address."""
    return [
        (in_language(area.names), figures_url(area.code, query) if actor.may(Permission.VIEW, area.path) else "")
        for area in areas
    ]


def figures_url(code: str, query: str) -> str:
    """Return the page of an area's figures for a choice of period."""
    return f"{_figures_path(code)}?{query}"


@lru_cache(maxsize=4096)
def _figures_path(code: str) -> str:
    """Return an area's address: one page leads to hundreds of them, and finding one takes its time."""
    return reverse("statistics:figures_of", args=[code])
