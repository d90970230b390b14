"""Who runs which unit."""

from terrace.ledger.models import Account, Operator
from terrace.registry import queries as registry
from terrace.registry.models import Party


def operator_of(account: Account) -> Party | None:
    """Return who runs the unit whose account it is, None where nobody was named. The caller has authorised the look."""
    found = Operator.objects.filter(unit_id=account.unit_id).first() if account.unit_id else None
    return registry.parties_by_id([found.party_id])[found.party_id] if found else None


def runs_a_unit(party_id: int) -> bool:
    """Say whether what a service unit earns is handed on to the party."""
    return Operator.objects.filter(party=party_id).exists()
