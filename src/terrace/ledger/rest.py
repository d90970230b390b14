"""The REST interface of the ledger. The file for the bank is taken on its page alone: no kept answer shows numbers."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Router, Status, UploadedFile

from terrace.http.rest import REFUSALS, Paged, PageNumber, PageSize, SortName, Text, actor_of, paged, sorted_by
from terrace.http.text_tables import read_either
from terrace.kernel.days import refuse_far_day
from terrace.kernel.errors import Forbidden, NotFound
from terrace.kernel.words import _
from terrace.ledger import queries, services
from terrace.ledger.domain import AccountKind, PayoutState, Permission, RunState
from terrace.ledger.queries.statements import refuse_long
from terrace.ledger.schemas import (
    AccountOut,
    AccountStatementOut,
    BookedOut,
    DepositIn,
    OperatorIn,
    PayoutOut,
    RunIn,
    RunOut,
    RunVersionIn,
    TakeBackIn,
    TransferOut,
    accounts_out,
    payouts_out,
    runs_out,
    statement_out,
    transfers_out,
)
from terrace.ledger.services import RESULTS
from terrace.network import queries as network
from terrace.registry import queries as registry

router = Router(tags=["ledger"])
Number = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
Reference = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
ACCOUNT_SORTS = {"kind": "kind", "place": "area_path", "number": "number", "balance": "balance_minor"}
RUN_SORTS = {
    "number": "number",
    "place": "area_path",
    "at": "created_at",
    "count": "count",
    "amount": "amount_minor",
    "state": "state",
}
PAYOUT_SORTS = {
    "number": "number",
    "bank": "bank,last4",
    "amount": "amount_minor",
    "state": "state",
    "paid_on": "paid_on",
    "ended_on": "ended_on",
}
"""What the pages sort by, by the same names."""


@router.get("/accounts", response={200: Paged[AccountOut], **REFUSALS})
def list_accounts(
    request: HttpRequest,
    kind: AccountKind | None = None,
    filled: bool = False,
    sort: SortName = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> dict[str, Any]:
    """List the accounts that the caller sees, those with most money first; `filled` leaves out those with none."""
    rows = queries.accounts_visible_to(actor_of(request))
    if kind is not None:
        rows = rows.filter(kind=kind)
    if filled:
        rows = rows.exclude(balance_minor=0)
    return paged(sorted_by(rows, ACCOUNT_SORTS, sort, ("-balance_minor", "pk")), accounts_out, page, size)


@router.get("/accounts/{number}", response={200: AccountOut, **REFUSALS})
def get_account(request: HttpRequest, number: Number) -> AccountOut:
    """Read one account."""
    return accounts_out([queries.get_account(actor_of(request), number)])[0]


@router.put("/accounts/{number}/operator", response={200: AccountOut, **REFUSALS})
def set_operator(request: HttpRequest, number: Number, given: OperatorIn) -> AccountOut:
    """Say who runs the unit whose account it is: what it earns is paid out to that party's bank account."""
    actor = actor_of(request)
    account = queries.get_account(actor, number)
    if account.unit_id is None or account.kind != AccountKind.UNIT:
        raise NotFound
    party = registry.find_party(actor, given.party) if given.party else None
    if given.party and party is None:
        raise NotFound(_("There is no party with this number in your area."), field="party")
    services.set_operator(by=actor, unit=network.units_by_id([account.unit_id])[account.unit_id], party=party)
    return accounts_out([account])[0]


@router.get("/accounts/{number}/statement", response={200: AccountStatementOut, **REFUSALS})
def get_statement(
    request: HttpRequest, number: Number, first: date, last: date, page: PageNumber = 1, size: PageSize = 50
) -> AccountStatementOut:
    """Read an account's statement of the days `first` to `last`, at most a year: its sums, and a page of entries."""
    account = queries.get_account(actor_of(request), number)
    refuse_far_day(first, field="first")
    refuse_far_day(last, field="last")
    refuse_long(first, last)
    return statement_out(queries.turnover(account, first, last), page, size)


@router.get("/transfers", response={200: list[TransferOut], **REFUSALS})
def list_transfers(request: HttpRequest, about: Reference) -> list[TransferOut]:
    """List the transfers about one thing, such as `order/O-...`, with the sides that the caller sees."""
    return transfers_out(queries.transfers_seen_about(actor_of(request), about))


@router.get("/transfers/{number}", response={200: TransferOut, **REFUSALS})
def get_transfer(request: HttpRequest, number: Number) -> TransferOut:
    """Read one transfer, with the sides that the caller sees."""
    return transfers_out([queries.get_transfer(actor_of(request), number)])[0]


