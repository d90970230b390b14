"""What the ledger does when the registry asks about a party, moves one, or has erased one. Its books stay."""

from terrace.kernel.events import Hearer
from terrace.kernel.words import _
from terrace.ledger import queries, services
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyMoved


def add_money(asked: DataRequested) -> None:
    """Put what came to and went from the party's account, and its payouts, into what it is handed about itself."""
    asked.add("movements of money", queries.held_about(asked.party_id))
    asked.add("payouts", queries.payouts_held_about(asked.party_id))


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party to whom money belongs, or will, cannot be erased: nobody would know whose it is."""
    if queries.runs_a_unit(asked.party_id):
        asked.object_to(_("What a service unit earns is handed on to it. Name somebody else who runs the unit first."))
    account = queries.find_account_of_party(asked.party_id)
    if account is None:
        return
    if account.balance:
        asked.object_to(_("There is money on its account. Pay that out first."))
    if queries.payouts_under_way([account.pk]).exists():
        asked.object_to(_("A payout to it is on its way. Wait for the bank's answer."))


def follow(moved: PartyMoved) -> None:
    """Let a party's money be looked after where it lives now."""
    services.move_account(party_id=moved.party_id)


def forget(erased: PartyErased) -> None:
    """Forget to which bank account payouts went; that they went stays in the books."""
    services.forget_bank_accounts(party_id=erased.party_id)


HEARERS: tuple[Hearer, ...] = (
    (DataRequested, add_money),
    (ErasureAsked, object_to_erasure),
    (PartyMoved, follow),
    (PartyErased, forget),
)
"""What is heard, in the order in which it is done."""
