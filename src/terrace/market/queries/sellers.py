"""What sellers are called where everybody reads it."""

from collections.abc import Iterable

from terrace.kernel.words import Names, Text, _, in_language
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.registry.queries import Grower


def seller_names(parties: Iterable[Party]) -> dict[int, Text]:
    """Return what each seller is called on public pages, by id: a firm by its name, a household as far as it consents.

    Without its consent a household is told by its village alone.
    """
    known = {party.pk: party for party in parties}
    told = registry.growers_on_trace(known)
    homes = {known[pk].area_id for pk, grower in told.items() if grower.is_surname or not grower.name}
    places = network.names_of(homes) if homes else {}
    return {pk: _name(told[pk], places.get(party.area_id, {})) for pk, party in known.items()}


def _name(told: Grower, place: Names) -> Text:
    if told.is_surname:
        return _("The %(surname)s household of %(place)s") % {"surname": told.name, "place": in_language(place)}
    return told.name or _("A household of %(place)s") % {"place": in_language(place)}
