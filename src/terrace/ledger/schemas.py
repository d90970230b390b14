"""Accounts, statements, transfers and payouts as JSON."""

from collections.abc import Sequence
from datetime import date, datetime

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.kernel.money import Money
from terrace.kernel.paging import Page
from terrace.kernel.words import in_language
from terrace.ledger import queries
from terrace.ledger.domain import AccountKind, Part, PayoutState, Reason, RunState
from terrace.ledger.models import Account, Entry, Payout, PayoutRun, Transfer
from terrace.ledger.queries import Lines, Turnover
from terrace.ledger.services import PayoutsGiven
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind


class AccountOut(Schema):
    """Whose money lies somewhere, and how much."""

    number: str
    kind: AccountKind
    title: str
    reference: str
    area: str
    balance: MoneyValue


class EntryOut(Schema):
    """One line of a statement; a positive amount came in. `about` is such as `order/O-...`."""

    at: datetime
    transfer: str
    reason: Reason
    about: str
    memo: str
    part: Part
    amount: MoneyValue
    balance: MoneyValue


class AccountStatementOut(Schema):
    """What lay on an account at the beginning of `first`, came and went to the end of `last`, and lay there then.

    `entries` are those of page `page` of `pages`, each with what lay there after it; `total` says how many there are.
    """

    account: str
    first: date
    last: date
    opening: MoneyValue
    came: MoneyValue
    went: MoneyValue
    closing: MoneyValue
    entries: list[EntryOut]
    page: int
    pages: int
    total: int


class SideOut(Schema):
    """One side of a transfer, of an account that the caller sees."""

    account: str
    title: str
    part: Part
    amount: MoneyValue


class TransferOut(Schema):
    """A transfer with the sides that the caller sees."""

    number: str
    at: datetime
    reason: Reason
    about: str
    memo: str
    reverses: str
    sides: list[SideOut]


class DepositIn(Schema):
    """Money that came in at the bank for the party with that number; each reference of the bank is booked once."""

    party: Text = Field(max_length=20)
    amount: MoneyValue
    bank_reference: Text = Field(max_length=60)


class OperatorIn(Schema):
    """Who runs a unit and gets what it earns, by number; "" for nobody."""

    party: Text = Field("", max_length=20)


class TakeBackIn(Schema):
    """Why a deposit is taken back."""

    memo: Text = Field(max_length=200)


class RunIn(Schema):
    """Which money is paid out: of parties of these kinds in the area with that code, from `minimum` on."""

    area: Text = Field(max_length=32)
    minimum: MoneyValue
    purpose: Text = Field(max_length=60)
    kinds: list[Kind] = Field(default_factory=lambda: [Kind.HOUSEHOLD], max_length=len(Kind))

    def given(self) -> PayoutsGiven:
        """Return what the service takes."""
        return PayoutsGiven(self.area, self.minimum.money, self.purpose, tuple(dict.fromkeys(self.kinds)))


class RunVersionIn(Schema):
    """The version of the run that was read."""

    version: int = Field(ge=1)


class RunOut(Schema):
    """A run of payouts. While it is being prepared, `seen` of `total` accounts were looked at."""

    number: str
    version: int
    area: str
    place: str
    state: RunState
    purpose: str
    kinds: list[Kind]
    minimum: MoneyValue
    amount: MoneyValue
    count: int
    total: int
    seen: int
    without_account: int
    prepared_at: datetime
    exported_at: datetime | None
    settled_at: datetime | None


class PayoutOut(Schema):
    """A payout on its way to a bank account, which shows its last four digits."""

    number: str
    run: str
    party: str
    amount: MoneyValue
    state: PayoutState
    bank: str
    last4: str
    paid_on: date | None
    ended_on: date | None
    answer: str


class BookedOut(Schema):
    """What the bank's file changed; `repeated` rows said nothing new."""

    paid: int
    failed: int
    returned: int
    repeated: int


def accounts_out(rows: Sequence[Account]) -> list[AccountOut]:
    """Return accounts as JSON, with one look-up for each kind of owner."""
    titles = queries.titles_of(rows)
    return [
        AccountOut(
            number=row.number,
            kind=AccountKind(row.kind),
            title=titles[row.pk],
            reference=row.reference,
            area=row.area_path,
            balance=money_out(row.balance),
        )
        for row in rows
    ]


def statement_out(said: Turnover, page: int, size: int) -> AccountStatementOut:
    """Return a page of a statement as JSON."""
    found = Page.of(total=said.number, number=page, size=size)
    return AccountStatementOut(
        account=said.account.number,
        first=said.first,
        last=said.last,
        opening=money_out(said.opening),
        came=money_out(said.came),
        went=money_out(said.went),
        closing=money_out(said.closing),
        page=found.number,
        pages=found.pages,
        total=found.total,
        entries=[
            EntryOut(
                at=line.entry.at,
                transfer=line.entry.transfer.number,
                reason=Reason(line.entry.transfer.reason),
                about=line.entry.transfer.reference,
                memo=line.entry.transfer.memo,
                part=Part(line.entry.part),
                amount=money_out(line.entry.amount),
                balance=money_out(line.balance),
            )
            for line in Lines(said)[found.start : found.stop]
        ],
    )


def transfers_out(rows: Sequence[tuple[Transfer, Sequence[Entry]]]) -> list[TransferOut]:
    """Return transfers with the entries that the caller sees as JSON, with one look-up for each kind of owner."""
    accounts = queries.accounts_by_id(entry.account_id for _, entries in rows for entry in entries)
    titles = queries.titles_of(accounts.values())
    return [
        TransferOut(
            number=row.number,
            at=row.at,
            reason=Reason(row.reason),
            about=row.reference,
            memo=row.memo,
            reverses=row.reverses.number if row.reverses else "",
            sides=[
                SideOut(
                    account=accounts[entry.account_id].number,
                    title=titles[entry.account_id],
                    part=Part(entry.part),
                    amount=money_out(entry.amount),
                )
                for entry in entries
            ],
        )
        for row, entries in rows
    ]


def runs_out(rows: Sequence[PayoutRun]) -> list[RunOut]:
    """Return runs as JSON, with one look-up for all places."""
    places = network.names_of({row.area_id for row in rows})
    return [
        RunOut(
            number=row.number,
            version=row.version,
            area=row.area_id,
            place=in_language(places.get(row.area_id, {})),
            state=row.standing,
            purpose=row.purpose,
            kinds=[Kind(kind) for kind in row.kinds],
            minimum=money_out(row.minimum),
            amount=money_out(row.amount),
            count=row.count,
            total=row.total,
            seen=row.seen,
            without_account=row.without_account,
            prepared_at=row.created_at,
            exported_at=row.exported_at,
            settled_at=row.settled_at,
        )
        for row in rows
    ]


def payouts_out(rows: Sequence[Payout]) -> list[PayoutOut]:
    """Return payouts as JSON, with one look-up for all parties."""
    parties = registry.parties_by_id(row.party_id for row in rows)
    return [
        PayoutOut(
            number=row.number,
            run=row.run.number,
            party=parties[row.party_id].number,
            amount=money_out(row.amount),
            state=row.standing,
            bank=row.bank,
            last4=row.last4,
            paid_on=row.paid_on,
            ended_on=row.ended_on,
            answer=row.answer,
        )
        for row in rows
    ]


def money_out(amount: Money) -> MoneyValue:
    """Return an amount as JSON."""
    return MoneyValue(minor=amount.minor, currency=amount.currency)
