"""Weigh and buy, and the pages of purchases, as a phone asks for them."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from terrace.sourcing import services
from terrace.sourcing.domain import PaidState, PayRule
from terrace.sourcing.models import Purchase, ReferencePrice, SupplyNotice
from tests import factories
from tests.amounts import fen, grams
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, terms
from tests.sourcing.purchases import bought, fund, given, unit_of

NEW = "/sourcing/purchases/new/"


def _notice(cast: Cast) -> SupplyNotice:
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)


def _form(cast: Cast, **changes: str) -> dict[str, str]:
    usual = {
        "gross": "98.5",
        "tare": "6.5",
        "variety": "fuji",
        "price": "5.00",
        "buyer": cast.buyer.party.number,
        "pay_rule": "now",
        "unit": unit_of(cast),
    }
    return {**usual, **changes}


def _url(cast: Cast) -> str:
    return f"{NEW}{cast.farmer.party.number}/apple/"


def test_who_has_recorded_supply_stands_first_and_is_found_by_pinyin_and_phone(cast: Cast) -> None:
    village = cast.farmer.party.area
    factories.HouseholdFactory(area=village, name="Aa First By Name", phone="+8613800004321")
    _notice(cast)
    first = cast.keeper.client.get(NEW).context["listing"].rows
    assert [row.cells[0].value for row in first] == ["Zhao Suqin", "Aa First By Name"]
    assert first[0].url == f"{NEW}{cast.farmer.party.number}/"
    found = cast.keeper.client.get(NEW, {"text": "4321"}).context["listing"].rows
    assert [row.cells[0].value for row in found] == ["Aa First By Name"]


def test_whose_goods_are_weighed_is_searched_for_at_once_and_is_no_sheet(cast: Cast) -> None:
    page = cast.keeper.client.get(NEW)
    assert not page.context["listing"].form.fields
    assert 'type="search"' in page.content.decode()
    answer = cast.keeper.client.get(NEW, {"export": "xlsx"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "export=xlsx" not in page.content.decode()


def test_what_was_recorded_is_one_tap_away_and_fills_the_form(cast: Cast) -> None:
    notice = _notice(cast)
    page = cast.keeper.client.get(f"{NEW}{cast.farmer.party.number}/")
    ((_product, url, _notice_of_tile, _goods),) = page.context["notices"]
    form = cast.keeper.client.get(url).context["form"]
    shown = {name: form[name].value() for name in ("notice", "variety", "price", "unit")}
    assert shown == {"notice": notice.number, "variety": "fuji", "price": fen(520).amount, "unit": unit_of(cast)}


def test_the_keeper_buys_and_lands_on_the_purchase(cast: Cast) -> None:
    fund(cast)
    answer = cast.keeper.client.post(_url(cast), _form(cast))
    purchase = Purchase.objects.get()
    assert answer.headers["Location"] == f"/sourcing/purchases/{purchase.number}/"
    assert (purchase.net, purchase.paid) == (grams(92_000), fen(46_000))
    page = cast.keeper.client.get(answer.headers["Location"])
    assert [value for _label, kind, value in page.context["weights"] if kind == "quantity"] == [
        grams(98_500),
        grams(6_500),
        grams(92_000),
    ]
    again = cast.keeper.client.get(_url(cast)).context["form"]
    assert again["buyer"].value() == cast.buyer.party.number  # who bought last most often buys again


def test_only_working_it_out_buys_nothing_and_says_what_it_comes_to(cast: Cast) -> None:
    page = cast.keeper.client.post(_url(cast), _form(cast, look="1"))
    assert page.status_code == 422
    weighing, reckoning = page.context["sums"]
    assert (weighing.net, reckoning.amount) == (grams(92_000), fen(46_000))
    assert "CN¥460.00" in page.content.decode()
    assert not Purchase.objects.exists()


def test_a_question_is_answered_by_the_box_beside_it(cast: Cast) -> None:
    fund(cast)
    page = cast.keeper.client.post(_url(cast), _form(cast, tare="40"))
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["tare"])
    assert not Purchase.objects.exists()
    cast.keeper.client.post(_url(cast), _form(cast, tare="40", sure="on"))
    assert Purchase.objects.get().net == grams(58_500)


def test_a_buyer_without_money_is_said_at_the_rule_with_a_way_out(cast: Cast) -> None:
    page = cast.keeper.client.post(_url(cast), _form(cast))
    assert list(page.context["form"].errors) == ["pay_rule"]
    cast.keeper.client.post(_url(cast), _form(cast, pay_rule="at_sale"))
    assert Purchase.objects.get().state is PaidState.AT_SALE


def test_sending_the_form_twice_buys_once(cast: Cast) -> None:
    fund(cast)
    key = {"idempotency_key": "x" * 43}
    first = cast.keeper.client.post(_url(cast), _form(cast, **key))
    second = cast.keeper.client.post(_url(cast), _form(cast, **key))
    assert first.headers["Location"] == second.headers["Location"]
    assert Purchase.objects.count() == 1


def test_a_product_that_is_counted_is_not_weighed_and_a_moist_one_is_measured(cast: Cast) -> None:
    factories.ProductFactory(code="egg", names={"en": "Egg", "zh-hans": "鸡蛋"}, unit="C62")
    factories.ProductFactory(
        code="walnut", names={"en": "Walnut", "zh-hans": "核桃"}, moisture_matters=True, standard_moisture=80
    )
    fields = {
        code: set(cast.keeper.client.get(f"{NEW}{cast.farmer.party.number}/{code}/").context["form"].fields)
        for code in ("apple", "egg", "walnut")
    }
    asked = {code: names & {"gross", "tare", "count", "moisture"} for code, names in fields.items()}
    assert asked == {"apple": {"gross", "tare"}, "egg": {"count"}, "walnut": {"gross", "tare", "moisture"}}
    fund(cast)
    wet = _form(cast, moisture="12", sure_of_price="on")
    cast.keeper.client.post(f"{NEW}{cast.farmer.party.number}/walnut/", wet)
    assert Purchase.objects.get().payable == grams(88_000)


@pytest.mark.parametrize("who", ["farmer", "buyer", "clerk", "bureau", "driver"])
def test_who_buys_nothing_has_no_scales(cast: Cast, who: str) -> None:
    assert getattr(cast, who).client.get(NEW).status_code == 403


def test_a_producer_of_another_place_is_not_there(cast: Cast) -> None:
    assert cast.neighbour.client.get(_url(cast)).status_code == 404


def test_the_list_says_what_all_its_rows_come_to(cast: Cast) -> None:
    bought(cast)
    services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    page = cast.keeper.client.get("/sourcing/purchases/")
    assert [figure["number"] for figure in page.context["figures"]] == ["2", "CN¥920", "CN¥0", "CN¥460"]
    today = page.context["tabs"][0]["url"]
    assert today == "/sourcing/purchases/?first=2026-09-20&last=2026-09-20"
    assert len(cast.keeper.client.get(today).context["listing"].rows) == 2
    before = cast.keeper.client.get("/sourcing/purchases/", {"last": "2026-09-19"})
    assert len(before.context["listing"].rows) == 0


@pytest.mark.parametrize(
    ("state", "told"),
    [("paid", "Paid"), ("at_sale", "At sale"), ("at_grading", "At grading"), ("due", "Due"), ("void", "Void")],
)
def test_the_list_is_narrowed_to_where_payments_stand(cast: Cast, state: str, told: str) -> None:
    services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    graded = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_GRADING), now=NOW)
    services.pay_graded(lot_ids=[graded.lot_id], now=NOW)
    services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_GRADING), now=NOW)
    wrong = bought(cast)
    services.void_purchase(by=cast.keeper.actor, purchase=wrong, reason="Wrong crates", now=NOW)
    services.record_purchase(by=cast.keeper.actor, given=given(cast), now=NOW)
    page = cast.keeper.client.get("/sourcing/purchases/", {"state": state})
    assert [row.cells[-1].value for row in page.context["listing"].rows] == [told]


def test_a_purchase_is_found_by_its_number_and_by_names_that_the_reader_may_know(cast: Cast) -> None:
    purchase = bought(cast)

    def found(who: str, text: str) -> int:
        return len(getattr(cast, who).client.get("/sourcing/purchases/", {"text": text}).context["listing"].rows)

    assert found("keeper", purchase.number.lower()) == 1
    assert found("keeper", "Zhao") == 1
    assert found("keeper", "Cloud Ridge") == 1
    assert found("buyer", "Zhao") == 0
    assert found("keeper", "Nobody") == 0


def test_the_buyer_reads_the_households_number_and_not_its_name(cast: Cast) -> None:
    purchase = bought(cast)
    page = cast.buyer.client.get(f"/sourcing/purchases/{purchase.number}/").content.decode()
    assert "Zhao Suqin" not in page
    assert cast.farmer.party.number in page
    assert "Zhao Suqin" in cast.farmer.client.get(f"/sourcing/purchases/{purchase.number}/").content.decode()


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (PayRule.AT_SALE, "It is paid out of the orders that these goods go into"),
        (PayRule.AT_GRADING, "It is paid when all of the goods are graded, from the account of Cloud Ridge Shop."),
    ],
)
def test_the_farmer_reads_why_money_is_still_owed(cast: Cast, rule: PayRule, why: str) -> None:
    purchase = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=rule), now=NOW)
    page = cast.farmer.client.get(f"/sourcing/purchases/{purchase.number}/").content.decode()
    assert why in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.slow
def test_the_receipt_is_a_pdf_for_who_sees_the_purchase(cast: Cast, language: str) -> None:
    purchase = bought(cast)
    url = f"/sourcing/purchases/{purchase.number}/receipt.pdf"
    answer = cast.farmer.client.get(url, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert cast.neighbour.client.get(url).status_code == 404


def test_voiding_asks_why_and_paying_asks_once(cast: Cast) -> None:
    owed = services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    url = f"/sourcing/purchases/{owed.number}/"
    fund(cast)
    assert cast.buyer.client.post(f"{url}pay/").headers["Location"] == url
    owed.refresh_from_db()
    assert owed.state is PaidState.PAID
    assert cast.keeper.client.post(f"{url}void/", {"reason": ""}).status_code == 422
    assert cast.keeper.client.post(f"{url}void/", {"reason": "Wrong crates"}).headers["Location"] == url
    owed.refresh_from_db()
    assert owed.state is PaidState.VOID
    assert "Wrong crates" in cast.farmer.client.get(url).content.decode()
    assert cast.farmer.client.post(f"{url}void/", {"reason": "Mine"}).status_code == 403


def test_the_sheet_holds_all_that_was_weighed(cast: Cast) -> None:
    purchase = bought(cast)
    answer = cast.centre.client.get("/sourcing/purchases/", {"export": "xlsx"})
    head, row = load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()[:2]
    told = dict(zip(head, row, strict=True))
    assert purchase.number in told.values()
    assert {98.5, 6.5, 92.0, 460.0} <= {value for value in told.values() if isinstance(value, float)}


def test_the_list_asks_as_many_queries_for_many_rows_as_for_one(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert cast.keeper.client.get("/sourcing/purchases/").status_code == 200
        return len(seen)

    services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    queries()
    one = queries()
    for _ in range(12):
        services.record_purchase(by=cast.keeper.actor, given=given(cast, pay_rule=PayRule.AT_SALE), now=NOW)
    assert queries() == one


def test_the_page_names_the_reference_price_that_the_purchase_is_held_against(cast: Cast) -> None:
    variety, area = factories.VarietyFactory(), factories.AreaFactory(code=VILLAGE[:6])
    shared = {"product": variety.product, "on": NOW.date(), "area": area, "area_path": area.path, "currency": "CNY"}
    for one, minor in ((None, 450), (variety, 520)):
        ReferencePrice.objects.create(variety=one, price_minor=minor, **shared)
    assert cast.farmer.party
    notice = services.record_supply(
        by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(price=None), now=NOW
    )
    url = f"/sourcing/purchases/new/{cast.farmer.party.number}/apple/"

    page = " ".join(cast.keeper.client.get(f"{url}?notice={notice.number}").content.decode().split())

    assert "Reference price <b>CN¥5.20" in page
    assert re.search(r'name="price"[^>]*value="5.20"', page)
    sent = {"gross": "98.5", "tare": "6.5", "price": "5.00", "variety": "", "pay_rule": "now", "look": "1"}
    page = " ".join(cast.keeper.client.post(url, sent).content.decode().split())
    assert "Reference price <b>CN¥4.50" in page
