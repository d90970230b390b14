"""An account's statement of some days: as a page, as a sheet and on paper."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from terrace.http import listing, typeset, written
from terrace.http.access import needs
from terrace.http.forms import currency_sign
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.http.ways import number_in, urls_of
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.words import Text, _, in_context, in_language
from terrace.ledger import queries
from terrace.ledger.domain import AccountKind, Permission, Reason
from terrace.ledger.forms import DaysFilter
from terrace.ledger.models import Account
from terrace.ledger.queries import Line, Lines, Statement, Turnover
from terrace.ledger.views.accounts import figure
from terrace.network import queries as network

MOST_ON_PAPER = 2_000
"""Lines, some sixty pages: who needs more takes the sheet."""


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


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a statement, page by page: where it is framed, the opening above its entries, the closing below."""

    actor: Actor
    said: Turnover
    is_framed: bool

    def count(self) -> int:
        """Return how many rows there are."""
        return self.said.number + 2 if self.is_framed else 0

    def __getitem__(self, part: slice) -> list[Row]:
        start, stop, _step = part.indices(self.count())
        if start >= stop:
            return []
        entries = Lines(self.said)[max(0, start - 1) : min(stop - 1, self.said.number)]
        urls = urls_of(self.actor, [line.entry.transfer.reference for line in entries])
        rows = [_row(line, urls) for line in entries]
        opening = [self._opening] if start == 0 else []
        return [*opening, *rows, *([self._closing] if stop == self.count() else [])]

    def iterator(self, chunk_size: int) -> Iterator[Row]:
        """Yield all rows, for a sheet: they lead nowhere."""
        yield self._opening
        yield from (_row(line, {}) for line in Lines(self.said).iterator(chunk_size))
        yield self._closing

    @property
    def _opening(self) -> Row:
        return Row(None, _("On it at the beginning"), "", "", "", None, self.said.opening)

    @property
    def _closing(self) -> Row:
        return Row(None, _("On it at the end"), "", "", "", None, self.said.closing)


@needs(Permission.VIEW, Permission.OUTLET, or_own=True)
def account(request: Request, number: str) -> HttpResponse:
    """Show an account's statement of some days: what was there, what came and went with its reason, what is there."""
    found = queries.get_account(request.actor, number)
    form = DaysFilter(request.GET)
    first, last = form.days()
    said = queries.turnover(found, first, last)
    title = queries.title_of(found)
    context = {
        "title": title,
        "lead": f"{AccountKind(found.kind).label} · {found.number}",
        "breadcrumb": _crumbs(request.actor, title),
        "figures": _figures(said),
        "tabs": _spans(found, first, last),
        "paper_url": _url("ledger:statement_paper", found, first, last),
        **_running(request.actor, found),
    }
    rows = Rows(request.actor, said, is_framed=bool(said.number) or "export" in request.GET)
    return listing.answer_rows(request, "ledger/account.html", _statement_table(found), rows, form, context)


@needs(Permission.VIEW, Permission.OUTLET, or_own=True)
def paper(request: Request, number: str) -> HttpResponse:
    """Hand out an account's statement of some days as PDF; days that are none lead back to where they are chosen."""
    found = queries.get_account(request.actor, number)
    form = DaysFilter(request.GET)
    first, last = form.days()
    back = _url("ledger:account", found, first, last)
    if not form.is_valid():
        return redirect(f"{reverse('ledger:account', args=[found.number])}?{request.GET.urlencode()}")
    if queries.entries_between(found, first, last)[: MOST_ON_PAPER + 1].count() > MOST_ON_PAPER:
        told = _("These are more than %(most)s lines, too many for paper. Choose fewer days, or take the sheet.")
        messages.error(request, told % {"most": written.number(MOST_ON_PAPER)})
        return redirect(back)
    said = queries.statement(found, first, last)
    return typeset.answer(f"{found.number}-{first}-{last}", "ledger/statement.typ", _on_paper(said))


def _running(actor: Actor, account: Account) -> dict[str, object]:
    """Return who runs the unit whose account it is, with the way to say so for who pays out; of others nothing."""
    if account.unit_id is None or account.kind != AccountKind.UNIT:
        return {}
    party = queries.operator_of(account)
    way = {"url": reverse("ledger:operator", args=[account.number]), "label": _("Who runs it"), "icon": "id-badge"}
    return {
        "is_of_unit": True,
        "operator": party.name if party else "",
        "actions": [way] if actor.may(Permission.PAY, account.area_path) else [],
    }


