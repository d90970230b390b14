"""Which parties an actor sees, and how much of each."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.errors import NotFound
from terrace.network import queries as network
from terrace.registry.domain import Kind, Mark, Permission, State, phone_tail
from terrace.registry.models import Membership, Party

MOST_AREAS = 200
PRODUCERS = [kind for kind in Kind if kind.produces]
TRADERS = [kind for kind in Kind if kind.trades]
FIRMS = [kind for kind in Kind if not kind.is_person]


def visible_to(actor: Actor) -> QuerySet[Party]:
    """Return the parties that the actor sees: those of its area, its own, and the members of its cooperatives.

    Of a cooperative's members it sees name and number only: see `sees_fully`.
    """
    members = Membership.objects.filter(cooperative__in=actor.parties, left_on__isnull=True)
    return Party.objects.filter(_fully(actor) | Q(pk__in=members.values("member")))


def sees_fully(actor: Actor, party: Party) -> bool:
    """Say whether the actor sees more of a visible party than its name and number."""
    return actor.may(Permission.VIEW, party.area_path) or actor.speaks_for(party.pk)


def may_change(actor: Actor, party: Party) -> bool:
    """Say whether the actor may change what is known of a party: who keeps the register there, and the party itself."""
    return actor.may(Permission.MANAGE, party.area_path) or actor.speaks_for(party.pk)


def sees_contact(actor: Actor, party: Party) -> bool:
    """Say whether the actor sees phone, e-mail and address in full.

    Firms publish theirs. A person's are for those who keep the register there
    or look after its households, and for the person.
    """
    if not Kind(party.kind).is_person or actor.speaks_for(party.pk):
        return sees_fully(actor, party)
    return any(actor.may(task, party.area_path) for task in (Permission.MANAGE, Permission.PERSONAL))


def sees_personal(actor: Actor, party: Party) -> bool:
    """Say whether the actor may look at a household's marks and members; each look is recorded by the service."""
    return actor.may(Permission.PERSONAL, party.area_path) or actor.speaks_for(party.pk)


def get_party(actor: Actor, number: str) -> Party:
    """Return the party `number`, or raise `NotFound` when the actor does not see it."""
    found = find_party(actor, number)
    if found is None:
        raise NotFound
    return found


def find_party(actor: Actor, number: str) -> Party | None:
    """Return the party `number` however it was typed, None when the actor sees none."""
    return visible_to(actor).filter(number=number.strip().upper()).first()


def parties_by_id(ids: Iterable[int]) -> dict[int, Party]:
    """Return the parties by id. The caller has authorised the look."""
    return Party.objects.in_bulk(set(ids))


def producers_for(actor: Actor) -> QuerySet[Party]:
    """Return the active producers whose affairs the actor sees or speaks for, by name."""
    return Party.objects.filter(_fully(actor), is_active=True, kind__in=PRODUCERS).order_by("name", "pk")


def traders_for(actor: Actor) -> QuerySet[Party]:
    """Return the active parties that look for goods whose affairs the actor sees or speaks for, by name."""
    return Party.objects.filter(_fully(actor), is_active=True, kind__in=TRADERS).order_by("name", "pk")


def search(actor: Actor, rows: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Narrow `rows` to those found by name, pinyin, initials, number, or the last digits of a phone.

    Only of phones that the actor sees in full: others could be read digit by digit.
    """
    found = Q()
    for word in text.casefold().split():
        found &= Q(search__contains=word)
    tail = phone_tail(text)
    return rows.filter(found | (_with_contact(actor) & Q(phone__endswith=tail))) if tail else rows.filter(found)


def in_area(actor: Actor, rows: QuerySet[Party], text: str) -> QuerySet[Party]:
    """Narrow `rows` to the areas that `text` names by code or by name; to none when there is no such area."""
    exact = network.areas_by_code([text.strip()])
    areas = exact.values() or network.search_areas(actor.paths(Permission.VIEW), text)[:MOST_AREAS]
    return rows.filter(within(area.path for area in areas))


def marked(rows: QuerySet[Party], mark: Mark, paths: Iterable[str]) -> QuerySet[Party]:
    """Narrow `rows` to the households with `mark` below `paths`. The caller has recorded the look."""
    return rows.filter(within(paths), **{f"household__{mark.value}": True})


def of_cooperative(rows: QuerySet[Party], number: str) -> QuerySet[Party]:
    """Narrow `rows` to the present members of the cooperative `number`."""
    members = Membership.objects.filter(cooperative__number=number.strip().upper(), left_on__isnull=True)
    return rows.filter(pk__in=members.values("member"))


def in_state(rows: QuerySet[Party], state: State) -> QuerySet[Party]:
    """Narrow `rows` to those that take part, rest, or are erased."""
    if state is State.ERASED:
        return rows.filter(erased_at__isnull=False)
    return rows.filter(is_active=state is State.ACTIVE, erased_at__isnull=True)


def _with_contact(actor: Actor) -> Q:
    """Return the condition that `sees_contact` holds."""
    firms = _fully(actor) & Q(kind__in=FIRMS)
    at_work = {*actor.paths(Permission.MANAGE), *actor.paths(Permission.PERSONAL)}
    return firms | within(sorted(at_work)) | Q(pk__in=actor.parties)


def _fully(actor: Actor) -> Q:
    return within(actor.paths(Permission.VIEW)) | Q(pk__in=actor.parties)
