"""Purchases over REST."""

from typing import Any

from terrace.sourcing import services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Purchase
from terrace.traceability.models import Lot
from tests.conftest import Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import balance, bought, fund, given, unit_of

URL = "/api/v1/purchases"


def _body(cast: Cast, **changes: Any) -> dict[str, Any]:
    usual = {
        "producer": cast.farmer.party.number,
        "buyer": cast.buyer.party.number,
        "unit": unit_of(cast),
        "product": "apple",
        "variety": "fuji",
        "gross": {"steps": 98_500, "unit": "KGM"},
        "tare": {"steps": 6_500, "unit": "KGM"},
        "price": {"minor": 500, "currency": "CNY"},
        "pay_rule": "now",
    }
    return {**usual, **changes}


def _post(member: Any, url: str, body: dict[str, Any] | None = None) -> Any:
    return member.client.post(url, body or {}, content_type="application/json")


def test_weighs_buys_and_reads_it_back(cast: Cast) -> None:
    fund(cast)
    made = _post(cast.keeper, URL, _body(cast))
    assert made.status_code == 201
    told = made.json()
    assert told["net"] == {"steps": 92_000, "unit": "KGM"}
    assert told["amount"] == told["paid"] == {"minor": 46_000, "currency": "CNY"}
    assert (told["state"], told["lot"]) == ("paid", Lot.objects.get().number)
    for member in (cast.farmer, cast.buyer, cast.bureau):
        assert member.client.get(f"{URL}/{told['number']}").json() == told
        assert member.client.get(URL).json()["items"] == [told]
    assert cast.neighbour.client.get(f"{URL}/{told['number']}").status_code == 404


def test_refuses_at_the_field_with_a_code_and_buys_nothing(cast: Cast) -> None:
    broke = _post(cast.keeper, URL, _body(cast))
    assert (broke.status_code, broke.json()["code"]) == (409, "buyer_cannot_pay")
    fund(cast)
    heavy = _post(cast.keeper, URL, _body(cast, tare={"steps": 40_000, "unit": "KGM"}))
    assert (heavy.status_code, heavy.json()["code"]) == (422, "unlikely")
    assert _post(cast.farmer, URL, _body(cast)).status_code == 403
    assert _post(cast.keeper, URL, _body(cast, gross={"steps": 5, "unit": "C62"}, tare=None)).status_code == 422
    assert _post(cast.keeper, URL, _body(cast, tare={"steps": 5, "unit": "C62"})).status_code == 422
    assert not Purchase.objects.exists()


def test_voids_and_pays(cast: Cast) -> None:
    owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    fund(cast)
    assert _post(cast.buyer, f"{URL}/{owed.number}/pay").json()["state"] == "paid"
    assert _post(cast.buyer, f"{URL}/{owed.number}/pay").json()["code"] == "nothing_owed"
    assert _post(cast.farmer, f"{URL}/{owed.number}/void", {"reason": "Mine"}).status_code == 403
    assert balance(cast.farmer) == 46_000
    voided = _post(cast.keeper, f"{URL}/{owed.number}/void", {"reason": "Wrong crates"}).json()
    assert (voided["state"], voided["void_reason"], balance(cast.farmer)) == ("void", "Wrong crates", 0)


def test_lists_by_state_unit_and_day(cast: Cast) -> None:
    purchase = bought(cast)
    services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)

    def numbers(**query: str) -> list[str]:
        return [row["number"] for row in cast.keeper.client.get(URL, query).json()["items"]]

    assert numbers(state="paid", unit=unit_of(cast), first="2026-09-20", last="2026-09-20") == [purchase.number]
    assert len(numbers(product="apple", sort="-amount")) == 2
    assert numbers(last="2026-09-19") == []


def test_refuses_days_from_which_nothing_can_be_reckoned(cast: Cast) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        for query in ({"first": day}, {"last": day}):
            assert cast.keeper.client.get(URL, query).status_code == 422
        assert _post(cast.keeper, URL, _body(cast, harvested_on=day)).json()["code"] in ("far_day", "invalid")
    assert not Purchase.objects.exists()
