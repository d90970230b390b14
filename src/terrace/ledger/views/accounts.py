"""The list of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing, written
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.money import Money
from terrace.kernel.words import Names, Text, _, in_context
from terrace.ledger import queries
from terrace.ledger.domain import AccountKind, Permission
from terrace.ledger.forms import AccountFilter
from terrace.ledger.models import Account
from terrace.network import queries as network

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Card:
    """An account with what it is called and where it lies."""

    account: Account
    title: str
    place: Names


@needs(Permission.VIEW, Permission.OUTLET, or_own=True)
def accounts(request: Request) -> HttpResponse:
    """List the accounts that the reader sees, those with most money first."""
    form = AccountFilter(request.GET, actor=request.actor)
    may_book = request.actor.holds(Permission.DEPOSIT)
    context: dict[str, object] = {
        "title": _("Accounts"),
        "lead": _("Whose money lies here. Open one for what came and went."),
        "primary": {"url": reverse("ledger:deposit"), "label": _("Book a deposit"), "icon": "plus"}
        if may_book
        else None,
        "actions": [],
    }
    rows = form.narrow(queries.accounts_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _accounts_table(), rows, form, context)


def _accounts_table() -> Table[Account, Card]:
    return Table(
        name="accounts",
        columns=(
            Column("title", _("Account"), lambda card: card.title),
            Column("kind", _("Kind"), lambda card: AccountKind(card.account.kind).label, sort="kind"),
            Column("place", _("Place"), lambda card: card.place, Kind.NAMES, sort="area_path"),
            Column("number", _("Number"), lambda card: card.account.number, Kind.CODE, sort="number"),
            Column(
                "balance",
                in_context("of an account", "Balance"),
                lambda card: card.account.balance,
                Kind.MONEY,
                sort="balance_minor",
            ),
        ),
        present=_cards,
        order=("-balance_minor", "pk"),
        empty=Empty(_("No accounts yet"), _("An account is opened when money first moves to somebody.")),
        url=lambda card: reverse("ledger:account", args=[card.account.number]),
        most_counted=10_000,
    )


def _cards(rows: Sequence[Account]) -> list[Card]:
    titles = queries.titles_of(rows)
    places = network.names_at({row.area_path for row in rows})
    return [Card(row, titles[row.pk], places.get(row.area_path, {})) for row in rows]


def figure(label: Text, amount: Money, url: str = "") -> dict[str, object]:
    """Return an amount of money as `components/figure.html` draws it."""
    return {
        "label": label,
        "number": written.money(amount),
        "unit": "",
        "change": "",
        "trend": "",
        "line": "",
        "url": url,
    }
