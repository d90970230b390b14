"""The pages of money: who sees which, the clerk's way from a deposit to the bank's answer, and refusals."""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from terrace.http.ways import urls_of
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.ledger import queries
from terrace.ledger import services as ledger
from terrace.ledger.domain import AccountKind, Reason
from terrace.ledger.models import Account, Payout, PayoutRun, Transfer
from terrace.registry import services as registry
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import ACCOUNT_NUMBER, Give, draft, open_bank_account, prepare, yuan


@pytest.fixture
def farmers(cast: Cast, give: Give) -> Account:
    """The farmer's account with 120 yuan, and a bank account to pay it to."""
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    return give(cast.farmer.party.pk, yuan(120))


def test_the_farmer_sees_its_money_and_where_it_came_from(cast: Cast, farmers: Account) -> None:
    page = cast.farmer.client.get("/ledger/money/")

    assert page.status_code == 200
    assert "120.00" in page.content.decode()
    assert str(Reason.DEPOSIT.label) in page.content.decode()
    statement = cast.farmer.client.get(f"/ledger/accounts/{farmers.number}/").content.decode()
    assert "120.00" in statement


def test_who_has_no_money_yet_reads_what_will_be_here(cast: Cast) -> None:
    page = cast.farmer.client.get("/ledger/money/").content.decode()

    assert "No money yet" in page
    assert "no bank account" in page


def test_a_payout_on_its_way_shows_on_the_farmers_page(cast: Cast, farmers: Account) -> None:
    prepare(cast)

    page = cast.farmer.client.get("/ledger/money/").content.decode()

    assert "Payouts on their way" in page
    assert f"••••{ACCOUNT_NUMBER[-4:]}" in page
    assert ACCOUNT_NUMBER not in page


def test_the_keeper_sees_the_account_of_its_point_and_nobody_elses(cast: Cast, farmers: Account) -> None:
    unit_id = min(cast.keeper.actor.units)
    account = ledger.account_of_unit(unit_id)
    other = ledger.account_of_unit(min(cast.neighbour.actor.units))

    assert cast.keeper.client.get("/ledger/money/").status_code == 200
    assert cast.keeper.client.get(f"/ledger/accounts/{account.number}/").status_code == 200
    for hidden in (farmers, other):
        assert cast.keeper.client.get(f"/ledger/accounts/{hidden.number}/").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("centre", 200), ("bureau", 200), ("stranger", 404), ("buyer", 404), ("neighbour", 404)],
)
def test_an_account_is_for_who_sees_the_money_there(cast: Cast, farmers: Account, who: str, status: int) -> None:
    assert getattr(cast, who).client.get(f"/ledger/accounts/{farmers.number}/").status_code == status


def test_the_accounts_of_the_house_are_for_the_top(cast: Cast, farmers: Account) -> None:
    bank = ledger.house_account(AccountKind.BANK)

    assert cast.bureau.client.get(f"/ledger/accounts/{bank.number}/").status_code == 200
    assert cast.clerk.client.get(f"/ledger/accounts/{bank.number}/").status_code == 404


def test_a_statement_runs_from_opening_to_closing(cast: Cast, farmers: Account) -> None:
    buyer = ledger.house_account(AccountKind.PLATFORM)
    ledger.post(by=SYSTEM, draft=draft(farmers, buyer, yuan(20), reason=Reason.FEE))
    today = clock.today()

    said = queries.statement(farmers, today.replace(day=1), today)

    assert (said.opening, said.closing) == (yuan(0), yuan(100))
    assert [line.balance for line in said.entries] == [yuan(120), yuan(100)]
    sheet = cast.farmer.client.get(f"/ledger/accounts/{farmers.number}/?export=xlsx")
    assert sheet["Content-Type"].endswith("sheet")


def test_a_month_that_is_none_is_the_present_one(cast: Cast, farmers: Account) -> None:
    assert cast.farmer.client.get(f"/ledger/accounts/{farmers.number}/?month=1999-13").status_code == 200


