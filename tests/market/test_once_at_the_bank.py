"""One transfer at the bank is booked once, about one thing, and by somebody whose own money it is not."""

import pytest

from terrace.http.workbooks import RowsRefused
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind
from terrace.market import services
from terrace.market.domain import OrderStatus, Provider
from terrace.market.models import Offer, Order, Payment
from terrace.market.queries.checks import CHECKS
from tests.conftest import Cast
from tests.market.orders import make_offer, place
from tests.market.test_payments import outside
from tests.market.test_statements import row, rows
from tests.planted import plants


@pytest.fixture
def offer(cast: Cast) -> Offer:
    assert cast.buyer.party
    return make_offer(cast.buyer.party)


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
