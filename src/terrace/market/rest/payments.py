"""The REST interface of the clerk's payments: transfers to confirm, money to send back."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import File, Router, Status, UploadedFile

from terrace.http.rest import REFUSALS, Paged, PageNumber, actor_of, paged
from terrace.http.text_tables import read_either
from terrace.market import services
from terrace.market.domain import PaymentStatus
from terrace.market.queries import buying
from terrace.market.schemas.payments import (
    PaymentOut,
    RepaymentOut,
    StatementOut,
    TransferIn,
    payments_out,
    repayments_out,
)
from terrace.market.services import STATEMENT

router = Router(tags=["market"])


@router.get("/payments", response={200: Paged[PaymentOut], **REFUSALS})
def list_payments(request: HttpRequest, status: PaymentStatus | None = None, page: PageNumber = 1) -> dict[str, Any]:
    """List the bank transfers that are waited for or may come late, of the areas whose payments the caller keeps."""
    rows = buying.transfers_waited_for(actor_of(request)).order_by("pay_by", "id")
    return paged(rows.filter(status=status) if status else rows, payments_out, page)


@router.post("/payments/{number}/confirm", response={200: PaymentOut, **REFUSALS})
def confirm_payment(request: HttpRequest, number: str, given: TransferIn) -> PaymentOut:
    """Confirm that a transfer stands on the account; another amount is refused, or booked to go back (`sends_back`)."""
    actor = actor_of(request)
    found = buying.get_transfer(actor, number)
    confirmed = services.confirm_transfer(
        by=actor,
        payment=found,
        amount=given.amount.money,
        on=given.on,
        reference=given.reference,
        sends_back=given.sends_back,
    )
    return payments_out([confirmed])[0]


@router.post("/payments/statement", response={200: StatementOut, **REFUSALS})
def book_statement(request: HttpRequest, file: File[UploadedFile]) -> StatementOut:
    """Confirm every transfer of the bank's statement, CSV or xlsx, all rows or none; a refusal names every bad row."""
    rows = read_either(file, str(file.name), STATEMENT)
    return StatementOut(**asdict(services.book_statement(by=actor_of(request), rows=rows)))


@router.get("/repayments", response={200: Paged[RepaymentOut], **REFUSALS})
def list_repayments(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List what somebody has to transfer back at the bank."""
    return paged(buying.repayments_to_make(actor_of(request)).order_by("id"), repayments_out, page)


@router.post("/repayments/{repayment_id}/slip", response={204: None, **REFUSALS})
def take_back_slip(request: HttpRequest, repayment_id: int) -> Status[None]:
    """Undo that a transfer was booked to be sent back which never came, or came for something else."""
    actor = actor_of(request)
    services.take_back_slip(by=actor, repayment=buying.get_repayment(actor, repayment_id))
    return Status(204, None)


@router.post("/repayments/{repayment_id}/paid-back", response={200: RepaymentOut, **REFUSALS})
def mark_paid_back(request: HttpRequest, repayment_id: int) -> RepaymentOut:
    """Note that the money was transferred back."""
    actor = actor_of(request)
    found = buying.get_repayment(actor, repayment_id)
    return repayments_out([services.mark_paid_back(by=actor, repayment=found)])[0]
