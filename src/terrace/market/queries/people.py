"""Which parties sell on the market."""

from terrace.registry.domain import Kind
from terrace.registry.models import Party


def sells(party: Party) -> bool:
    """Say whether the party is of a kind that sells: farmers, cooperatives, workshops and shops do, buyers do not."""
    return Kind(party.kind).produces
