"""Payouts that the bank refused or sent back: whose, why, and the way to the bank account that has to be put right."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.actors import Actor
from terrace.kernel.words import _
from terrace.ledger import queries
from terrace.ledger.domain import Permission
from terrace.ledger.models import Payout
from terrace.ledger.views.runs import bank_shown
from terrace.registry import queries as registry
from terrace.registry.domain import Permission as Registry
from terrace.registry.models import Party


@dataclass(frozen=True, slots=True)
class Refused:
    """A payout that came back, with whom it was to go to."""

    payout: Payout
    party: Party


@needs(Permission.PAY)
def came_back(request: Request) -> HttpResponse:
    """List the payouts that came back and were not tried again, the latest first."""
    context = {
        "title": _("Payouts that came back"),
        "lead": _("The money is on their accounts here again. Put the bank account right; the next payouts try again."),
        "breadcrumb": [(_("Payouts"), reverse("ledger:runs")), (_("Payouts that came back"), "")],
    }
    rows, form = queries.came_back(request.actor), FilterForm(request.GET)
    return listing.answer(request, "pages/list.html", _table(request.actor), rows, form, context)


def _table(actor: Actor) -> Table[Payout, Refused]:
    def bank_account(card: Refused) -> str:
        may = actor.may(Registry.BANK, card.party.area_path)
        return reverse("registry:bank" if may else "registry:party", args=[card.party.number])

    return Table(
        name="payouts-that-came-back",
        columns=(
            Column("name", _("Who is paid"), lambda card: card.party.name),
            Column("amount", _("Amount"), lambda card: card.payout.amount, Kind.MONEY, sort="amount_minor"),
            Column(
                "bank", _("Bank account"), lambda card: bank_shown(card.payout), sort="bank,last4", url=bank_account
            ),
            Column("answer", _("The bank says"), lambda card: card.payout.answer, Kind.PROSE),
            Column("ended_on", _("Ended on"), lambda card: card.payout.ended_on, Kind.DATE, sort="ended_on"),
            Column("number", _("Number"), lambda card: card.payout.number, Kind.CODE, sheet_only=True),
        ),
        present=_cards,
        order=("-ended_on", "-pk"),
        empty=Empty(
            _("Nothing came back"), _("What the bank refuses or sends back stands here until it is tried again.")
        ),
        url=bank_account,
    )


def _cards(rows: Sequence[Payout]) -> list[Refused]:
    parties = registry.parties_by_id(row.party_id for row in rows)
    return [Refused(row, parties[row.party_id]) for row in rows]
