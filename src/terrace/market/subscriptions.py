"""What the market does on news from below: each part has its own lines."""

from terrace.kernel.actors import SYSTEM
from terrace.market import queries, services
from terrace.registry.domain import DataRequested, PartyErased, PartyMoved, PartyRested


def add_offers(asked: DataRequested) -> None:
    """Put the party's offers and reviews into what it is handed about itself."""
    asked.add("offers", queries.held_about_seller(asked.party_id))
    asked.add("reviews", queries.reviews_by(asked.party_id))


def pause(rested: PartyRested) -> None:
    """Let nobody buy of a party that takes no part."""
    services.pause_of_resting(by=SYSTEM, party_id=rested.party_id)


def follow(moved: PartyMoved) -> None:
    """Let who sells for the party where it lives now look after its offers."""
    services.follow_seller(party_id=moved.party_id)


def forget(erased: PartyErased) -> None:
    """End the party's offers, and take out of them what is personal."""
    services.forget_party(by=SYSTEM, party_id=erased.party_id)
