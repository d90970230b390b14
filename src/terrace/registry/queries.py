"""Reading parties."""

from terrace.registry.models import Representative


def parties_of(person_id: int) -> frozenset[int]:
    """Return the ids of the parties that the person speaks for."""
    found = Representative.objects.filter(person_id=person_id, party__is_active=True)
    return frozenset(found.values_list("party_id", flat=True))
