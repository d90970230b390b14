"""Who acts, and where they may do what. Closed by default: what is not granted is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from terrace.kernel.errors import Forbidden

EVERYWHERE = ""
"""The path that every path begins with."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, an integration or the system, with what it may do in which areas.

    `grants` maps a permission to the area paths whose subtree it holds for;
    `parties` are the ids of the producers or buyers that the actor speaks for;
    `resting` are those of its own that are out of use: it acts for none of them,
    and keeps its right to what is held about them.
    `signature` is how the record of acts, which forgets nothing, writes a person
    down: by name who holds a post, else by the number of a party, or by none.
    `kinds` is what the registry calls its own parties: a guide to what it is shown
    first, never to what it may do.
    `issuer_id` is the person who stands behind a token, for the record alone: a
    token is nobody, and may do nothing that takes a person.
    """

    person_id: int | None = None
    name: str = ""
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    parties: frozenset[int] = frozenset()
    resting: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    units: frozenset[int] = frozenset()
    is_system: bool = False
    via: str = "page"
    signature: str = ""
    issuer_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether somebody stands behind the actor: not an anonymous visitor."""
        return self.is_system or self.person_id is not None or bool(self.parties or self.grants)

    @property
    def own_parties(self) -> frozenset[int]:
        """The parties whose data are the actor's own: those it speaks for, and those that rest."""
        return self.parties | self.resting

    def paths(self, permission: StrEnum) -> tuple[str, ...]:
        """Return the area paths in whose subtrees the actor holds `permission`."""
        return (EVERYWHERE,) if self.is_system else self.grants.get(permission.value, ())

    def may(self, permission: StrEnum, path: str) -> bool:
        """Say whether the actor holds `permission` for the area at `path`."""
        return any(path.startswith(prefix) for prefix in self.paths(permission))

    def holds(self, permission: StrEnum) -> bool:
        """Say whether the actor holds `permission` anywhere at all."""
        return bool(self.paths(permission))

    def speaks_for(self, party_id: int) -> bool:
        """Say whether the actor acts for the party itself."""
        return self.is_system or party_id in self.parties

    def owns(self, party_id: int) -> bool:
        """Say whether what is held about the party is the actor's own to read, take away and have erased."""
        return self.is_system or party_id in self.own_parties

    def require(
        self, permission: StrEnum, path: str, *, or_party: int | None = None, or_own: int | None = None
    ) -> None:
        """Raise `Forbidden` unless the actor holds `permission` at `path`, speaks for `or_party`, or owns `or_own`."""
        if self.may(permission, path):
            return
        if or_party is not None and self.speaks_for(or_party):
            return
        if or_own is not None and self.owns(or_own):
            return
        raise Forbidden(permission=permission.value)


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", is_system=True, via="system")


def grants_of(pairs: Iterable[tuple[StrEnum, str]]) -> Mapping[str, tuple[str, ...]]:
    """Gather `(permission, path)` pairs into what `Actor.grants` holds, the widest path of each subtree only."""
    paths: dict[str, set[str]] = {}
    for permission, path in pairs:
        paths.setdefault(permission.value, set()).add(path)
    return MappingProxyType({name: _widest(found) for name, found in paths.items()})


def _widest(paths: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(paths):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)
