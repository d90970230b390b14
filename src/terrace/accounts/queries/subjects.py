"""What the record of acts calls people, posts, invitations and tokens today: to each reader, what they may see."""

from collections.abc import Collection, Mapping

from django.db.models import Model, Q

from terrace.accounts.domain import Permission, is_erased_name, name_of_role
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.accounts.queries.invitations import invitations_visible_to
from terrace.accounts.queries.parties import party_names
from terrace.accounts.queries.people import visible_to
from terrace.accounts.queries.tokens import tokens_visible_to
from terrace.audit.queries import Namer
from terrace.kernel.actors import Actor
from terrace.kernel.db import within
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


def purpose_of(invitation: Invitation, units: Mapping[int, ServiceUnit], party: str) -> tuple[Text, str]:
    """Return what an invitation is for, and where or for whom."""
    if invitation.person_id:
        return _("Way back in"), ""
    if invitation.unit_id:
        return in_language(name_of_role(invitation.role)), str(units[invitation.unit_id])
    return _("Speaks for a producer or buyer"), party


def names_of_people(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of the people whom the actor sees; who was erased goes by number."""
    return {str(person.pk): name_of(person) for person in visible_to(actor).filter(pk__in=ids)}


def names_of_posts(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return who holds each post that the actor sees, as what and where: in two queries."""
    own = Q(person=actor.person_id) if actor.person_id else Q(pk__in=[])
    seen = Post.objects.filter(within(actor.paths(Permission.VIEW)) | own, pk__in=ids).select_related("person")
    posts = list(seen.order_by("pk"))
    units = network.units_by_id(post.unit_id for post in posts)
    return {
        str(post.pk): _told(name_of(post.person), in_language(name_of_role(post.role)), str(units[post.unit_id]))
        for post in posts
    }


def names_of_invitations(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return who was invited as what and where, of invitations that the actor manages or took up: in three queries."""
    own = Q(person=actor.person_id) | Q(accepted_by=actor.person_id) if actor.person_id else Q(pk__in=[])
    seen = invitations_visible_to(actor) | Invitation.objects.filter(own)
    links = list(seen.filter(pk__in=ids).order_by("pk"))
    units = network.units_by_id(link.unit_id for link in links if link.unit_id)
    parties = party_names(link.party_id for link in links if link.party_id)
    return {
        str(link.pk): _told(
            str(_("Somebody whose data were erased")) if is_erased_name(link.name) else link.name,
            *purpose_of(link, units, parties.get(link.party_id or 0, "")),
        )
        for link in links
    }


def names_of_tokens(actor: Actor, ids: Collection[str]) -> Mapping[str, str]:
    """Return what the tokens that the actor sees are called; one whose name was erased goes by number."""
    seen = tokens_visible_to(actor).filter(pk__in=ids).exclude(name="")
    return {str(token.pk): f"{token.name} {token.hint}…" for token in seen}


NAMERS: Mapping[type[Model], Namer] = {
    Person: names_of_people,
    Post: names_of_posts,
    Invitation: names_of_invitations,
    ApiToken: names_of_tokens,
}
"""Who names what."""


def name_of(person: Person) -> str:
    """Return what a person is called; who was erased goes by number."""
    if is_erased_name(person.name):
        return str(_("Person no. %(number)s, whose data were erased") % {"number": person.pk})
    return person.name


def _told(who: str, what: Text, where: str) -> str:
    """Return `who` with a role or purpose, and the place of it where there is one."""
    return " · ".join(part for part in (who, str(what), where) if part)
