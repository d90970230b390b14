"""A clerk confirms the transfers of a bank's statement by its file: all rows or none, each once."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from terrace.http.workbooks import GivenRow, RowsRefused
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden, Invalid
from terrace.kernel.money import Money
from terrace.ledger.domain import AccountKind
from terrace.market import services
from terrace.market.domain import OrderStatus, Provider
from terrace.market.models import Offer, Order, Payment, Repayment
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, Cast
from tests.market.orders import make_offer, place
from tests.market.test_payments import outside


def transfer(offer: Offer) -> Payment:
    return place({offer: 1}, provider=Provider.BANK).payment


def row(payment: Payment, reference: str = "B-1", **changes: Any) -> dict[str, Any]:
    given = {
        "on": clock.today().isoformat(),
        "amount": str(payment.amount.amount),
        "reference": reference,
        "text": f"apples {payment.number} thanks",
    }
    return {**given, **changes}


def rows(*given: dict[str, Any]) -> list[GivenRow]:
    return [GivenRow("statement", number, values) for number, values in enumerate(given, start=2)]


def test_all_transfers_that_name_a_payment_or_an_order_are_confirmed(cast: Cast, offer: Offer) -> None:
    one, two, three = (transfer(offer) for _payment in range(3))
    order = three.orders.get()
    given = rows(
        row(one),
        row(two, "B-2", text=two.number.replace("-", "").lower()),
        row(three, "B-3", text=f"苹果{order.number}", on=clock.today()),
        {"on": "yesterday", "amount": "12", "reference": "B-4", "text": "rent"},
        {"on": "2026-01-01", "amount": "-54.00", "reference": "B-5", "text": one.number},
    )

    booked = services.book_statement(by=cast.clerk.actor, rows=given)

    assert booked == services.StatementBooked(confirmed=3, others=2)
    assert {found.status for found in Order.objects.all()} == {OrderStatus.PAID}
    assert outside(AccountKind.BANK) == -3 * one.amount_minor


def test_the_same_statement_again_changes_nothing(cast: Cast, offer: Offer) -> None:
    given = rows(row(transfer(offer)))
    services.book_statement(by=cast.clerk.actor, rows=given)
    before = outside(AccountKind.BANK)

    assert services.book_statement(by=cast.clerk.actor, rows=given) == services.StatementBooked(repeated=1)

    assert outside(AccountKind.BANK) == before


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"amount": "1.00"}, "Amount"),
        ({"amount": "much"}, "Amount"),
        ({"on": "2999-01-01"}, "Day"),
        ({"on": "soon"}, "Day"),
        ({"reference": " "}, "The bank's reference"),
        ({"text": "Y-0000000000"}, "What the payer wrote"),
    ],
)
def test_one_bad_row_keeps_all_others_from_being_booked(
    cast: Cast, offer: Offer, changes: dict[str, str], column: str
) -> None:
    good, bad = transfer(offer), transfer(offer)

    with pytest.raises(RowsRefused) as refused:
        services.book_statement(by=cast.clerk.actor, rows=rows(row(good), row(bad, **{"reference": "B-2", **changes})))

    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(3, column)]
    assert outside(AccountKind.BANK) == 0
    assert {found.status for found in Order.objects.all()} == {OrderStatus.PLACED}


def test_a_second_transfer_for_the_same_payment_is_named_and_goes_back_by_hand(cast: Cast, offer: Offer) -> None:
    payment, by = transfer(offer), cast.clerk.actor
    with pytest.raises(RowsRefused):
        services.book_statement(by=by, rows=rows(row(payment), row(payment, "B-2")))
    assert outside(AccountKind.BANK) == 0
    services.book_statement(by=by, rows=rows(row(payment)))

    services.confirm_transfer(
        by=by, payment=payment, amount=payment.amount, on=clock.today(), reference="B-2", sends_back=True
    )

    assert Repayment.objects.get().amount == payment.amount
    assert outside(AccountKind.BANK) == -payment.amount_minor
    again = services.book_statement(by=by, rows=rows(row(payment), row(payment, "B-2")))
    assert again == services.StatementBooked(repeated=2)


def test_a_paid_transfer_is_found_by_its_number_to_book_a_second_one(cast: Cast, offer: Offer) -> None:
    payment = transfer(offer)
    services.confirm_transfer(
        by=cast.clerk.actor, payment=payment, amount=payment.amount, on=clock.today(), reference="B-1"
    )
    way = f"/market/payments/{payment.number}/confirm/"
    assert way not in cast.clerk.client.get("/market/payments/").content.decode()
    assert way in cast.clerk.client.get(f"/market/payments/?number={payment.number}").content.decode()
    assert way not in cast.stranger.client.get(f"/market/payments/?number={payment.number}").content.decode()


def test_a_transfer_of_another_amount_that_was_sent_back_by_hand_is_known_again(cast: Cast, offer: Offer) -> None:
    payment, by, wrong = transfer(offer), cast.clerk.actor, Money(100, "CNY")
    services.confirm_transfer(by=by, payment=payment, amount=wrong, on=clock.today(), reference="B-1", sends_back=True)

    booked = services.book_statement(by=by, rows=rows(row(payment, amount="1.00"), row(payment, "B-2")))

    assert booked == services.StatementBooked(confirmed=1, repeated=1)
    assert Repayment.objects.get().amount == wrong


def test_late_transfers_are_told_apart_and_go_back(cast: Cast, offer: Offer) -> None:
    payment = transfer(offer)
    services.expire_payments(now=payment.pay_by + timedelta(seconds=1))

    assert services.book_statement(by=cast.clerk.actor, rows=rows(row(payment))).late == 1

    assert Repayment.objects.get().amount == payment.amount


def test_payments_of_another_place_are_not_known_and_others_may_not(cast: Cast, offer: Offer) -> None:
    far = make_offer(factories.PartyFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE)))
    elsewhere, here = transfer(far), transfer(offer)

    with pytest.raises(RowsRefused):
        services.book_statement(by=cast.clerk.actor, rows=rows(row(elsewhere)))
    with pytest.raises(Forbidden):
        services.book_statement(by=cast.keeper.actor, rows=rows(row(here)))
    with pytest.raises(Invalid):
        services.book_statement(by=cast.clerk.actor, rows=[])

    assert outside(AccountKind.BANK) == 0


def test_the_page_takes_the_file_and_names_what_is_wrong(cast: Cast, offer: Offer) -> None:
    payment, page = transfer(offer), reverse("market:statement")

    def sent(amount: str) -> Any:
        content = f"日期,Amount,reference,text\n{clock.today()},{amount},B-1,{payment.number}\n".replace("日期", "on")
        return cast.clerk.client.post(page, {"file": SimpleUploadedFile("bank.csv", content.encode())})

    refused = sent("1.00")
    assert refused.status_code == 422
    assert "To be paid are" in refused.content.decode()
    assert sent(str(payment.amount.amount))["Location"] == reverse("market:payments")
    assert Order.objects.get().status == OrderStatus.PAID


def test_programs_send_the_statement_too(cast: Cast, offer: Offer) -> None:
    payment = transfer(offer)
    content = f"on,amount,reference,text\n{clock.today()},1.00,B-1,{payment.number}\n".encode()

    answer = cast.clerk.client.post("/api/v1/market/payments/statement", {"file": SimpleUploadedFile("b.csv", content)})

    assert (answer.status_code, answer.json()["code"]) == (422, "rows_refused")
    assert Order.objects.get().status == OrderStatus.PLACED


def test_a_row_that_names_two_payments_or_one_that_nobody_knows_is_refused(cast: Cast, offer: Offer) -> None:
    one, two = transfer(offer), transfer(offer)

    for text in (f"{one.number} {two.number}", f"{one.number} Y-0000000000"):
        with pytest.raises(RowsRefused):
            services.book_statement(by=cast.clerk.actor, rows=rows(row(one, text=text)))

    assert outside(AccountKind.BANK) == 0
    assert {found.status for found in Order.objects.all()} == {OrderStatus.PLACED}
