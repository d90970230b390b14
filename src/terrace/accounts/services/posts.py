"""Posts: given, ended, stood in for."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.text import format_lazy

from terrace.accounts import queries
from terrace.accounts.domain import (
    AccountClosed,
    AlreadyPosted,
    LastAdministrator,
    NotYourself,
    Permission,
    UnknownRole,
    holds_on,
    name_of_role,
    roles,
)
from terrace.accounts.models import Invitation, Person, Post
from terrace.accounts.queries.posts import require_appoints
from terrace.accounts.services import locks
from terrace.accounts.services.links import take_back_links
from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.days import refuse_far_day
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.messaging import services as messaging
from terrace.messaging.domain import Topic
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

lazy_names = lazy(in_language, str)
A_DAY = timedelta(days=1)


@transaction.atomic
def give_post(
    *,
    by: Actor,
    person_id: int,
    unit_id: int,
    role: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    now: datetime | None = None,
) -> Post:
    """Give a person a role at a unit, from today unless told otherwise.

    Raises `Forbidden` outside the actor's area, `UnknownRole`, `RoleAboveYours`,
    `NotYourself`, `AlreadyPosted`, and `FarDay` for a day centuries off.
    """
    unit, found = queries.appointment(by, unit_id, role)
    if by.person_id == person_id:
        raise NotYourself
    post = place(person_id, unit_id, found.code, starts_on or clock.today(), ends_on)
    audit.record(by=by, act="accounts.give_post", subject=post, area_path=unit.area_path, details=_facts(post), now=now)
    _tell(post, unit, _("You were given a new post"), now)
    return post


@transaction.atomic
def end_post(*, by: Actor, post_id: int, ends_on: date | None = None, now: datetime | None = None) -> Post:
    """End a post after the day `ends_on`, or at once; who stands in for its holder stops with it.

    Raises `NotFound`, `Forbidden`, `RoleAboveYours`, and `LastAdministrator` when
    nobody would be left who can appoint others there.
    """
    refuse_far_day(ends_on, field="ends_on")
    post = _lock_leaving([_authorised_post(by, post_id)])[0]
    last_day = ends_on or max(clock.today(), post.starts_on) - A_DAY
    if last_day < post.starts_on - A_DAY or (post.ends_on and last_day > post.ends_on):
        raise Invalid(_("Choose a day within the post."), field="ends_on")
    _end(post, last_day, by, now)
    for acting in Post.objects.select_for_update().filter(ends_on__gt=last_day, acting_for=post).order_by("id"):
        _end(acting, last_day, by, now)
    return post


@transaction.atomic
def act_for(
    *, by: Actor, post_id: int, person_id: int, starts_on: date, ends_on: date, now: datetime | None = None
) -> Post:
    """Let a second person hold a post's role from a day to a day while its holder is on leave; it ends by itself.

    Unit and post are locked, in the order of who closes or ends them, so that
    nobody stands in for a post that ends at the same moment. Raises `NotFound`,
    `Forbidden`, `RoleAboveYours`, `NotYourself`, `AlreadyPosted`, `UnknownRole`
    when the unit is closed, and `Invalid` when the days do not lie within the post.
    """
    unit = open_unit(_authorised_post(by, post_id).unit_id)
    post = Post.objects.select_for_update().get(pk=post_id)
    if person_id in (by.person_id, post.person_id):
        raise NotYourself(field="person")
    if ends_on < starts_on:
        raise Invalid(_("The last day lies before the first."), field="ends_on")
    if post.acting_for_id or not (
        holds_on(post.starts_on, post.ends_on, starts_on) and holds_on(post.starts_on, post.ends_on, ends_on)
    ):
        raise Invalid(_("Choose days within the post."), field="starts_on")
    acting = place(person_id, unit.pk, post.role, starts_on, ends_on, acting_for=post)
    details = _facts(acting) | {"for": post.person_id}
    audit.record(by=by, act="accounts.act_for", subject=acting, area_path=post.area_path, details=details, now=now)
    _tell(acting, unit, _("You stand in for somebody on leave"), now)
    return acting


@transaction.atomic
def end_posts_at(*, unit_id: int, last_day: date) -> int:
    """End every post at a unit that closes, and its open invitations; return how many posts ended.

    Raises `LastAdministrator` when nobody would be left who can appoint others,
    and with it undoes the closing.
    """
    open_posts = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day), unit_id=unit_id)
    ending = _lock_leaving(list(open_posts.order_by("id")))
    for post in ending:
        _end(post, last_day, SYSTEM)
    take_back_links(Invitation.objects.filter(unit_id=unit_id), by=SYSTEM, now=clock.now())
    return len(ending)


def place(
    person_id: int, unit_id: int, role: str, starts_on: date, ends_on: date | None, acting_for: Post | None = None
) -> Post:
    """Write a post once the actor is authorised; raise `AlreadyPosted` when the person holds it in these days.

    The unit's row is locked, so that it does not close before the post is there
    to be ended with it, and the person's, so that two clicks do not give the same
    post twice. A day centuries off is refused: a post may end on the day before
    it began, and the calendar's first day has none before it.
    """
    refuse_far_day(starts_on, field="starts_on")
    refuse_far_day(ends_on, field="ends_on")
    unit = open_unit(unit_id)
    try:
        person = locks.lock_person(person_id)
    except (Person.DoesNotExist, AccountClosed):
        raise NotFound(field="person") from None
    if ends_on and ends_on < starts_on:
        raise Invalid(_("The last day lies before the first."), field="ends_on")
    same = Post.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on), person=person, unit=unit, role=role)
    if same.filter(starts_on__lte=ends_on or date.max).exists():
        raise AlreadyPosted
    return Post.objects.create(
        person=person,
        unit=unit,
        area_path=unit.area_path,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        acting_for=acting_for,
    )


def open_unit(unit_id: int) -> ServiceUnit:
    """Return a unit, locked until the transaction ends; raise `UnknownRole` when it is closed."""
    unit = network.lock_unit(unit_id)
    if unit.closed_on is not None:
        raise UnknownRole(_("This unit is closed."), field="unit")
    return unit


def _end(post: Post, last_day: date, by: Actor, now: datetime | None = None) -> None:
    post.ends_on = max(last_day, post.starts_on - A_DAY)
    post.save(update_fields=["ends_on"])
    audit.record(by=by, act="accounts.end_post", subject=post, area_path=post.area_path, details=_facts(post), now=now)


def _tell(post: Post, unit: ServiceUnit, title: Text, now: datetime | None) -> None:
    """Tell who was given a post that they may begin."""
    messaging.notify(
        to=queries.recipients([post.person_id]),
        topic=Topic.ACCOUNT,
        title=title,
        text=format_lazy("{} · {}", lazy_names(name_of_role(post.role)), lazy_names(unit.names)),
        url="/",
        now=now,
    )


def _authorised_post(by: Actor, post_id: int) -> Post:
    post = Post.objects.filter(pk=post_id).first()
    if post is None or not by.may(Permission.VIEW, post.area_path):
        raise NotFound
    by.require(Permission.MANAGE, post.area_path)
    if post.role in roles():
        require_appoints(by, roles()[post.role], post.area_path)
    return post


def _lock_leaving(leaving: list[Post]) -> list[Post]:
    """Lock the posts that are to end and return them fresh; raise `LastAdministrator` when no other would be left.

    Where one of them can appoint others, every lasting post that can do so here
    or above is locked with them, by one statement and in one order: of two
    administrators who end each other's at the same moment, one succeeds.
    """
    ids = {post.pk for post in leaving}
    managing = [code for code, role in roles().items() if Permission.MANAGE in role.permissions]
    above = {path: _lasting_over(path, managing) for path in {p.area_path for p in leaving if _appoints(p, managing)}}
    wanted = Q(pk__in=ids)
    for lasting in above.values():
        wanted |= lasting
    locked = list(Post.objects.select_for_update(of=("self",)).filter(wanted).order_by("id"))
    for path in above:
        if not any(post.pk not in ids and path.startswith(post.area_path) for post in locked):
            raise LastAdministrator
    return [post for post in locked if post.pk in ids]


def _appoints(post: Post, managing: list[str]) -> bool:
    return post.role in managing and post.acting_for_id is None


def _lasting_over(path: str, managing: list[str]) -> Q:
    """Return the condition that a post can appoint others at `path`, without an end in sight."""
    return Q(
        queries.held_on(clock.today()),
        area_path__in=[path[:length] for length in range(len(path) + 1)],
        role__in=managing,
        ends_on__isnull=True,
        acting_for__isnull=True,
        person__is_active=True,
    )


def _facts(post: Post) -> dict[str, object]:
    return {
        "person": post.person_id,
        "unit": post.unit_id,
        "role": post.role,
        "role_name": name_of_role(post.role).get("en", post.role),
        "starts_on": post.starts_on.isoformat(),
        "ends_on": post.ends_on.isoformat() if post.ends_on else None,
    }
