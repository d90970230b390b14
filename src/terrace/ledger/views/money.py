"""My money: what lies here for the reader's own parties, what is on its way to the bank, what came last."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel.money import Money
from terrace.kernel.words import _
from terrace.ledger import queries
from terrace.ledger.domain import Reason
from terrace.ledger.models import Account, Payout
from terrace.ledger.views.accounts import figure
from terrace.registry import queries as registry
from terrace.registry.models import Party

LAST = 8
"""Entries that the page shows; the statement has them all."""


@needs(or_own=True)
def money(request: Request) -> HttpResponse:
    """Show the money of the parties that the reader speaks for."""
    parties = registry.parties_by_id(request.actor.own_parties)
    accounts = queries.accounts_of(parties)
    way = {account.pk: queries.payouts_under_way([account.pk]) for account in accounts.values()}
    banks = registry.open_accounts(parties)
    blocks = [
        _block(party, accounts.get(pk), list(way.get(accounts[pk].pk, ())) if pk in accounts else [], pk in banks)
        for pk, party in sorted(parties.items())
    ]
    context = {
        "title": _("My money"),
        "lead": _("What buyers paid for your goods lies here until it is paid out to your bank account."),
        "blocks": blocks,
    }
    return pages.render(request, "ledger/money.html", context)


def _block(party: Party, account: Account | None, way: Sequence[Payout], has_bank: bool) -> Mapping[str, Any]:
    return {
        "name": party.name,
        "party_url": reverse("registry:party", args=[party.number]),
        "account": account,
        "url": reverse("ledger:account", args=[account.number]) if account else "",
        "figures": _figures(account, way) if account else [],
        "payouts": [
            {"amount": payout.amount, "bank": f"{payout.bank} ••••{payout.last4}", "state": payout.standing}
            for payout in way
        ],
        "last": [_entry(entry) for entry in queries.last_entries(account, LAST)] if account else [],
        "has_bank": has_bank,
    }


def _figures(account: Account, way: Sequence[Payout]) -> list[dict[str, object]]:
    on_its_way = Money(sum(payout.amount_minor for payout in way), account.currency)
    return [figure(_("Balance now"), account.balance), figure(_("On its way to the bank"), on_its_way)]


def _entry(entry: Any) -> Mapping[str, Any]:
    return {
        "at": entry.at,
        "text": Reason(entry.transfer.reason).label,
        "about": queries.number_in(entry.transfer.reference),
        "amount": entry.amount,
        "url": reverse("ledger:transfer", args=[entry.transfer.number]),
    }
