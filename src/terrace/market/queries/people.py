"""How sellers and growers are called in public: firms by their name, households by what they consented to."""

from terrace.registry.domain import Kind
from terrace.registry.models import Party


def public_name(party: Party) -> str:
    """Return what everybody may read of who sells or grew: a firm's name, "" for a household.

    A household is told by its village alone, which the offer names anyway.
    """
    return "" if party.kind == Kind.HOUSEHOLD else party.name


def sells(party: Party) -> bool:
    """Say whether the party is of a kind that sells: farmers, cooperatives, workshops and shops do, buyers do not."""
    return Kind(party.kind).produces