def test_the_clerk_finds_accounts_by_name_and_number(cast: Cast, farmers: Account) -> None:
    for text in ("Suqin", farmers.number):
        page = cast.clerk.client.get("/ledger/accounts/", {"text": text, "filled": "on", "kind": "party"})
        assert farmers.number in page.content.decode()
    assert farmers.number not in cast.clerk.client.get("/ledger/accounts/?text=nobody").content.decode()
    assert farmers.number not in cast.stranger.client.get("/ledger/accounts/").content.decode()


def test_escrows_show_only_to_who_looks_for_them(cast: Cast, farmers: Account) -> None:
    escrow = ledger.escrow_account("order/O-7K2M", area_path=VILLAGE[:6], county_code=VILLAGE[:6])

    def shown(query: str) -> bool:
        return escrow.number in cast.clerk.client.get(f"/ledger/accounts/{query}").content.decode()

    assert [shown(query) for query in ("", "?kind=party", "?kind=escrow", "?text=o-7k2m")] == [False, False, True, True]


def test_the_list_of_accounts_asks_the_same_for_one_row_and_for_many(cast: Cast, farmers: Account, give: Give) -> None:
    client = cast.clerk.client

    def counted() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/ledger/accounts/").status_code == 200
        return len(seen)

    counted()
    one = counted()
    for _ in range(10):
        give(factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE)).pk, yuan(1))
    assert counted() == one


def test_the_clerk_books_a_deposit_once(cast: Cast) -> None:
    assert cast.buyer.party
    given = {"party": cast.buyer.party.number, "amount": "300", "bank_reference": "ICBC 17"}

    answer = cast.clerk.client.post("/ledger/deposits/new/", given)
    again = cast.clerk.client.post("/ledger/deposits/new/", given | {"amount": "301"})

    account = queries.find_account_of_party(cast.buyer.party.pk)
    assert account
    assert answer["Location"] == f"/ledger/accounts/{account.number}/"
    assert account.balance == yuan(300)
    assert again.status_code == 422
    assert "booked before" in again.content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("party", "P-NOBODY"), ("amount", "0"), ("amount", "1.234"), ("bank_reference", " ")]
)
def test_a_wrong_deposit_says_so_at_its_field(cast: Cast, field: str, value: str) -> None:
    assert cast.buyer.party
    given = {"party": cast.buyer.party.number, "amount": "300", "bank_reference": "ICBC 17", field: value}

    page = cast.clerk.client.post("/ledger/deposits/new/", given)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert not Transfer.objects.exists()


def test_nobody_books_a_deposit_in_another_county(cast: Cast) -> None:
    assert cast.farmer.party
    given = {"party": cast.farmer.party.number, "amount": "300", "bank_reference": "ICBC 17"}
    for who in (cast.stranger, cast.centre, cast.farmer, cast.keeper):
        assert who.client.post("/ledger/deposits/new/", given).status_code in (403, 422)

    assert not Transfer.objects.exists()


def test_the_centre_takes_a_deposit_back_and_says_why(cast: Cast, farmers: Account) -> None:
    made = Transfer.objects.get(reason="deposit")
    page = cast.centre.client.get(f"/ledger/transfers/{made.number}/")
    assert "Take back" in page.content.decode()

    refused = cast.centre.client.post(f"/ledger/transfers/{made.number}/take-back/", {"memo": " "})
    answer = cast.centre.client.post(f"/ledger/transfers/{made.number}/take-back/", {"memo": "wrong household"})

    assert (refused.status_code, answer.status_code) == (422, 302)
    assert queries.balance_of(farmers.pk) == yuan(0)
    assert "wrong household" in cast.farmer.client.get(f"/ledger/accounts/{farmers.number}/").content.decode()
    assert cast.clerk.client.get(f"/ledger/transfers/{made.number}/take-back/").status_code == 403


