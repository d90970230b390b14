"""Narrowing a list of parties, on pages and over REST, by no more than the reader may know of each."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.network import queries as network
from terrace.registry.domain import Mark, Permission, State, phone_tail
from terrace.registry.models import Membership, Party
from terrace.registry.queries.parties import fully_seen, with_contact

MOST_AREAS = 200


def narrowed(
    actor: Actor,
    rows: QuerySet[Party],
    *,
    text: str = "",
    kind: str = "",
    area: str = "",
    cooperative: str = "",
    state: str = "",
) -> QuerySet[Party]:
    """Narrow `rows`, all visible to the actor, by what was given.

    Who is seen by name and number only is found by these, and as a member of
    the cooperative through which it is seen: a filter by kind, place or state
    would tell what the row itself does not.
    """
    if text:
        rows = search(actor, rows, text)
    if cooperative:
        rows = _of_cooperative(actor, rows, cooperative)
    if kind or area or state:
        rows = rows.filter(fully_seen(actor))
    if kind:
        rows = rows.filter(kind=kind)
    if area:
        rows = _in_area(actor, rows, area)
    if state:
        rows = _in_state(rows, State(state))
    return rows


def search(actor: Actor, rows: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Narrow `rows` to those found by name, pinyin, initials, number, or the last digits of a phone.

    Only of phones that the actor sees in full: others could be read digit by digit.
    """
    found = Q()
    for word in text.casefold().split():
        found &= Q(search__contains=word)
    tail = phone_tail(text)
    return rows.filter(found | (with_contact(actor) & Q(phone__endswith=tail))) if tail else rows.filter(found)


def marked(rows: QuerySet[Party], mark: Mark, paths: Iterable[str]) -> QuerySet[Party]:
    """Narrow `rows` to the households with `mark` below `paths`. The caller has recorded the look."""
    return rows.filter(within(paths), **{f"household__{mark.value}": True})


def _in_area(actor: Actor, rows: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Narrow `rows` to the areas that `text` names by code or by name; to none when there is no such area."""
    exact = network.areas_by_code([text.strip()])
    areas = exact.values() or network.search_areas(actor.paths(Permission.VIEW), text)[:MOST_AREAS]
    return rows.filter(within(area.path for area in areas))


def _of_cooperative(actor: Actor, rows: QuerySet[Party], number: str) -> QuerySet[Party]:
    """Narrow `rows` to the present members of the cooperative `number`."""
    members = Membership.objects.filter(cooperative__number=number.strip().upper(), left_on__isnull=True)
    own = members.filter(cooperative__in=actor.parties)
    return rows.filter(Q(pk__in=own.values("member")) | (fully_seen(actor) & Q(pk__in=members.values("member"))))


def _in_state(rows: QuerySet[Party], state: State) -> QuerySet[Party]:
    """Narrow `rows` to those that take part, rest, or are erased."""
    if state is State.ERASED:
        return rows.filter(erased_at__isnull=False)
    return rows.filter(is_active=state is State.ACTIVE, erased_at__isnull=True)
