"""Who belongs to which cooperative."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.registry.domain import Kind
from terrace.registry.models import Membership, Party
from terrace.registry.queries.parties import may_change, visible_to


def memberships_of(party: Party) -> QuerySet[Membership]:
    """Return the cooperatives that the party belongs or belonged to, present ones first."""
    rows = Membership.objects.filter(member=party).select_related("cooperative")
    return rows.order_by("-left_on", "-joined_on", "-pk")


def members_of(actor: Actor, cooperative: Party) -> QuerySet[Membership]:
    """Return the present members of a cooperative by name, those that the actor sees."""
    rows = present_members(cooperative).filter(member__in=visible_to(actor)).select_related("member")
    return rows.order_by("member__name", "pk")


def present_members(cooperative: Party) -> QuerySet[Membership]:
    """Return all present members of a cooperative, to be counted: see `members_of` for who may be named to whom."""
    return Membership.objects.filter(cooperative=cooperative, left_on__isnull=True)


def membership_of(actor: Actor, party: Party, membership_id: int) -> Membership:
    """Return a membership that `party` has as a member or as the cooperative.

    Raises `NotFound` for others, and where the actor does not see the member or
    may not end it: a cooperative sees its members, not what else they belong to.
    """
    either = Q(member=party) | Q(cooperative=party)
    rows = Membership.objects.filter(either, pk=membership_id, member__in=visible_to(actor))
    found = rows.select_related("member", "cooperative").first()
    if found is None or not may_end(actor, found):
        raise NotFound
    return found


def may_end(actor: Actor, membership: Membership) -> bool:
    """Say whether the actor may end a membership: either of the two, or who keeps the register of either."""
    return may_change(actor, membership.member) or may_change(actor, membership.cooperative)


def cooperatives_of(party_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return the names of the cooperatives that each party belongs to now, by the party's id."""
    rows = Membership.objects.filter(member__in=set(party_ids), left_on__isnull=True).order_by("joined_on", "pk")
    found: dict[int, list[str]] = defaultdict(list)
    for member_id, name in rows.values_list("member_id", "cooperative__name"):
        found[member_id].append(name)
    return found


def cooperatives_in(county_code: str) -> QuerySet[Party]:
    """Return the active cooperatives of a county by name: that they exist is public, so that a villager can join."""
    rows = Party.objects.filter(kind=Kind.COOPERATIVE, is_active=True, county_code=county_code)
    return rows.order_by("name", "pk")


def get_cooperative(member: Party, number: str) -> Party:
    """Return the active cooperative `number` of the county of `member`; raise `Invalid` when it has no such."""
    found = cooperatives_in(member.county_code).filter(number=number.strip().upper()).first()
    if found is None:
        raise Invalid(_("Choose an active cooperative."), field="cooperative")
    return found
