"""What traceability does when the registry asks what is held about a party, and when a unit is to be closed.

An erased party needs nothing here: its lots stay, for the books, and name it by the registry alone, which then knows no
name any more.
"""

from terrace.kernel.words import _
from terrace.network.domain import UnitClosing
from terrace.registry.domain import DataRequested
from terrace.traceability import queries


def object_to_closing(closing: UnitClosing) -> None:
    """Say that a unit cannot be closed while goods lie there that were not sold, sent away or written off."""
    if lots := queries.count_lying_at(closing.unit_id):
        closing.object_to(_("Lots lie there: %(lots)d. Send them on, or note their loss, first.") % {"lots": lots})


def add_lots(asked: DataRequested) -> None:
    """Put the party's lots into what it is handed about itself."""
    asked.add("lots", queries.held_about(asked.party_id))
