"""What sellers are called where everybody reads it."""

from collections.abc import Iterable

from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.registry.domain import Kind
from terrace.registry.models import Party


def seller_names(parties: Iterable[Party]) -> dict[int, Text]:
    """Return what each seller is called on public pages, by id: a firm by its name, a household by its village."""
    known = {party.pk: party for party in parties}
    homes = {party.area_id for party in known.values() if party.kind == Kind.HOUSEHOLD}
    places = network.names_of(homes) if homes else {}
    return {
        pk: party.name
        if party.kind != Kind.HOUSEHOLD
        else _("A household of %(place)s") % {"place": in_language(places.get(party.area_id, {}))}
        for pk, party in known.items()
    }
