"""What traceability does when the registry asks what is held about a party.

An erased party needs nothing here: its lots stay, for the books, and name it by the registry alone, which then knows no
name any more.
"""

from terrace.registry.domain import DataRequested
from terrace.traceability import queries


def add_lots(asked: DataRequested) -> None:
    """Put the party's lots into what it is handed about itself."""
    asked.add("lots", queries.held_about(asked.party_id))
