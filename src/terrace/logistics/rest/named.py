"""What bodies name by its number: units, carriers, vehicles, lots."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from terrace.kernel.actors import Actor
from terrace.kernel.errors import DomainError, NotFound
from terrace.kernel.words import _
from terrace.logistics import queries
from terrace.network import queries as network
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry


def unit_named(number: str, field: str = "unit") -> ServiceUnit:
    """Return the unit with the number; raise `NotFound` at `field`."""
    found = network.units_by_number([number]).get(number)
    if found is None:
        raise NotFound(_("There is no such unit."), field=field)
    return found


def carrier_named(actor: Actor, number: str, field: str = "carrier") -> int:
    """Return the id of the party with the number among the carriers that the actor sees."""
    shared = queries.carriers_visible_to(actor).order_by("id").values_list("party_id", flat=True)
    parties = registry.parties_by_id(shared).values()
    found = next((party.pk for party in parties if party.number == number.strip().upper()), None)
    if found is None:
        raise NotFound(_("There is no carrier with this number."), field=field)
    return found


@contextmanager
def told_at(places: Mapping[str, str]) -> Iterator[None]:
    """Let what is refused at a field of our forms be told at the place that a body has for it."""
    try:
        yield
    except DomainError as refused:
        name = refused.field.partition("_")[0] if refused.field.startswith("lot_") else refused.field
        refused.field = places.get(name, refused.field)
        raise
