"""People over REST: who the caller is, who works in the caller's area."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from ninja import Router

from terrace.accounts import queries, services
from terrace.accounts.domain import Permission, state_of
from terrace.accounts.models import Person
from terrace.accounts.schemas import MeOut, OwnNameIn, OwnNameOut, PersonOut, PostOut
from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.network import queries as network

router = Router(tags=["accounts"])


@router.get("/me", response={200: MeOut, **REFUSALS})
def me(request: HttpRequest) -> MeOut:
    """Say who the caller is and what it may do where."""
    return MeOut.of(actor_of(request))


@router.put("/me", response={200: OwnNameOut, **REFUSALS})
def change_me(request: HttpRequest, given: OwnNameIn) -> OwnNameOut:
    """Change the caller's own name and language; a token stands for nobody and is refused."""
    changed = services.change_profile(by=actor_of(request), name=given.name, language=given.language)
    return OwnNameOut(name=changed.name, language=changed.language)


@router.get("/people", response={200: Paged[PersonOut], **REFUSALS})
def list_people(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List who works in the caller's area, by name."""
    actor = actor_of(request)
    if not actor.holds(Permission.VIEW):
        raise Forbidden
    return paged(queries.visible_to(actor).order_by("name", "pk"), lambda people: _people_out(actor, people), page)


def _people_out(actor: Actor, people: Sequence[Person]) -> list[PersonOut]:
    ids = [person.pk for person in people]
    held = [
        post
        for post in queries.posts_of(ids).filter(queries.held_on(clock.today()))
        if actor.may(Permission.VIEW, post.area_path)
    ]
    units, secured = network.units_by_id(post.unit_id for post in held), queries.ids_with_second_factor(ids)
    posts: dict[int, list[PostOut]] = {person_id: [] for person_id in ids}
    for post in held:
        posts[post.person_id].append(
            PostOut(
                role=post.role,
                unit=units[post.unit_id].number,
                area_path=post.area_path,
                starts_on=post.starts_on,
                ends_on=post.ends_on,
            )
        )
    now, seen = clock.now(), queries.ids_fully_seen(actor, ids)
    return [
        PersonOut(
            id=one.pk,
            name=one.name,
            username=one.username if one.pk in seen else None,
            phone=one.phone if one.pk in seen else None,
            state=state_of(one.is_active, one.locked_until, bool(posts[one.pk]), now) if one.pk in seen else None,
            has_second_factor=one.pk in secured if one.pk in seen else None,
            posts=posts[one.pk],
        )
        for one in people
    ]
