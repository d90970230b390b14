"""The clerk's payments: bank transfers to confirm, money to send back, notices that somebody has to look into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.http import listing, pages, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.words import Text, _
from terrace.market import queries, services
from terrace.market.domain import PaymentStatus, Permission
from terrace.market.forms.buying import PaymentFilter, TransferForm
from terrace.market.models import Order, Payment, PaymentNotice, Repayment
from terrace.market.queries import buying
from terrace.market.views.paying import TONES

MOST = 50
"""So many of what has to be sent back or looked into stand on the page; the rest follows as they are done."""

PROBLEMS: Mapping[str, Text] = {
    "no such charge": _("The provider knows no such payment."),
    "more than was paid": _("The provider says that more would go back than was paid."),
}
"""What a provider gives as a reason, in words for people."""


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """A payment with its orders, as a clerk sees it."""

    payment: Payment
    orders: Sequence[Order]

    @property
    def numbers(self) -> str:
        """The numbers of its orders: what a buyer writes on the transfer."""
        return " · ".join(order.number for order in self.orders)

    @property
    def status_label(self) -> Text:
        """Where it stands."""
        return PaymentStatus(self.payment.status).label

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES[PaymentStatus(self.payment.status)]


@dataclass(frozen=True, slots=True)
class RepaymentCard:
    """Money that goes back to a buyer: of which orders, to whom, and by which transfer it came."""

    repayment: Repayment
    orders: Sequence[Order]

    @property
    def recipient(self) -> str:
        """Who ordered, as far as that is still known."""
        return self.orders[0].recipient if self.orders else ""

    @property
    def numbers(self) -> str:
        """The numbers of the orders."""
        return " · ".join(order.number for order in self.orders)

    @property
    def problem(self) -> Text:
        """Why the provider did not take it back, in the reader's language where it is one of those we know."""
        return PROBLEMS.get(self.repayment.problem, self.repayment.problem)

    @property
    def may_be_a_slip(self) -> bool:
        """Whether a clerk typed what came, and may have been wrong."""
        return self.repayment.is_aside

    @property
    def came_by(self) -> str:
        """The bank's or the provider's reference of the money that came."""
        return self.repayment.reference


@needs(Permission.PAYMENTS)
def payments(request: Request) -> HttpResponse:
    """List the bank transfers that are waited for or may come late, and what has to be sent back."""
    form = PaymentFilter(request.GET)
    known = buying.transfers_visible_to if "number" in form.given() else buying.transfers_waited_for
    rows = form.narrow(known(request.actor))
    context = {
        "title": _("Payments"),
        "lead": _(
            "Bank transfers to look for on the account, those that end first on top. "
            "One that is paid is found by its number."
        ),
        "primary": {"url": reverse("market:statement"), "label": _("The bank's statement"), "icon": "upload"},
        "repayments": _repayments(buying.repayments_to_make(request.actor)),
        "refused": _repayments(queries.failed_repayments(request.actor)),
        "odd_notices": _notices(buying.notices_to_look_into(request.actor)),
    }
    return listing.answer(request, "market/payments.html", _table(), rows, form, context)


@needs(Permission.PAYMENTS)
def confirm_payment(request: Request, number: str) -> HttpResponse:
    """Confirm that a transfer stands on the account, with the amount and the day that the statement says."""
    found = buying.get_transfer(request.actor, number)
    form = TransferForm(pages.sent(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.confirm_transfer(by=request.actor, payment=found, **form.given())
            return redirect("market:payments")
    context: dict[str, Any] = {
        "title": _("Confirm transfer %(number)s") % {"number": found.number},
        "lead": _("To be paid: %(amount)s, until %(day)s. Enter what the bank's statement says.")
        % {"amount": written.money(found.amount), "day": written.localdate(found.pay_by, "time")},
        "form": form,
        "submit_label": _("Confirm"),
        "cancel_url": reverse("market:payments"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.PAYMENTS)
def pay_back(request: Request, repayment_id: int) -> HttpResponse:
    """Ask once, then note that the money was transferred back."""
    found = buying.get_repayment(request.actor, repayment_id)
    told = {"amount": written.money(found.amount), "number": found.payment.number}
    question = Question(
        title=_("Was this transferred back?"),
        text=_("%(amount)s of payment %(number)s went back to the account that it came from.") % told,
        submit_label=_("It was transferred"),
        cancel_url=reverse("market:payments"),
    )
    return confirm(request, question, partial(services.mark_paid_back, by=request.actor, repayment=found))


@needs(Permission.PAYMENTS)
def take_back(request: Request, repayment_id: int) -> HttpResponse:
    """Ask once, then undo a slip: what was booked to be sent back never came, or came for something else."""
    found = buying.get_repayment(request.actor, repayment_id)
    told = {"amount": written.money(found.amount), "reference": found.reference, "number": found.payment.number}
    question = Question(
        title=_("Was this a slip?"),
        text=_(
            "%(amount)s under the reference %(reference)s were booked to be sent back, beside payment %(number)s. "
            "That is undone, and the reference is free again. Only while nobody has transferred anything."
        )
        % told,
        submit_label=_("It was a slip: undo it"),
        cancel_url=reverse("market:payments"),
    )
    return confirm(request, question, partial(services.take_back_slip, by=request.actor, repayment=found))


@needs(Permission.PAYMENTS)
def settle_notice(request: Request, said_id: int) -> HttpResponse:
    """Ask once, then note that somebody has looked into a notice that does not fit."""
    found = buying.get_notice(request.actor, said_id)
    told = {"number": found.payment.number if found.payment else "", "amount": written.anything(found.amount)}
    question = Question(
        title=_("Have you looked into this notice?"),
        text=_("The provider says that %(amount)s was paid for payment %(number)s. It leaves this list.") % told,
        submit_label=_("I have looked into it"),
        cancel_url=reverse("market:payments"),
    )
    return confirm(request, question, partial(services.settle_notice, by=request.actor, notice=found))


def _notices(rows: QuerySet[PaymentNotice]) -> list[PaymentNotice]:
    return list(rows.select_related("payment").order_by("-id")[:MOST])


def _repayments(rows: QuerySet[Repayment]) -> list[RepaymentCard]:
    """Return the oldest of what goes back, with what a clerk has to know to make the transfer."""
    found = list(rows.select_related("payment").order_by("id")[:MOST])
    orders = buying.orders_by_payment([repayment.payment for repayment in found])
    return [RepaymentCard(repayment, orders[repayment.payment_id]) for repayment in found]


def _table() -> Table[Payment, PaymentCard]:
    return Table(
        name="payments",
        columns=(
            Column("number", _("Payment"), lambda card: card.payment.number, Kind.CODE),
            Column("orders", _("Orders"), lambda card: card.numbers, Kind.PROSE),
            Column("amount", _("Amount"), lambda card: card.payment.amount, Kind.MONEY, sort="amount_minor"),
            Column("pay_by", _("Until"), lambda card: card.payment.pay_by, Kind.DATETIME, sort="pay_by"),
            Column(
                "status",
                _("State"),
                lambda card: card.status_label,
                Kind.BADGE,
                sort="status",
                tone=lambda card: card.tone,
            ),
        ),
        present=_cards,
        order=("pay_by", "id"),
        empty=Empty(_("No transfer is waited for"), _("What buyers pay by bank transfer stands here until it came.")),
        url=lambda card: reverse("market:payment_confirm", args=[card.payment.number]),
    )


def _cards(found: Sequence[Payment]) -> list[PaymentCard]:
    orders = buying.orders_by_payment(found)
    return [PaymentCard(payment, orders[payment.pk]) for payment in found]
