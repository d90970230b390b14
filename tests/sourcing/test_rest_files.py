"""What the REST interface of sourcing has beside plain notices: photos, matches, receipts, orders, sheets of prices."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from terrace.accounts import services as accounts
from terrace.http import workbooks
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import queries, services
from terrace.sourcing.models import DemandNotice, ReferencePrice, SupplyNotice
from terrace.sourcing.services.price_rows import SHEET
from terrace.sourcing.views import advice as advice_pages
from terrace.sourcing.views import call_list, cards, prices, sides
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.sourcing.conftest import TODAY, terms

API = "/api/v1"


@pytest.fixture(autouse=True)
def september(time_machine: Any) -> None:
    """Let it be the day of the story."""
    time_machine.move_to("2026-09-20T02:00:00Z", tick=False)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Keep the photos of a test in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _supply(cast: Cast, **changes: Any) -> SupplyNotice:
    assert cast.farmer.party
    return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(**changes))


def _demand(cast: Cast, **changes: Any) -> DemandNotice:
    assert cast.buyer.party
    return services.record_demand(by=cast.buyer.actor, party=cast.buyer.party.number, terms=terms(**changes))


def _get(client: Client, path: str, **query: Any) -> Any:
    return client.get(f"{API}{path}", query)


def _photo(colour: str = "red") -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (20, 10), colour).save(target, "PNG")
    return SimpleUploadedFile("apples.png", target.getvalue(), "image/png")


def _send_photo(client: Client, notice: SupplyNotice, version: int, photo: SimpleUploadedFile) -> Any:
    return client.post(f"{API}/supply-notices/{notice.number}/photo", {"version": version, "photo": photo})


def test_a_photo_is_sent_has_an_address_and_is_taken_away(cast: Cast, folder: Path) -> None:
    notice, client = _supply(cast, note="sweet"), cast.keeper.client

    sent = _send_photo(client, notice, 1, _photo()).json()

    assert (sent["version"], sent["photo"]) == (2, f"{API}/supply-notices/{notice.number}/photo")
    assert (sent["note"], sent["variety"], sent["price"]["minor"]) == ("sweet", "fuji", 520)
    read = client.get(sent["photo"])
    assert (read.status_code, read.headers["Content-Type"]) == (200, "image/jpeg")
    path = f"{API}/supply-notices/{notice.number}/photo/remove"
    taken = client.post(path, {"version": 2}, content_type="application/json").json()
    assert taken["photo"] == ""
    assert client.get(sent["photo"]).status_code == 404


def test_a_token_reads_the_photo_too(cast: Cast) -> None:
    notice = _supply(cast)
    address = _send_photo(cast.keeper.client, notice, 1, _photo()).json()["photo"]
    issued = accounts.issue_token(
        by=cast.centre.actor, name="Another system", permissions=["sourcing.view"], area_path=VILLAGE[:6]
    )
    assert Client().get(address, headers={"Authorization": f"Bearer {issued.secret}"}).status_code == 200
    assert Client().get(address).status_code == 401


def test_a_photo_that_is_none_too_large_or_put_to_what_was_changed_is_refused_and_nothing_changes(
    cast: Cast, folder: Path, settings: Any
) -> None:
    notice, client = _supply(cast), cast.keeper.client
    text = SimpleUploadedFile("apples.png", b"no pixels", "image/png")
    wrong = _send_photo(client, notice, 1, text)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "photo")
    assert _send_photo(client, notice, 7, _photo()).status_code == 409
    assert _send_photo(cast.neighbour.client, notice, 1, _photo()).status_code == 404
    large = SimpleUploadedFile("apples.png", bytes(settings.ENV.photo_max_bytes + 1), "image/png")
    refused = _send_photo(client, notice, 1, large)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "photo")

    notice.refresh_from_db()
    assert (notice.photo.name, notice.version) == ("", 1)


def test_a_photo_is_seen_by_who_sees_the_notice_only(cast: Cast) -> None:
    notice = _supply(cast)
    address = _send_photo(cast.keeper.client, notice, 1, _photo()).json()["photo"]
    assert cast.buyer.client.get(address).status_code == 200
    assert cast.neighbour.client.get(address).status_code == 404


def test_a_notice_says_what_fits_it_and_an_ended_one_says_nothing(cast: Cast) -> None:
    supply = _supply(cast)
    demand = _demand(cast, quantity=Quantity(500_000, Unit.KILOGRAM))
    client = cast.centre.client

    of_supply = _get(client, f"/supply-notices/{supply.number}/matches").json()
    of_demand = _get(client, f"/demand-notices/{demand.number}/matches").json()

    assert of_supply == of_demand
    (match,) = of_supply
    assert (match["supply"], match["demand"]) == (supply.number, demand.number)
    assert (match["quantity"]["steps"], match["left"]["steps"], match["days"]) == (500_000, 300_000, 7)
    assert match["called"] == cast.buyer.party.number
    assert _get(cast.stranger.client, f"/supply-notices/{supply.number}/matches").status_code in (200, 404)
    services.withdraw_supply(by=cast.keeper.actor, notice=supply, version=1)
    assert _get(client, f"/supply-notices/{supply.number}/matches").json() == []


def test_calls_are_listed_by_area_and_product_and_a_supply_is_promised_once(cast: Cast) -> None:
    _supply(cast, quantity=Quantity(450_000, Unit.KILOGRAM))
    for _buyer in range(2):
        _demand(cast, quantity=Quantity(430_000, Unit.KILOGRAM))
    client = cast.centre.client

    calls = _get(client, "/calls").json()

    assert [call["quantity"]["steps"] for call in calls["items"]] == [430_000, 20_000]
    turned = _get(client, "/calls", sort="fitness", area=VILLAGE, product="apple").json()
    assert [call["quantity"]["steps"] for call in turned["items"]] == [20_000, 430_000]
    assert _get(client, "/calls", area=OTHER_COUNTY_VILLAGE[:6]).status_code == 403
    assert _get(client, "/calls", sort="colour").status_code == 422
    assert _get(cast.farmer.client, "/calls").status_code == 403
    assert _get(cast.stranger.client, "/calls").json()["total"] == 0


def test_the_units_that_advice_reached_are_read_and_narrowed_to_who_has_not_taken_note(cast: Cast) -> None:
    given = services.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="Sell early", text="Rain.")
    services.acknowledge_advice(by=cast.station.actor, advice=given.number)
    path = f"/advice/{given.number}/receipts"

    seen = _get(cast.centre.client, path).json()["items"]

    assert [receipt["acknowledged_at"] is None for receipt in seen] == [True, True, False]
    assert _get(cast.centre.client, path, waiting="true").json()["total"] == 2
    assert _get(cast.keeper.client, path).json()["total"] == 1
    assert _get(cast.stranger.client, path).status_code == 404


def test_lists_are_sorted_by_what_the_pages_sort_by_and_an_unknown_name_is_refused(cast: Cast) -> None:
    for kilograms, price in ((200, 300), (100, None), (300, 700)):
        money = Money(price, "CNY") if price else None
        _supply(cast, quantity=Quantity(kilograms * 1000, Unit.KILOGRAM), price=money)
    client = cast.keeper.client

    def amounts(sort: str) -> list[int]:
        items = _get(client, "/supply-notices", sort=sort).json()["items"]
        return [item["quantity"]["steps"] // 1000 for item in items]

    assert amounts("quantity") == [100, 200, 300]
    assert amounts("-price") == [300, 200, 100]  # what has no price comes last, up and down
    assert amounts("price") == [200, 300, 100]
    for path in ("/supply-notices", "/demand-notices", "/reference-prices", "/advice"):
        refused = _get(client, path, sort="colour")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "sort")


def test_what_the_pages_sort_by_has_the_same_names_through_the_interface(cast: Cast) -> None:
    tables = {
        cards.table(sides.SUPPLY, cast.keeper.actor): queries.NOTICE_SORTS,
        cards.table(sides.DEMAND, cast.keeper.actor): queries.NOTICE_SORTS,
        prices._table(may_enter=False): queries.PRICE_SORTS,
        advice_pages._table(cast.keeper.actor): queries.ADVICE_SORTS,
        advice_pages._RECEIPTS: queries.RECEIPT_SORTS,
        call_list._table(cast.keeper.actor): queries.CALL_SORTS,
    }
    for table, sorts in tables.items():
        assert {column.name: column.sort for column in table.columns if column.sort} == sorts


def test_prices_are_narrowed_by_day(cast: Cast) -> None:
    for day in (17, 18, 19):
        given = services.PriceGiven("apple", TODAY.replace(day=day), VILLAGE[:6], Money(400 + day, "CNY"))
        services.set_reference_price(by=cast.clerk.actor, given=given)

    def days(**query: str) -> list[str]:
        return [item["on"][-2:] for item in _get(cast.keeper.client, "/reference-prices", **query).json()["items"]]

    assert days(first="2026-09-18") == ["19", "18"]
    assert days(first="2026-09-18", last="2026-09-18", product="apple") == ["18"]
    assert days(last="2026-09-17") == ["17"]
    assert days(sort="on") == ["17", "18", "19"]


def _sheet(*rows: list[str]) -> SimpleUploadedFile:
    written = workbooks.write(workbooks.Sheet("prices", SHEET, rows))
    return SimpleUploadedFile("prices.xlsx", written, workbooks.XLSX)


def _import(client: Client, sheet: SimpleUploadedFile) -> Any:
    return client.post(f"{API}/reference-prices/import", {"file": sheet})


def test_a_sheet_of_prices_is_taken(cast: Cast) -> None:
    factories.ProductFactory(code="egg", search="egg")
    sheet = _sheet(
        ["apple", "", "2026-09-18", VILLAGE[:6], "5.20", ""], ["egg", "", "2026-09-18", VILLAGE[:6], "1", ""]
    )
    answer = _import(cast.clerk.client, sheet)
    assert (answer.status_code, answer.json()) == (200, {"taken": 2})
    assert ReferencePrice.objects.count() == 2


def test_a_sheet_with_bad_rows_is_refused_with_every_one_of_them_and_nothing_is_taken(cast: Cast) -> None:
    sheet = _sheet(
        ["apple", "", "2026-09-18", VILLAGE[:6], "5.20", ""],
        ["moon", "", "2026-09-18", VILLAGE[:6], "5.20", ""],
        ["apple", "", "2026-13-45", VILLAGE[:6], "5.20", ""],
    )
    answer = _import(cast.clerk.client, sheet)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "rows_refused"
    assert [(bad["row"], bad["field"]) for bad in answer.json()["errors"]] == [(3, "product"), (4, "on")]
    assert not ReferencePrice.objects.exists()


def test_who_may_not_enter_prices_imports_none_and_a_file_that_is_no_workbook_is_refused(cast: Cast) -> None:
    row = ["apple", "", "2026-09-18", VILLAGE[:6], "5.20", ""]
    assert _import(cast.keeper.client, _sheet(row)).status_code == 403
    broken = _import(cast.clerk.client, SimpleUploadedFile("prices.xlsx", b"nothing"))
    assert (broken.status_code, broken.json()["errors"][0]["field"]) == (422, "file")
    huge = _import(cast.clerk.client, SimpleUploadedFile("prices.xlsx", bytes(workbooks.MOST_BYTES + 1)))
    assert (huge.status_code, huge.json()["errors"][0]["field"]) == (422, "file")
    assert not ReferencePrice.objects.exists()
