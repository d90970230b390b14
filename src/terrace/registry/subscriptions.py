"""What the registry does when a lower context has news."""

from terrace.accounts.domain import InvitationAccepted
from terrace.kernel.actors import SYSTEM
from terrace.registry import queries, services


def let_speak(news: InvitationAccepted) -> None:
    """Let who took up an invitation for a party speak for it."""
    party = queries.parties_by_id([news.party_id]).get(news.party_id) if news.party_id else None
    if party is not None:
        services.add_representative(by=SYSTEM, party=party, person_id=news.person_id)
