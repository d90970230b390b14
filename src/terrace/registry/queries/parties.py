"""Which parties an actor sees, and how much of each."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.db import among, within
from terrace.kernel.errors import Forbidden, NotFound
from terrace.registry.domain import Kind, Permission
from terrace.registry.models import Membership, Party

PRODUCERS = [kind for kind in Kind if kind.produces]
TRADERS = [kind for kind in Kind if kind.trades]
BUYING = [Kind.COOPERATIVE, Kind.ENTERPRISE]
FIRMS = [kind for kind in Kind if not kind.is_person]


def visible_to(actor: Actor) -> QuerySet[Party]:
    """Return the parties that the actor sees: those of its area, its own, and the members of its cooperatives.

    Of a cooperative's members it sees name and number only: see `sees_fully`.
    """
    members = Membership.objects.filter(cooperative__in=actor.parties, left_on__isnull=True)
    return Party.objects.filter(fully_seen(actor) | Q(pk__in=members.values("member")))


def count_visible_to(actor: Actor, *, since: datetime) -> tuple[int, int]:
    """Return how many parties the actor sees, and how many of them were registered after `since`."""
    found = visible_to(actor).aggregate(all=Count("pk"), fresh=Count("pk", filter=Q(created_at__gt=since)))
    return found["all"], found["fresh"]


def sees_fully(actor: Actor, party: Party) -> bool:
    """Say whether the actor sees more of a visible party than its name and number."""
    return actor.may(Permission.VIEW, party.area_path) or actor.owns(party.pk)


def may_change(actor: Actor, party: Party) -> bool:
    """Say whether the actor may change what is known of a party: who keeps the register there, and the party itself."""
    return actor.may(Permission.MANAGE, party.area_path) or actor.speaks_for(party.pk)


def sees_contact(actor: Actor, party: Party) -> bool:
    """Say whether the actor sees phone, e-mail and address in full.

    Firms publish theirs. A person's are for those who keep the register there
    or look after its households, and for the person.
    """
    if not Kind(party.kind).is_person or actor.owns(party.pk):
        return sees_fully(actor, party)
    return any(actor.may(task, party.area_path) for task in (Permission.MANAGE, Permission.PERSONAL))


def sees_personal(actor: Actor, party: Party) -> bool:
    """Say whether the actor may look at a household's marks and members; each look is recorded by the service."""
    return actor.may(Permission.PERSONAL, party.area_path) or actor.owns(party.pk)


def get_party(actor: Actor, number: str) -> Party:
    """Return the party `number`, or raise `NotFound` when the actor does not see it."""
    found = find_party(actor, number)
    if found is None:
        raise NotFound
    return found


def get_full_party(actor: Actor, number: str) -> Party:
    """Return the party `number`, or raise `NotFound`, and `Forbidden` where the actor sees name and number only."""
    found = get_party(actor, number)
    if not sees_fully(actor, found):
        raise Forbidden
    return found


def find_party(actor: Actor, number: str) -> Party | None:
    """Return the party `number` however it was typed, None when the actor sees none."""
    return visible_to(actor).filter(number=number.strip().upper()).first()


def parties_by_id(ids: Iterable[int]) -> dict[int, Party]:
    """Return the parties by id. The caller has authorised the look."""
    return Party.objects.in_bulk(set(ids))


def ids_of_firms() -> list[int]:
    """Return the ids of all parties that are no household: a sum of household income leaves them out."""
    return list(Party.objects.filter(kind__in=FIRMS).order_by("pk").values_list("pk", flat=True))


def kinds_of(ids: Iterable[int]) -> dict[int, Kind]:
    """Return the kinds of many parties by id. The caller has authorised the look."""
    rows = Party.objects.filter(pk__in=among(ids)).values_list("pk", "kind")
    return {pk: Kind(kind) for pk, kind in rows}


def producers_for(actor: Actor) -> QuerySet[Party]:
    """Return the active producers whose affairs the actor sees or speaks for, by name."""
    return Party.objects.filter(fully_seen(actor), is_active=True, kind__in=PRODUCERS).order_by("name", "pk")


def traders_for(actor: Actor) -> QuerySet[Party]:
    """Return the active parties that look for goods whose affairs the actor sees or speaks for, by name."""
    return Party.objects.filter(fully_seen(actor), is_active=True, kind__in=TRADERS).order_by("name", "pk")


def buying_in(county_code: str) -> QuerySet[Party]:
    """Return the cooperatives and enterprises of the county that take part, by name: who buys from its producers.

    A firm deals with others by its name, so who weighs goods for it may read that wherever in the county it is at home.
    """
    return Party.objects.filter(county_code=county_code, is_active=True, kind__in=BUYING).order_by("name", "pk")


def known_by_name(actor: Actor, paths: Collection[str]) -> QuerySet[Party]:
    """Return the parties whose names the actor may read: households of its own or at `paths`, and everybody else.

    A firm or a buyer that deals with others does so by its name.
    """
    return Party.objects.filter(~Q(kind=Kind.HOUSEHOLD) | within(paths) | Q(pk__in=actor.own_parties))


def with_contact(actor: Actor) -> Q:
    """Return the condition that `sees_contact` holds."""
    firms = fully_seen(actor) & Q(kind__in=FIRMS)
    at_work = {*actor.paths(Permission.MANAGE), *actor.paths(Permission.PERSONAL)}
    return firms | within(sorted(at_work)) | Q(pk__in=actor.own_parties)


def fully_seen(actor: Actor) -> Q:
    """Return the condition that `sees_fully` holds."""
    return within(actor.paths(Permission.VIEW)) | Q(pk__in=actor.own_parties)
