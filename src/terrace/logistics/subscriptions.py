"""What logistics does when the registry asks about a party, or lets one rest."""

from terrace.kernel.actors import SYSTEM
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.registry.domain import DataRequested, ErasureAsked, PartyRested


def add_parcels(asked: DataRequested) -> None:
    """Put the parcels that the party carries or sent into what it is handed about itself."""
    asked.add("parcels", queries.held_about(asked.party_id))


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party cannot be erased while it carries or sends parcels, or owes fees for them."""
    if queries.has_open_parcels(asked.party_id):
        asked.object_to(_("Parcels of it are on their way. Wait until they have arrived."))
    if queries.owes_fees(asked.party_id):
        asked.object_to(_("It owes fees for parcels. Have them paid first."))


def take_no_more(rested: PartyRested) -> None:
    """Take no new parcels of a carrier that rests."""
    services.lay_up_carrier(by=SYSTEM, party_id=rested.party_id)
