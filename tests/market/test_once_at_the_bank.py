"""One transfer at the bank is booked once, about one thing, and by somebody whose own money it is not."""

from datetime import timedelta

import pytest

from terrace.http.workbooks import RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind
from terrace.market import services
from terrace.market.domain import OrderStatus, Provider
from terrace.market.models import Offer, Order, Payment, PaymentNotice, Repayment
from terrace.market.queries.checks import CHECKS
from terrace.market.schemas.payments import repayments_out
from terrace.market.services.paying import OtherBefore
from terrace.messaging.models import OutgoingMessage
from tests.conftest import Cast
from tests.market.orders import place
from tests.market.test_payments import outside
from tests.market.test_statements import row, rows
from tests.planted import plants


def transfer(offer: Offer, by: Actor | None = None) -> Payment:
    return place({offer: 1}, provider=Provider.BANK, **({"by": by} if by else {})).payment


def confirm(by: Actor, payment: Payment, reference: str) -> Payment:
    return services.confirm_transfer(
        by=by, payment=payment, amount=payment.amount, on=clock.today(), reference=reference
    )


def test_a_reference_of_the_bank_pays_one_payment(cast: Cast, offer: Offer) -> None:
    one, two = transfer(offer), transfer(offer)
    confirm(cast.clerk.actor, one, "Bank 77")

    with pytest.raises(ledger.AlreadyBooked) as refused:
        confirm(cast.clerk.actor, two, " bank  77")

    assert refused.value.field == "reference"
    assert outside(AccountKind.BANK) == -one.amount_minor
    assert two.orders.get().status == OrderStatus.PLACED