def _spans(account: Account, first: date, last: date) -> list[dict[str, object]]:
    """Offer the months and years that are asked for most, as far as the account goes back."""
    today, opened = clock.today(), clock.today(account.created_at)
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    spans = [
        (_("This month"), month, _last_day(month)),
        (_("Last month"), before, _last_day(before)),
        (_("This year"), year, year.replace(month=12, day=31)),
        (_("Last year"), year.replace(year=year.year - 1), year - timedelta(days=1)),
    ]
    return [
        {"label": label, "url": _url("ledger:account", account, begin, end), "active": (begin, end) == (first, last)}
        for label, begin, end in spans
        if end >= opened
    ]


def _statement_table(account: Account) -> Table[Row, Row]:
    return Table(
        name=f"statement-{account.number}",
        columns=(
            Column("text", _("What for"), lambda row: row.text),
            Column("at", _("When"), lambda row: row.at, Kind.DATETIME),
            Column("about", _("About"), lambda row: row.about, Kind.CODE, url=lambda row: row.about_url),
            Column("amount", _("Amount"), lambda row: row.amount, Kind.MONEY),
            Column("balance", in_context("of an account", "Balance"), lambda row: row.balance, Kind.MONEY),
        ),
        present=list,
        order=(),
        empty=Empty(_("Nothing came or went in these days"), _("Choose other days above.")),
        url=lambda row: row.url,
    )


def _row(line: Line, urls: Mapping[str, str]) -> Row:
    transfer, amount = line.entry.transfer, line.entry.amount
    return Row(
        at=line.entry.at,
        text=_said(Reason(transfer.reason), transfer.memo),
        about=number_in(transfer.reference),
        about_url=urls.get(transfer.reference, ""),
        url=reverse("ledger:transfer", args=[transfer.number]),
        amount=amount,
        balance=line.balance,
    )


def _said(reason: Reason, memo: str) -> Text:
    return f"{reason.label} · {memo}" if memo else reason.label


def _figures(said: Turnover) -> list[dict[str, object]]:
    return [
        figure(_("Balance now"), said.account.balance),
        figure(_("At the beginning"), said.opening),
        figure(_("Came in"), said.came),
        figure(_("Went out"), said.went),
    ]


def _came_and_went(said: Statement) -> tuple[Money, Money]:
    amounts, currency = [line.entry.amount_minor for line in said.entries], said.account.currency
    came, went = sum(one for one in amounts if one > 0), sum(-one for one in amounts if one < 0)
    return Money(came, currency), Money(went, currency)


def _on_paper(said: Statement) -> dict[str, Any]:
    """Return a statement as its sheet of paper takes it, every word and amount written out."""
    account, title, sign = said.account, queries.title_of(said.account), currency_sign()
    place = network.names_at([account.area_path]).get(account.area_path, {})
    came, went = _came_and_went(said)
    return {
        "title": _("Statement of account"),
        "foot": f"{title} · {account.number}",
        "facts": [
            [_("Ledger account"), title],
            [_("Number"), account.number],
            [_("Kind"), AccountKind(account.kind).label],
            [_("Place"), in_language(place)],
            [_("Days"), f"{written.localdate(said.first)} – {written.localdate(said.last)}"],
            [_("Printed"), written.localdate(clock.today())],
        ],
        "heads": [_("Day"), _("What for"), _("About"), *(f"{head} ({sign})" for head in MONEY_HEADS)],
        "rows": [
            ["", _("On it at the beginning"), "", "", "", _plain(said.opening)],
            *map(_printed, said.entries),
        ],
        "total": ["", _("On it at the end"), "", _plain(came), _plain(went), _plain(said.closing)],
        "note": _("Each line stands in the ledger for good; a mistake is undone by a line of its own."),
    }


MONEY_HEADS = (_("Came in"), _("Went out"), in_context("of an account", "Balance"))


def _printed(line: Line) -> Sequence[Text]:
    transfer, amount = line.entry.transfer, line.entry.amount
    came, went = (amount, None) if amount.minor > 0 else (None, -amount)
    return [
        written.localdate(clock.today(line.entry.at)),
        _said(Reason(transfer.reason), transfer.memo),
        number_in(transfer.reference),
        _plain(came),
        _plain(went),
        _plain(line.balance),
    ]


def _plain(amount: Money | None) -> str:
    return written.money(amount, "number")


def _url(page: str, account: Account, first: date, last: date) -> str:
    days = {"first": first.isoformat(), "last": last.isoformat()}
    return f"{reverse(page, args=[account.number])}?{urlencode(days)}"


def _last_day(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _crumbs(actor: Actor, title: str) -> list[tuple[Text, str]]:
    above: tuple[Text, str] = (_("Accounts"), reverse("ledger:accounts"))
    own: tuple[Text, str] = (_("Money"), reverse("ledger:money"))
    return [above if actor.holds(Permission.VIEW) else own, (title, "")]
