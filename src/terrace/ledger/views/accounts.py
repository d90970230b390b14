"""Accounts: the list, and the statement of one by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from babel.dates import format_skeleton
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, to_locale

from terrace.http import listing, written
from terrace.http.access import needs
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.words import Names, Text, _
from terrace.ledger import queries
from terrace.ledger.domain import AccountKind, Permission, Reason
from terrace.ledger.forms import AccountFilter, MonthFilter
from terrace.ledger.models import Account
from terrace.ledger.queries import Line, Statement
from terrace.ledger.queries.leads import number_in, url_of
from terrace.network import queries as network

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Card:
    """An account with what it is called and where it lies."""

    account: Account
    title: str
    place: Names


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a statement: the opening, an entry or the closing."""

    at: datetime | None
    text: Text
    about: str
    about_url: str
    url: str
    amount: Money | None
    balance: Money


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


@needs(Permission.VIEW, Permission.OUTLET, or_own=True)
def account(request: Request, number: str) -> HttpResponse:
    """Show an account's statement of a month: what was there, what came and went with its reason, what is there."""
    found = queries.get_account(request.actor, number)
    form = MonthFilter(request.GET, months=_months(found))
    first = form.first_day()
    said = queries.statement(found, first, _last_day(first))
    title = queries.title_of(found)
    context = {
        "title": title,
        "lead": f"{AccountKind(found.kind).label} · {found.number}",
        "breadcrumb": _crumbs(request.actor, title),
        "figures": _figures(said),
        **_running(request.actor, found),
    }
    lines = _rows(request.actor, said) if said.entries or "export" in request.GET else []
    table = _statement_table(found)
    return listing.answer_computed(request, "ledger/account.html", table, lines, form, context)


def _running(actor: Actor, account: Account) -> dict[str, object]:
    """Return who runs the unit whose account it is, with the way to say so for who pays out; of others nothing."""
    if account.unit_id is None:
        return {}
    party = queries.operator_of(account)
    way = {"url": reverse("ledger:operator", args=[account.number]), "label": _("Who runs it"), "icon": "id-badge"}
    return {
        "is_of_unit": True,
        "operator": party.name if party else "",
        "actions": [way] if actor.may(Permission.PAY, account.area_path) else [],
    }


def _accounts_table() -> Table[Account, Card]:
    return Table(
        name="accounts",
        columns=(
            Column("title", _("Account"), lambda card: card.title),
            Column("kind", _("Kind"), lambda card: AccountKind(card.account.kind).label, sort="kind"),
            Column("place", _("Place"), lambda card: card.place, Kind.NAMES, sort="area_path"),
            Column("number", _("Number"), lambda card: card.account.number, Kind.CODE, sort="number"),
            Column("balance", _("Balance"), lambda card: card.account.balance, Kind.MONEY, sort="balance_minor"),
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


def _statement_table(account: Account) -> Table[Row, Row]:
    return Table(
        name=f"statement-{account.number}",
        columns=(
            Column("text", _("What for"), lambda row: row.text),
            Column("at", _("When"), lambda row: row.at, Kind.DATETIME),
            Column("about", _("About"), lambda row: row.about, Kind.CODE, url=lambda row: row.about_url),
            Column("amount", _("Amount"), lambda row: row.amount, Kind.MONEY),
            Column("balance", _("Balance"), lambda row: row.balance, Kind.MONEY),
        ),
        present=list,
        order=(),
        empty=Empty(_("Nothing came or went in this month"), _("Choose another month above.")),
        url=lambda row: row.url,
    )


def _rows(actor: Actor, said: Statement) -> list[Row]:
    opening = Row(None, _("On it at the beginning"), "", "", "", None, said.opening)
    closing = Row(None, _("On it at the end"), "", "", "", None, said.closing)
    return [opening, *map(partial(_row, actor), said.entries), closing]


def _row(actor: Actor, line: Line) -> Row:
    transfer, amount = line.entry.transfer, line.entry.amount
    return Row(
        at=line.entry.at,
        text=_said(Reason(transfer.reason), transfer.memo),
        about=number_in(transfer.reference),
        about_url=url_of(actor, transfer.reference),
        url=reverse("ledger:transfer", args=[transfer.number]),
        amount=amount,
        balance=line.balance,
    )


def _said(reason: Reason, memo: str) -> Text:
    return f"{reason.label} · {memo}" if memo else reason.label


def _figures(said: Statement) -> list[dict[str, object]]:
    into = sum(line.entry.amount_minor for line in said.entries if line.entry.amount_minor > 0)
    out_of = sum(-line.entry.amount_minor for line in said.entries if line.entry.amount_minor < 0)
    currency = said.account.currency
    return [
        figure(_("Balance now"), said.account.balance),
        figure(_("At the beginning of the month"), said.opening),
        figure(_("Came in"), Money(into, currency)),
        figure(_("Went out"), Money(out_of, currency)),
    ]


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


def _months(account: Account) -> list[tuple[str, str]]:
    """Return the months that a statement can be of, the present one first."""
    month, oldest = clock.today().replace(day=1), clock.today(account.created_at).replace(day=1)
    found = [month]
    while month > oldest and len(found) < MOST_MONTHS:
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    locale = to_locale(get_language() or "en")
    return [(f"{month:%Y-%m}", format_skeleton("yMMMM", month, locale=locale)) for month in found]


def _last_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _crumbs(actor: Actor, title: str) -> list[tuple[Text, str]]:
    above: tuple[Text, str] = (_("Accounts"), reverse("ledger:accounts"))
    own: tuple[Text, str] = (_("Money"), reverse("ledger:money"))
    return [above if actor.holds(Permission.VIEW) else own, (title, "")]