def test_what_was_booked_as_a_deposit_pays_no_order(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    assert cast.farmer.party
    ledger.deposit(by=by, party=cast.farmer.party, amount=payment.amount, bank_reference="Bank 77")

    with pytest.raises(ledger.AlreadyBooked):
        confirm(by, payment, "BANK 77")

    assert outside(AccountKind.BANK) == -payment.amount_minor
    assert Order.objects.get().status == OrderStatus.PLACED


def test_what_paid_an_order_is_no_deposit_as_well(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    assert cast.farmer.party
    confirm(by, payment, "Bank 77")

    with pytest.raises(ledger.AlreadyBooked) as refused:
        ledger.deposit(by=by, party=cast.farmer.party, amount=payment.amount, bank_reference="bank 77")

    assert refused.value.field == "bank_reference"
    assert outside(AccountKind.BANK) == -payment.amount_minor


def test_a_statement_names_the_row_whose_transfer_was_booked_about_something_else(cast: Cast, offer: Offer) -> None:
    one, two, three = (transfer(offer) for _payment in range(3))
    confirm(cast.clerk.actor, one, "B-1")

    with pytest.raises(RowsRefused) as refused:
        services.book_statement(by=cast.clerk.actor, rows=rows(row(two, "b-1"), row(two, "B-2"), row(three, "B-2")))

    assert [problem.row for problem in refused.value.problems] == [2, 4]
    assert outside(AccountKind.BANK) == -one.amount_minor


@plants("a bank transfer pays one payment")
def test_the_check_names_a_payment_whose_transfer_is_in_the_books_for_another(cast: Cast, offer: Offer) -> None:
    one, two = transfer(offer), transfer(offer)
    confirm(cast.clerk.actor, one, "B-1")
    confirm(cast.clerk.actor, two, "B-2")
    (check,) = (check for check in CHECKS if check.name == "a bank transfer pays one payment")
    assert list(check.find()) == []

    Payment.objects.filter(pk=two.pk).update(provider_reference="B-1")

    assert list(check.find()) == [two.number]


def test_a_clerk_confirms_no_transfer_of_their_own(cast: Cast, offer: Offer) -> None:
    payment = transfer(offer, by=cast.clerk.actor)

    with pytest.raises(Forbidden):
        confirm(cast.clerk.actor, payment, "B-1")
    with pytest.raises(RowsRefused) as refused:
        services.book_statement(by=cast.clerk.actor, rows=rows(row(payment)))

    assert [problem.row for problem in refused.value.problems] == [2]
    assert outside(AccountKind.BANK) == 0
    assert Order.objects.get().status == OrderStatus.PLACED


def test_a_refused_confirmation_leaves_its_reference_free(cast: Cast, offer: Offer) -> None:
    one, two = transfer(offer), transfer(offer)
    with pytest.raises(services.OtherAmount):
        services.confirm_transfer(
            by=cast.clerk.actor, payment=one, amount=one.amount * 2, on=clock.today(), reference="B-1"
        )

    assert confirm(cast.clerk.actor, two, "B-1").number == two.number


def aside(by: Actor, payment: Payment, minor: int, reference: str, currency: str = "CNY") -> Payment:
    """Book that another amount came, or that it came twice: it goes back."""
    return services.confirm_transfer(
        by=by,
        payment=payment,
        amount=Money(minor, currency),
        on=clock.today(),
        reference=reference,
        sends_back=True,
    )


def is_in_order() -> bool:
    return not [problem for check in CHECKS for problem in check.find()]


def test_a_transfer_is_no_second_one_in_other_letters(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    confirm(by, payment, "ab-77")

    with pytest.raises(services.NotWaiting):
        aside(by, payment, payment.amount_minor, "AB-77")
    assert services.book_statement(by=by, rows=rows(row(payment, "AB-77"))).repeated == 1

    assert not Repayment.objects.exists()
    assert outside(AccountKind.BANK) == -payment.amount_minor


def test_what_goes_back_goes_back_once_in_other_letters_too(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    for reference in ("ab-77", "AB-77"):
        aside(by, payment, 100, reference)
    assert services.book_statement(by=by, rows=rows(row(payment, "Ab-77"))).repeated == 1
    assert Repayment.objects.get().amount_minor == 100


def test_what_was_sent_back_does_not_pay_the_order_under_the_same_reference(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    aside(by, payment, 100, "B-1")
    with pytest.raises(OtherBefore):
        confirm(by, payment, "b-1")
    assert (Order.objects.get().status, outside(AccountKind.BANK)) == (OrderStatus.PLACED, 0)
    assert is_in_order()


def test_a_slip_is_undone_and_its_reference_pays_the_order(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    for _time in range(2):
        aside(by, payment, 100, "B-1")
        slip = Repayment.objects.get()
        page = cast.clerk.client.get("/market/payments/").content.decode()
        assert f"/market/payments/back/{slip.pk}/slip/" in page
        cast.clerk.client.post(f"/market/payments/back/{slip.pk}/slip/")
        assert (Repayment.objects.count(), outside(AccountKind.BANK)) == (0, 0)
        assert is_in_order()
    assert "no ¥1.00 came" in OutgoingMessage.objects.order_by("-id")[0].text.replace("CN", "")

    confirm(by, payment, "B-1")

    assert (Order.objects.get().status, outside(AccountKind.BANK)) == (OrderStatus.PAID, -payment.amount_minor)
    assert is_in_order()


def test_a_slip_frees_its_reference_for_the_payment_that_it_made(cast: Cast, offer: Offer) -> None:
    wrong, right, by = transfer(offer), transfer(offer), cast.clerk.actor
    aside(by, wrong, 100, "B-1")
    services.take_back_slip(by=by, repayment=Repayment.objects.get())
    confirm(by, right, "B-1")
    assert right.orders.get().status == OrderStatus.PAID


def test_only_a_slip_is_undone_and_only_before_it_was_transferred(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    aside(by, payment, 100, "B-1")
    slip = Repayment.objects.get()
    for actor in (cast.keeper.actor, cast.stranger.actor, cast.buyer.actor):
        with pytest.raises(Forbidden):
            services.take_back_slip(by=actor, repayment=slip)
    services.mark_paid_back(by=by, repayment=slip)
    with pytest.raises(services.PaidBackBefore):
        services.take_back_slip(by=by, repayment=slip)

    late = transfer(offer)
    services.expire_payments(now=clock.now() + timedelta(days=30))
    confirm(by, late, "B-2")
    with pytest.raises(services.NoSlip):
        services.take_back_slip(by=by, repayment=Repayment.objects.get(payment=late))
    assert Repayment.objects.count() == 2
    assert is_in_order()


@pytest.mark.parametrize(("minor", "currency"), [(0, "CNY"), (-100, "CNY"), (5_400, "USD")])
def test_no_amount_and_another_currency_are_refused_and_burn_no_reference(
    cast: Cast, offer: Offer, minor: int, currency: str
) -> None:
    wrong, right, by = transfer(offer), transfer(offer), cast.clerk.actor
    with pytest.raises(Invalid) as refused:
        aside(by, wrong, minor, "B-1", currency)
    assert refused.value.field == "amount"
    assert not PaymentNotice.objects.exists()
    confirm(by, right, "B-1")


def test_the_clerk_reads_by_which_transfer_came_what_goes_back(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    confirm(by, payment, "B-1")
    aside(by, payment, payment.amount_minor, "B-2")
    (told,) = repayments_out([Repayment.objects.get()])
    assert told.reference == "B-2"
    assert "B-2" in cast.clerk.client.get("/market/payments/").content.decode()
