"""What sourcing does on news of parties from the registry, and of lots that are graded or whose trace is read."""

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.words import _
from terrace.registry.domain import DataRequested, ErasureAsked, PartyErased, PartyRested
from terrace.sourcing import queries, services
from terrace.traceability import queries as lots
from terrace.traceability.domain import LotGraded, LotLost, TraceRequested, UngradedPacked


def add_notices_and_purchases(asked: DataRequested) -> None:
    """Put the party's notices and purchases into what it is handed about itself."""
    asked.add("supply notices", queries.held_about(asked.party_id, "supply"))
    asked.add("demand notices", queries.held_about(asked.party_id, "demand"))
    asked.add("purchases", queries.purchases_held_about(asked.party_id))


def object_to_erasure(asked: ErasureAsked) -> None:
    """Say that a party with open notices cannot be erased: somebody may be about to call."""
    if queries.has_open_notices(asked.party_id, clock.today()):
        asked.object_to(_("It has open supply or demand. Withdraw that first."))

    if queries.owes_or_is_owed(asked.party_id):
        asked.object_to(_("Money for a purchase is still on its way. It has to be paid first."))


def pay(moved: LotGraded | LotLost | UngradedPacked) -> None:
    """Pay what waited for the grading of the lot, or of what it came from, once nothing of it is left without a grade.

    That may be because the rest was graded, thrown away or packed.
    """
    roots = {root for root, _steps in lots.composition([moved.lot_id]).get(moved.lot_id, [])}
    services.pay_graded(lot_ids=roots - lots.roots_still_ungraded(roots))


def note_loss(lost: LotLost) -> None:
    """Let whoever grew the goods that were lost read that less is owed for them, and why."""
    services.note_loss(event_id=lost.event_id)


def add_to_trace(asked: TraceRequested) -> None:
    """Tell on the public page of a lot what its producers got at the point, without naming them."""
    bought = queries.trace_of(asked.lot_id)
    if bought is not None:
        asked.add(bought)


def withdraw(rested: PartyRested) -> None:
    """Let nobody call about the goods or the wishes of a party that takes no part."""
    services.withdraw_of_resting(by=SYSTEM, party_id=rested.party_id)


def forget(erased: PartyErased) -> None:
    """Take what is personal out of the party's notices."""
    services.forget_party(by=SYSTEM, party_id=erased.party_id)
