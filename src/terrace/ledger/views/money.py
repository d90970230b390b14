"""My money: what lies here for the reader's own parties, what is on its way to the bank, what came last."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.ways import number_in
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.words import _, in_language
from terrace.ledger import queries
from terrace.ledger.domain import Permission, Reason
from terrace.ledger.models import Account, Payout
from terrace.ledger.views.accounts import figure
from terrace.network import queries as network
from terrace.registry import queries as registry

LAST = 8
"""Entries that the page shows; the statement has them all."""


@needs(Permission.OUTLET, or_own=True)
def money(request: Request) -> HttpResponse:
    """Show the money of the parties that the reader speaks for, and of the service unit that the reader keeps."""
    actor = request.actor
    parties = registry.parties_by_id(actor.own_parties)
    accounts, banks = queries.accounts_of(parties), registry.open_accounts(parties)
    way: dict[int, list[Payout]] = {}
    for payout in queries.payouts_under_way(account.pk for account in accounts.values()):
        way.setdefault(payout.account_id, []).append(payout)
    blocks = [_block(party.name, accounts.get(pk), way, pk in banks) for pk, party in sorted(parties.items())] + [
        _block(title, account, way, True) for title, account in _of_units(actor)
    ]
    context = {
        "title": _("Money"),
        "lead": _("What was paid for your goods and services lies here until it is paid out."),
        "blocks": blocks,
    }
    return pages.render(request, "ledger/money.html", context)


def _of_units(actor: Actor) -> list[tuple[str, Account | None]]:
    """Return what the units are called whose money the actor sees, each with its account if it has one."""
    if not actor.holds(Permission.OUTLET):
        return []
    units = network.units_by_id(actor.units)
    accounts = queries.accounts_of_units(units)
    return [(in_language(unit.names), accounts.get(pk)) for pk, unit in sorted(units.items())]


def _block(
    name: str, account: Account | None, ways: Mapping[int, Sequence[Payout]], has_bank: bool
) -> Mapping[str, Any]:
    way = ways.get(account.pk, ()) if account else ()
    return {
        "name": name,
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
        "about": number_in(entry.transfer.reference),
        "amount": entry.amount,
        "url": reverse("ledger:transfer", args=[entry.transfer.number]),
    }