@router.post("/deposits", response={201: TransferOut, **REFUSALS})
def deposit(request: HttpRequest, given: DepositIn) -> Status[TransferOut]:
    """Book money that came in at the bank for a party, once for each reference of the bank."""
    actor = actor_of(request)
    party = registry.find_party(actor, given.party)
    if party is None:
        raise NotFound(_("There is no party with this number in your area."), field="party")
    made = services.deposit(by=actor, party=party, amount=given.amount.money, bank_reference=given.bank_reference)
    return Status(201, transfers_out([queries.get_transfer(actor, made.number)])[0])


@router.post("/transfers/{number}/take-back", response={201: TransferOut, **REFUSALS})
def take_back(request: HttpRequest, number: Number, given: TakeBackIn) -> Status[TransferOut]:
    """Reverse a deposit that was booked by mistake."""
    actor = actor_of(request)
    found, _entries = queries.get_transfer(actor, number)
    made = services.take_back(by=actor, transfer=found, memo=given.memo)
    return Status(201, transfers_out([queries.get_transfer(actor, made.number)])[0])


@router.get("/payout-runs", response={200: Paged[RunOut], **REFUSALS})
def list_runs(
    request: HttpRequest, state: RunState | None = None, sort: SortName = "", page: PageNumber = 1, size: PageSize = 50
) -> dict[str, Any]:
    """List the runs of payouts that the caller sees, the newest first."""
    rows = queries.runs_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return paged(sorted_by(rows, RUN_SORTS, sort, ("-pk",)), runs_out, page, size)


@router.post("/payout-runs", response={201: RunOut, **REFUSALS})
def prepare_payouts(request: HttpRequest, given: RunIn) -> Status[RunOut]:
    """Prepare payouts of all money above a minimum; a large run goes on as a job, and its state says how far it is."""
    return Status(201, runs_out([services.prepare_payouts(by=actor_of(request), given=given.given())])[0])


@router.get("/payout-runs/{number}", response={200: RunOut, **REFUSALS})
def get_run(request: HttpRequest, number: Number) -> RunOut:
    """Read one run: how far it is, what it has."""
    return runs_out([queries.get_run(actor_of(request), number)])[0]


@router.post("/payout-runs/{number}/cancel", response={200: RunOut, **REFUSALS})
def cancel_payouts(request: HttpRequest, number: Number, given: RunVersionIn) -> RunOut:
    """Put the money of a run, read at `version`, back on the accounts, while nobody has handed it to the bank."""
    actor = actor_of(request)
    run = services.cancel_payouts(by=actor, run=queries.get_run(actor, number), version=given.version)
    return runs_out([run])[0]


@router.post("/payout-runs/{number}/again", response={200: RunOut, **REFUSALS})
def restart_preparation(request: HttpRequest, number: Number) -> RunOut:
    """Let a job go on with a run that fell silent while it was being prepared."""
    actor = actor_of(request)
    run = queries.get_run(actor, number)
    services.restart_preparation(by=actor, run=run)
    return runs_out([queries.get_run(actor, number)])[0]


@router.post("/payout-runs/{number}/answer", response={200: BookedOut, **REFUSALS})
def book_results(request: HttpRequest, number: Number, file: File[UploadedFile]) -> BookedOut:
    """Book the bank's answer, CSV or xlsx, all rows or none; a refusal names every bad row with column and reason."""
    actor = actor_of(request)
    run = queries.get_run(actor, number)
    if not actor.may(Permission.PAY, run.area_path):
        raise Forbidden(permission=Permission.PAY.value)
    rows = read_either(file, str(file.name), RESULTS)
    booked = services.book_results(by=actor, run=run, rows=rows)
    return BookedOut(paid=booked.paid, failed=booked.failed, returned=booked.returned, repeated=booked.repeated)


@router.get("/payouts", response={200: Paged[PayoutOut], **REFUSALS})
def list_payouts(
    request: HttpRequest,
    run: Text = "",
    state: PayoutState | None = None,
    sort: SortName = "",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> dict[str, Any]:
    """List the payouts that the caller sees, the newest first: of one run, in one state."""
    rows = queries.payouts_visible_to(actor_of(request)).select_related("run")
    if run:
        rows = rows.filter(run__number=run.strip().upper())
    if state is not None:
        rows = rows.filter(state=state)
    return paged(sorted_by(rows, PAYOUT_SORTS, sort, ("-pk",)), payouts_out, page, size)
