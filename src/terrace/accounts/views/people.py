"""The list of people, one person, and the roles of this installation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from terrace.accounts import queries
from terrace.accounts.domain import Permission, is_erased_name, name_of_role, permission_groups, roles
from terrace.accounts.forms.people import PersonFilter
from terrace.accounts.models import Invitation, Person, Post
from terrace.accounts.views.rows import PersonRow, people_table, person_rows
from terrace.audit import queries as audit
from terrace.audit.domain import Permission as Audit
from terrace.audit.models import Act
from terrace.http import listing, pages
from terrace.http.access import needs, signed_in
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import DomainError
from terrace.kernel.phones import show_phone
from terrace.kernel.words import Names, Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit

HISTORY = 20
SIGNED_IN = "accounts.sign_in"
"""Left out of a person's history, which it would fill; the record of acts has it."""


@require_safe
@needs(Permission.VIEW)
def people(request: Request) -> HttpResponse:
    """List who works in the reader's area."""
    form = PersonFilter(request.GET)
    rows = form.narrow(queries.visible_to(request.actor), request.actor, clock.now())
    units = network.units_by_number([form.given().get("unit", "")])
    invite = {"url": reverse("accounts:invite"), "label": _("Invite somebody"), "icon": "plus"}
    context = {
        "title": _("People"),
        "lead": ", ".join(map(str, units.values())) or _("Who works in your area, as what, and since when."),
        "primary": invite if request.actor.holds(Permission.MANAGE) else None,
        "actions": _elsewhere(request.actor),
    }
    return listing.answer(request, "pages/list.html", people_table(request.actor), rows, form, context)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post on a person's page, with what the reader may do about it ("" for nothing).

    `holder` is for whom the person stands in, None for a post of their own;
    `stand_ins` are the posts, now and to come, of who stands in for the person.
    """

    post: Post
    role: Names
    unit: ServiceUnit
    is_held: bool
    holder: Person | None
    stand_ins: tuple[Post, ...]
    may_look: bool
    end_url: str
    act_for_url: str


@require_safe
@signed_in
def person(request: Request, person_id: int) -> HttpResponse:
    """Show one person: how to reach them, their posts, what was done about them."""
    found = queries.get_person(request.actor, person_id)
    row = person_rows(request.actor, [found])[0]
    may_manage = (
        request.actor.holds(Permission.MANAGE)
        and found.pk != request.actor.person_id
        and not is_erased_name(found.name)
    )
    context = {
        "title": queries.name_of(found),
        "person": found,
        "row": row,
        "tone": row.tone,
        "facts": _facts(row),
        "posts": _posts(request.actor, found),
        "primary": _give(found) if may_manage and found.is_active else None,
        "actions": _over(row) if may_manage and _is_over(request.actor, found) else [],
        "history": [_told(act) for act in _history(request.actor, found)],
    }
    return pages.render(request, "accounts/person.html", context)


@require_safe
@needs(Permission.VIEW)
def all_roles(request: Request) -> HttpResponse:
    """Show in words what each role allows, and which it may give to others."""
    known = list(roles().values())
    groups = [(title, [_line(permission, known) for permission in kind]) for title, kind in permission_groups()]
    context = {
        "title": _("Roles"),
        "lead": _("What each post allows, in its own area and below."),
        "roles": known,
        "groups": groups,
    }
    return pages.render(request, "accounts/roles.html", context)


def _line(permission: Any, known: list[Any]) -> tuple[Text, list[tuple[Names, str]]]:
    """Return a permission's label and how it stands with every role: held, handed on, or neither."""

    def standing(role: Any) -> str:
        return "held" if permission in role.permissions else "handed" if permission in role.hands_on else ""

    return permission.label, [(role.names, standing(role)) for role in known]


