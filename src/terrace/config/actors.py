"""Who stands behind a request: a person with posts and parties, or a token of another system or a party."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from terrace.accounts import queries as accounts
from terrace.accounts.models import ApiToken, Person
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.words import Names
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry import services as parties
from terrace.registry.domain import Permission as Registry


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's actor, and whether one of the posts asks for a second factor."""

    actor: Actor
    needs_second_factor: bool


def standing_of(person: Person, *, via: str = "page") -> Standing:
    """Return what `person` is today, in two queries: what the posts allow, and the parties it speaks for."""
    posts = list(accounts.posts_on(person.pk, clock.today()))
    return Standing(registry.actor_of(person, posts, via=via), accounts.needs_second_factor(posts))


def actor_for(person: Person, *, via: str = "page") -> Actor:
    """Return the actor that `person` is today."""
    return standing_of(person, via=via).actor


def actor_of(token: ApiToken) -> Actor:
    """Return the actor that a token is: never more than its issuer is today, so a token does not outlive its reason.

    It signs by number, for its name may be somebody's, and its acts are kept as
    those of who issued it.
    """
    issuer = actor_for(token.issued_by, via="token")
    return Actor(
        name=token.called,
        grants=_still_held(issuer, () if token.party_id else token.permissions, token.area_path),
        parties=issuer.parties & {token.party_id},
        via="token",
        signature=str(token),
        issuer_id=token.issued_by_id,
    )


def _names_of_parties(ids: Iterable[int]) -> Mapping[int, str]:
    return {party_id: party.name for party_id, party in registry.parties_by_id(ids).items()}


def _places_of_parties(ids: Iterable[int]) -> Mapping[int, str]:
    return {party_id: party.area_path for party_id, party in registry.parties_by_id(ids).items()}


def _lock_party(party_id: int) -> None:
    for party in registry.parties_by_id([party_id]).values():
        parties.lock_active(party)


PARTIES = accounts.Parties(_names_of_parties, _places_of_parties, registry.all_parties_of, _lock_party, Registry.MANAGE)
"""What accounts, which lies below the registry, asks about parties."""


def names_of_places(paths: Iterable[str]) -> Mapping[str, Names]:
    """Return what the areas at `paths` are called: for audit, which lies below the network."""
    codes = {path: path.rstrip("/").rpartition("/")[2] for path in paths}
    names = network.names_of(codes.values())
    return {path: names[code] for path, code in codes.items() if code in names}


def _still_held(issuer: Actor, permissions: Iterable[str], path: str) -> Mapping[str, tuple[str, ...]]:
    held = (name for name in permissions if any(path.startswith(at) for at in issuer.grants.get(name, ())))
    return MappingProxyType(dict.fromkeys(held, (path,)))
