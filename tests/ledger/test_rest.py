"""The REST interface of the ledger."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.ledger import services as ledger
from terrace.ledger.models import Account, Payout, PayoutRun, Transfer
from tests.conftest import VILLAGE, Cast
from tests.ledger.conftest import Give, draft, open_bank_account, prepare, yuan

API = "/api/v1/ledger"


@pytest.fixture
def farmers(cast: Cast, give: Give) -> Account:
    """The farmer's account with 120 yuan, and a bank account to pay it to."""
    assert cast.farmer.party
    open_bank_account(cast, cast.farmer)
    return give(cast.farmer.party.pk, yuan(120))


def _post(client: Client, path: str, body: dict[str, Any] | None = None) -> Any:
    return client.post(f"{API}{path}", body or {}, content_type="application/json")


def _money(minor: int) -> dict[str, object]:
    return {"minor": minor, "currency": "CNY"}


def test_reads_accounts_and_statements_as_far_as_the_caller_sees_them(cast: Cast, farmers: Account) -> None:
    days = {"first": clock.today().isoformat(), "last": clock.today().isoformat()}
    for who in (cast.farmer, cast.clerk):
        listed = who.client.get(f"{API}/accounts", {"filled": "true", "kind": "party"}).json()
        assert [row["number"] for row in listed["items"]] == [farmers.number]
        said = who.client.get(f"{API}/accounts/{farmers.number}/statement", days).json()
        assert (said["opening"], said["closing"]) == (_money(0), _money(12_000))
        assert [entry["amount"] for entry in said["entries"]] == [_money(12_000)]
    assert cast.stranger.client.get(f"{API}/accounts").json()["items"] == []
    assert cast.stranger.client.get(f"{API}/accounts/{farmers.number}").status_code == 404
    assert cast.stranger.client.get(f"{API}/accounts/{farmers.number}/statement", days).status_code == 404


@pytest.mark.parametrize("last", ["2025-12-31", "2027-01-02"])
def test_a_statement_is_of_a_year_at_most(cast: Cast, farmers: Account, last: str) -> None:
    given = {"first": "2026-01-01", "last": last}
    refused = cast.farmer.client.get(f"{API}/accounts/{farmers.number}/statement", given)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


def test_lists_the_transfers_about_a_thing_by_the_sides_that_are_seen(cast: Cast, farmers: Account) -> None:
    assert cast.buyer.party
    buyer = ledger.account_of_party(cast.buyer.party.pk)
    made = ledger.post(by=SYSTEM, draft=draft(farmers, buyer, yuan(5)))

    def sides(client: Client) -> list[list[str]]:
        rows = client.get(f"{API}/transfers", {"about": made.reference}).json()
        return [[side["account"] for side in row["sides"]] for row in rows]

    assert sides(cast.farmer.client) == [[farmers.number]]
    assert sides(cast.clerk.client) == [[farmers.number, buyer.number]]
    assert sides(cast.stranger.client) == []
    assert cast.buyer.client.get(f"{API}/transfers/{made.number}").json()["sides"][0]["amount"] == _money(500)


def test_books_a_deposit_and_takes_it_back(cast: Cast) -> None:
    assert cast.buyer.party
    given = {"party": cast.buyer.party.number, "amount": _money(500), "bank_reference": "ICBC 17"}

    refused = _post(cast.stranger.client, "/deposits", given)
    booked = _post(cast.clerk.client, "/deposits", given)
    again = _post(cast.clerk.client, "/deposits", given)

    assert (refused.status_code, booked.status_code) == (404, 201)
    assert (again.status_code, again.json()["code"]) == (409, "already_booked")
    path = f"/transfers/{booked.json()['number']}/take-back"
    assert _post(cast.clerk.client, path, {"memo": "no"}).status_code == 403
    assert _post(cast.centre.client, path, {"memo": "wrong"}).json()["reverses"] == booked.json()["number"]
    assert _post(cast.centre.client, path, {"memo": "wrong"}).json()["code"] == "already_reversed"
    assert Transfer.objects.count() == 2


def test_a_run_goes_its_way(cast: Cast, farmers: Account) -> None:
    given = {"area": VILLAGE[:6], "minimum": _money(100), "purpose": "Sales"}
    assert _post(cast.farmer.client, "/payout-runs", given).status_code == 403
    made = _post(cast.clerk.client, "/payout-runs", given)
    assert (made.status_code, made.json()["count"], made.json()["amount"]) == (201, 1, _money(12_000))
    number = made.json()["number"]
    ledger.export_payouts(by=cast.clerk.actor, run=PayoutRun.objects.get())
    payout = Payout.objects.get()

    def answer(result: str) -> Any:
        text = f"payout,result,on\n{payout.number},{result},{clock.today()}\n"
        file = SimpleUploadedFile("answer.csv", text.encode())
        return cast.clerk.client.post(f"{API}/payout-runs/{number}/answer", {"file": file})

    bad = answer("gone")
    assert (bad.status_code, bad.json()["errors"][0]["field"], bad.json()["errors"][0]["row"]) == (422, "result", 2)
    assert answer("paid").json() == {"paid": 1, "failed": 0, "returned": 0, "repeated": 0}
    assert cast.clerk.client.get(f"{API}/payout-runs/{number}").json()["state"] == "settled"
    own = cast.farmer.client.get(f"{API}/payouts", {"run": number, "state": "paid"}).json()["items"]
    assert [row["number"] for row in own] == [payout.number]
    assert cast.stranger.client.get(f"{API}/payouts").json()["items"] == []
    assert cast.stranger.client.get(f"{API}/payout-runs").json()["items"] == []


def test_a_run_is_cancelled_by_who_read_it_as_it_is(cast: Cast, farmers: Account) -> None:
    run = prepare(cast)
    path = f"/payout-runs/{run.number}/cancel"

    assert _post(cast.clerk.client, path, {"version": run.version + 1}).json()["code"] == "stale"
    assert _post(cast.clerk.client, f"/payout-runs/{run.number}/again").json()["code"] == "still_preparing"
    assert _post(cast.centre.client, path, {"version": run.version}).status_code == 403
    assert _post(cast.clerk.client, path, {"version": run.version}).json()["state"] == "cancelled"