def _elsewhere(actor: Actor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"url": reverse("accounts:roles"), "label": _("Roles"), "icon": "list-check"}]
    if actor.holds(Permission.MANAGE):
        found.append({"url": reverse("accounts:invitations"), "label": _("Invitations"), "icon": "send"})
    if actor.holds(Permission.TOKENS):
        found.append({"url": reverse("accounts:tokens"), "label": _("Tokens"), "icon": "key"})
    return found


def _facts(row: PersonRow) -> list[tuple[Text, Any]]:
    """Return how to reach the person and how they sign in; nothing of who works elsewhere by now."""
    found = row.person
    if not row.is_full:
        return []
    return [
        (_("User name"), "" if is_erased_name(found.name) else found.username),
        (_("Phone"), show_phone(found.phone or "", current().region)),
        (_("E-mail"), found.email),
        (_("Second factor"), _("set up") if row.has_second_factor else _("missing")),
    ]


def _posts(actor: Actor, found: Person) -> list[PostLine]:
    is_own = found.pk == actor.person_id
    posts = queries.posts_of([found.pk]).select_related("acting_for__person")
    seen = [p for p in posts if is_own or actor.may(Permission.VIEW, p.area_path)]
    units = network.units_by_id(post.unit_id for post in seen)
    acting = list(queries.stand_ins_of([post.pk for post in seen], clock.today()))
    return [
        _post(actor, post, units[post.unit_id], tuple(one for one in acting if one.acting_for_id == post.pk))
        for post in seen
    ]


def _post(actor: Actor, post: Post, unit: ServiceUnit, stand_ins: tuple[Post, ...]) -> PostLine:
    today = clock.today()
    is_over = post.ends_on is not None and post.ends_on < today
    may = actor.may(Permission.MANAGE, post.area_path) and not is_over
    return PostLine(
        post=post,
        role=name_of_role(post.role),
        unit=unit,
        is_held=post.starts_on <= today and not is_over,
        holder=post.acting_for.person if post.acting_for else None,
        stand_ins=stand_ins,
        may_look=actor.may(Permission.VIEW, post.area_path),
        end_url=reverse("accounts:end_post", args=[post.pk]) if may else "",
        act_for_url=reverse("accounts:act_for", args=[post.pk]) if may and post.acting_for_id is None else "",
    )


def _give(found: Person) -> dict[str, Any]:
    return {"url": reverse("accounts:give_post", args=[found.pk]), "label": _("Give a post"), "icon": "plus"}


def _over(row: PersonRow) -> list[dict[str, Any]]:
    """Return what somebody with authority over the person may do: let them back in, erase who holds no post now."""
    number = [row.person.pk]
    back_in = {"url": reverse("accounts:let_back_in", args=number), "label": _("Let back in"), "icon": "key"}
    erase = {"url": reverse("accounts:erase", args=number), "label": _("Erase the data"), "icon": "trash"}
    return [*([back_in] if row.person.is_active else []), *([] if row.posts else [erase])]


def _is_over(actor: Actor, found: Person) -> bool:
    """Say whether the actor has authority over all that the person holds: else the acts would only be refused."""
    try:
        queries.require_over(actor, found)
    except DomainError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Told:
    """An act of the person's history, with the role it was about in words."""

    at: datetime
    title: Text
    text: str
    who: str


def _told(act: Act) -> Told:
    role = act.details.get("role", "")
    return Told(act.at, act.title, in_language(name_of_role(role)) if role else "", act.who)


def _history(actor: Actor, found: Person) -> list[Act]:
    """Return what was done about the person, so far as the reader may read the record."""
    if not actor.holds(Audit.READ) and found.pk != actor.person_id:
        return []
    posts = list(queries.posts_of([found.pk]).values_list("pk", flat=True))
    links = queries.invitations_of(found.pk)
    about = audit.history_of_many({Person: [found.pk], Post: posts, Invitation: links}).exclude(act=SIGNED_IN)
    seen = about.filter(pk__in=audit.visible_to(actor).values("pk")) if found.pk != actor.person_id else about
    return list(seen[:HISTORY])