def test_what_follows_from_something_else_is_not_taken_back_by_hand(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    made = Transfer.objects.get(reference=run.payouts.get().reference)

    page = cast.centre.client.post(f"/ledger/transfers/{made.number}/take-back/", {"memo": "no"})

    assert page.status_code == 422
    assert queries.balance_of(farmers.pk) == yuan(0)


def test_a_transfer_shows_each_reader_its_own_side(cast: Cast, farmers: Account) -> None:
    assert cast.buyer.party
    buyer = ledger.account_of_party(cast.buyer.party.pk)
    made = ledger.post(by=SYSTEM, draft=draft(farmers, buyer, yuan(5)))

    page = cast.farmer.client.get(f"/ledger/transfers/{made.number}/").content.decode()

    assert farmers.number in page
    assert buyer.number not in page
    assert cast.stranger.client.get(f"/ledger/transfers/{made.number}/").status_code == 404


def test_the_clerk_pays_out_from_the_first_page_to_the_last(cast: Cast, farmers: Account) -> None:
    client = cast.clerk.client
    given = {"area": VILLAGE[:6], "kinds": ["household"], "minimum": "10", "purpose": "Sales in June"}
    location = client.post("/ledger/payouts/new/", given)["Location"]
    run = PayoutRun.objects.get()
    assert location == f"/ledger/payouts/{run.number}/"
    for path in (
        "/ledger/payouts/",
        "/ledger/payouts/new/",
        location,
        f"{location}without-account/",
        f"{location}file/",
    ):
        assert client.get(path).status_code == 200

    file = client.post(f"{location}file/")

    assert file["Cache-Control"] == "no-store"
    assert file["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))
    assert [row["Account number"] for row in rows] == [ACCOUNT_NUMBER]
    assert "Book the bank" in client.get(location).content.decode()
    text = f"payout,result,on\n{rows[0]['Payout number']},paid,{clock.today()}\n"
    bad = SimpleUploadedFile("bad.csv", text.replace("paid", "gone").encode())
    refused = client.post(f"{location}answer/", {"file": bad})
    assert refused.status_code == 422
    assert "Write paid, failed or returned." in refused.content.decode()
    assert client.post(f"{location}answer/", {"file": SimpleUploadedFile("a.csv", text.encode())}).status_code == 302
    assert Payout.objects.get().state == "paid"
    assert client.get("/ledger/payouts/answer-pattern.xlsx").status_code == 200


def test_the_clerk_cancels_a_run(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)

    page = cast.clerk.client.post(f"/ledger/payouts/{run.number}/cancel/", {"version": run.version})

    assert page.status_code == 302
    assert queries.balance_of(farmers.pk) == yuan(120)


def test_a_run_is_hidden_from_who_has_nothing_to_do_with_it(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)

    assert cast.stranger.client.get(f"/ledger/payouts/{run.number}/").status_code == 404
    assert cast.farmer.client.get(f"/ledger/payouts/{run.number}/").status_code == 403
    assert cast.centre.client.get(f"/ledger/payouts/{run.number}/").status_code == 200
    for act in ("file", "cancel", "answer"):
        assert cast.centre.client.get(f"/ledger/payouts/{run.number}/{act}/").status_code == 403


def test_who_has_no_bank_account_is_listed_with_the_way_to_enter_one(cast: Cast, give: Give, farmers: Account) -> None:
    other = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE), name="Ma Lin")
    give(other.pk, yuan(7))
    run = prepare(cast)

    page = cast.clerk.client.get(f"/ledger/payouts/{run.number}/without-account/").content.decode()

    assert f"/registry/{other.number}/bank/" in page
    given = registry.AccountGiven("Bank", "Ma Lin", "6217000000004444")
    registry.set_account(by=cast.clerk.actor, party=other, version=other.version, given=given)
    assert other.number not in cast.clerk.client.get(f"/ledger/payouts/{run.number}/without-account/").content.decode()


def test_a_payouts_transfer_leads_the_clerk_to_its_run(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    reference = run.payouts.get().reference

    assert urls_of(cast.clerk.actor, [reference, "unknown/X-1"]) == {reference: f"/ledger/payouts/{run.number}/"}
    assert urls_of(cast.farmer.actor, [reference]) == {}
