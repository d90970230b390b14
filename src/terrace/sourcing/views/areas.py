"""Which areas a reader may look at, name in a form, or narrow a list to."""

from collections.abc import Sequence

from django.urls import reverse

from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import Forbidden
from terrace.kernel.tiers import Workspace
from terrace.kernel.words import in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.sourcing.domain import Permission

Choices = list[tuple[str, str]]


def area_for(actor: Actor, code: str) -> Area:
    """Return the area `code`, or the actor's widest own one; raise `Forbidden` outside the actor's areas."""
    place = network.get_area(code) if code else network.home_area(actor)
    if not actor.may(Permission.VIEW, place.path):
        raise Forbidden
    return place


def crumbs(actor: Actor, path: str, route: str) -> list[tuple[str, str]]:
    """Return the steps from the installation's top to the area at `path`; where the actor may not go has no address."""
    return [
        (in_language(area.names), reverse(route, args=[area.code]) if actor.may(Permission.VIEW, area.path) else "")
        for area in network.ancestors(path)
    ]


def area_choices(actor: Actor, permission: Permission) -> Choices:
    """Return the areas that the actor may name: those of its posts, and the areas one tier below."""
    own = [network.ancestors(path or network.root_path())[-1] for path in actor.paths(permission)]
    below = [child for area in own for child in network.children_of(area.code)]
    return _choices([*own, *below])


def own_areas(actor: Actor, wanted: str) -> Choices:
    """Return the areas of the actor's posts to narrow a list to, and the one among them that a link named."""
    return _with_named(area_choices(actor, Permission.VIEW), wanted, actor)


def areas_to_narrow_to(actor: Actor, wanted: str) -> Choices:
    """Return the areas to narrow a list of notices to: as `own_areas`, and whichever a link named.

    Who has no post, such as a shop, sees notices of the whole installation and
    is offered every centre's area. A filter only ever narrows what the actor
    sees, so any area may be named, such as the county above a point.
    """
    choices = area_choices(actor, Permission.VIEW) if actor.paths(Permission.VIEW) else _choices(_centres())
    return _with_named(choices, wanted)


def _with_named(choices: Choices, wanted: str, within_posts_of: Actor | None = None) -> Choices:
    named = network.areas_by_code([wanted]).get(wanted) if wanted else None
    if named is None or named.code in dict(choices):
        return choices
    is_hidden = within_posts_of is not None and not within_posts_of.may(Permission.VIEW, named.path)
    return choices if is_hidden else [*choices, *_choices([named])]


def _centres() -> list[Area]:
    tiers = [tier.code for tier in current().plan.tiers if tier.workspace is Workspace.CENTRE]
    return [area for tier in tiers for area in network.areas_under(network.root_path(), tier)]


def _choices(areas: Sequence[Area]) -> Choices:
    return [(area.code, in_language(area.names)) for area in areas]
