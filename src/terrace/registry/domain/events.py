"""News of the registry, and the two questions it asks the contexts above before it answers a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from terrace.kernel.events import Event
from terrace.kernel.words import Text

Section = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class DataRequested(Event):
    """Somebody asked for everything held about a party: each context adds its section by `add(name, rows)`."""

    party_id: int
    add: Callable[[str, Section], None]


@dataclass(frozen=True, slots=True)
class ErasureAsked(Event):
    """A party's data are about to be erased: a context with an unfinished matter says so by `object_to(reason)`."""

    party_id: int
    object_to: Callable[[Text], None]


@dataclass(frozen=True, slots=True)
class PartyMoved(Event):
    """A party lives or works elsewhere now: what follows it, as its money does, moves along."""

    party_id: int


@dataclass(frozen=True, slots=True)
class PartyRested(Event):
    """A party takes no part for a while: what it offers and wants no longer counts."""

    party_id: int


@dataclass(frozen=True, slots=True)
class PartyErased(Event):
    """A party's personal data are gone; its number, books and notices stay."""

    party_id: int
