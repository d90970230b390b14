"""What logistics does when somebody asks about an account or party, lets one rest, or a unit is to be closed."""

from terrace.accounts.domain import AccountDataRequested, PersonForgotten
from terrace.kernel.actors import SYSTEM
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.network.domain import UnitClosing
from terrace.registry.domain import DataRequested, ErasureAsked, PartyRested


def add_parcels(asked: DataRequested) -> None:
    """Put the parcels that the party carries or sent into what it is handed about itself."""
    asked.add("parcels", queries.held_about(asked.party_id))


def add_positions(asked: AccountDataRequested) -> None:
    """Put where somebody was on the tours that they drove into what their account is handed."""
    if positions := queries.positions_held_about(asked.person_id):
        asked.add("positions", positions)


def forget_driver(gone: PersonForgotten) -> None:
    """Delete where somebody was whose account was erased."""
    services.forget_driver(person_id=gone.person_id)


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party cannot be erased while it carries or sends parcels, or owes fees for them."""
    if queries.has_open_parcels(asked.party_id):
        asked.object_to(_("Parcels of it are on their way. Wait until they have arrived."))
    if queries.owes_fees(asked.party_id):
        asked.object_to(_("It owes fees for parcels. Have them paid first."))


def object_to_closing(closing: UnitClosing) -> None:
    """Say that a unit cannot be closed while parcels or goods lie there or go there, or a tour will stop there."""
    found = queries.lies_at(closing.unit_id)
    if found["parcels"] or found["consignments"]:
        told = _("Parcels and consignments lie there or go there: %(parcels)d and %(consignments)d. See to them first.")
        closing.object_to(told % found)
    if owed := queries.debts_of([closing.unit_id]):
        closing.object_to(_("Cash of parcels has not been handed in: %(amount)s.") % {"amount": str(owed[0].amount)})
    if found["tours"]:
        closing.object_to(_("Tours will stop there: %(tours)d. Take the stop off them first.") % found)


def take_no_more(rested: PartyRested) -> None:
    """Take no new parcels of a carrier that rests."""
    services.lay_up_carrier(by=SYSTEM, party_id=rested.party_id)
