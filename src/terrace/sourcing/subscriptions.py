"""What sourcing does when the registry asks about a party, lets one rest, or has erased one."""

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.words import _
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyRested
from terrace.sourcing import queries, services


def add_notices(asked: DataRequested) -> None:
    """Put the party's notices into what it is handed about itself."""
    asked.add("supply notices", queries.held_about(asked.party_id, "supply"))
    asked.add("demand notices", queries.held_about(asked.party_id, "demand"))


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party with open notices cannot be erased: somebody may be about to call."""
    if queries.has_open_notices(asked.party_id, clock.today()):
        asked.object_to(_("It has open supply or demand. Withdraw that first."))


def withdraw(rested: PartyRested) -> None:
    """Let nobody call about the goods or the wishes of a party that takes no part."""
    services.withdraw_of_resting(by=SYSTEM, party_id=rested.party_id)


def forget(erased: PartyErased) -> None:
    """Take what is personal out of the party's notices."""
    services.forget_party(by=SYSTEM, party_id=erased.party_id)
