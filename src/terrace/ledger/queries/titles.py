"""What people call an account: by whose it is, or what it is for."""

from collections.abc import Iterable

from terrace.kernel.words import _, in_language
from terrace.ledger.domain import AccountKind
from terrace.ledger.models import Account
from terrace.network import queries as network
from terrace.registry import queries as registry


def title_of(account: Account) -> str:
    """Return what the account is called, in the reader's language."""
    return titles_of([account])[account.pk]


def titles_of(accounts: Iterable[Account]) -> dict[int, str]:
    """Return what accounts are called by their ids: a look-up for each kind of owner. The caller has authorised it."""
    rows = list(accounts)
    party_ids = {account.party_id for account in rows if account.party_id is not None}
    unit_ids = {account.unit_id for account in rows if account.unit_id is not None}
    names = {pk: party.name for pk, party in registry.parties_by_id(party_ids).items()} if party_ids else {}
    units = {pk: in_language(unit.names) for pk, unit in network.units_by_id(unit_ids).items()} if unit_ids else {}
    return {account.pk: _title(account, names, units) for account in rows}


def _title(account: Account, names: dict[int, str], units: dict[int, str]) -> str:
    if account.party_id is not None:
        return names[account.party_id]
    if account.unit_id is not None:
        name = units[account.unit_id]
        return str(_("Cash of %(unit)s") % {"unit": name}) if account.kind == AccountKind.CASH else name
    if account.reference:
        return str(_("Escrow of %(reference)s") % {"reference": account.reference.rpartition("/")[2]})
    return str(AccountKind(account.kind).label)
