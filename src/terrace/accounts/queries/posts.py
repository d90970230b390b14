"""Reading posts: who holds what, when, and what it allows."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet

from terrace.accounts.domain import Permission, Role, RoleAboveYours, role_at, roles
from terrace.accounts.models import Person, Post
from terrace.accounts.queries.parties import parties_spoken_for, place_of_party, require_gives_party
from terrace.kernel import clock
from terrace.kernel.actors import Actor, grants_of
from terrace.kernel.db import within
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def held_on(on: date) -> Q:
    """Return the condition that a post is held on the day `on`."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


def lasting_on(on: date) -> Q:
    """Return the condition that a post is held on the day `on` or will be."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=on)


def posts_on(person_id: int, on: date) -> QuerySet[Post]:
    """Return the posts that the person holds on the day `on`."""
    return Post.objects.filter(held_on(on), person_id=person_id).order_by("id")


def posts_of(person_ids: Iterable[int]) -> QuerySet[Post]:
    """Return all posts of the people, past and future too, the latest first."""
    return Post.objects.filter(person_id__in=list(person_ids)).order_by("-starts_on", "-id")


def stand_ins_of(post_ids: Iterable[int], on: date) -> QuerySet[Post]:
    """Return who stands in for the holders of the posts on the day `on` or later, with the person, the first first."""
    lasting = Post.objects.filter(acting_for_id__in=list(post_ids), ends_on__gte=on)
    return lasting.select_related("person").order_by("starts_on", "id")


def get_post(actor: Actor, post_id: int) -> Post:
    """Return a post in the actor's area, or raise `NotFound`."""
    seen = Post.objects.filter(within(actor.paths(Permission.VIEW)), pk=post_id)
    post = seen.select_related("person").first()
    if post is None:
        raise NotFound
    return post


def grants_on(posts: Iterable[Post]) -> Mapping[str, tuple[str, ...]]:
    """Return what the posts allow: area paths by permission."""
    return grants_of((permission, path) for role, path in _roles_of(posts) for permission in role.permissions)


def units_allowing(person_id: int, permission: StrEnum, on: date) -> frozenset[int]:
    """Return the units at which the person holds a post that itself allows `permission`, wherever else one does."""
    known = roles()
    held = (post for post in posts_on(person_id, on) if post.role in known)
    return frozenset(post.unit_id for post in held if permission in known[post.role].permissions)


def holders_of(permission: StrEnum, path: str, on: date) -> list[int]:
    """Return the ids of the people whose posts allow `permission` at the place at `path` on the day `on`, in order."""
    allowing = [code for code, role in roles().items() if permission in role.permissions]
    above = [path[:length] for length in range(len(path) + 1)]
    held = Post.objects.filter(held_on(on), role__in=allowing, area_path__in=above, person__is_active=True)
    return list(held.order_by("person_id").values_list("person_id", flat=True).distinct())


def needs_second_factor(posts: Iterable[Post]) -> bool:
    """Say whether one of the posts asks for a second factor."""
    return any(role.needs_second_factor for role, _ in _roles_of(posts))


def appointable(actor: Actor, path: str) -> frozenset[str]:
    """Return the permissions that `actor` may give to others at `path`: held, or handed on by a post above."""
    if actor.is_system:
        return frozenset(member.value for role in roles().values() for member in role.permissions)
    if actor.person_id is None:
        return frozenset()
    above = [role for role, at in _roles_of(posts_on(actor.person_id, clock.today())) if path.startswith(at)]
    return frozenset(permission.value for role in above for permission in role.appoints)


def require_over(actor: Actor, person: Person) -> None:
    """Raise `Forbidden` unless `actor` manages every place of `person`, and could give all that is held there.

    Whoever resets somebody's sign-in could sign in as them, now or later, so it
    takes the same authority as giving them all that they have: posts, those to
    come as well, and parties to speak for.
    """
    held = list(posts_of([person.pk]).filter(lasting_on(clock.today())))
    for path in {post.area_path for post in held} or {person.area_path}:
        actor.require(Permission.MANAGE, path)
    for role, path in _roles_of(held):
        require_appoints(actor, role, path)
    for party_id in sorted(parties_spoken_for(person.pk)):
        actor.require(Permission.MANAGE, place_of_party(party_id))
        require_gives_party(actor, party_id)


def appointment(actor: Actor, unit_id: int, role: str) -> tuple[ServiceUnit, Role]:
    """Return the unit and the role when `actor` may appoint somebody to it there, or raise why not."""
    unit = network.units_by_id([unit_id]).get(unit_id)
    if unit is None:
        raise NotFound(field="unit")
    actor.require(Permission.MANAGE, unit.area_path)
    found = role_at(role, current().plan.get(unit.tier).workspace)
    require_appoints(actor, found, unit.area_path)
    return unit, found


def require_appoints(actor: Actor, role: Role, path: str) -> None:
    """Raise `RoleAboveYours` unless `actor` may give all that `role` allows at `path`."""
    if not {permission.value for permission in role.permissions} <= appointable(actor, path):
        raise RoleAboveYours(field="role")


def _roles_of(posts: Iterable[Post]) -> list[tuple[Role, str]]:
    known = roles()
    return [(known[post.role], post.area_path) for post in posts if post.role in known]
