"""The first act, whole: what a keeper records is seen, matched, advised upon and taken note of, at every tier.

Twice: at 360 px in Chinese and at 1280 px in English. Each time about a product that nobody else deals in, so that
every sum is this story's alone. What is asserted are numbers, addresses and states: the words are the catalogues'.
"""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, expect
from python_calamine import CalamineWorkbook

from terrace.kernel import clock
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE, Device, Visitor

COUNTY, TOWNSHIP, VILLAGE = "621226", "621226101", "621226101200"
MOST_ACTS = 12
TITLE = {"zh-hans": "收购价上调，先摘大果", "en": "Pick the large ones first"}
TEXT = {"zh-hans": "云岭网店还缺四百公斤。", "en": "The shop still needs 400 kg."}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a photo of persimmons, as large as a telephone takes it."""
    picture = Image.new("RGB", (2400, 1600), "#7d8f63")
    draw = ImageDraw.Draw(picture)
    for n in range(60):
        x, y = (n % 10) * 240 + (n // 10 % 2) * 110 - 60, (n // 10) * 260 - 40
        draw.ellipse((x, y, x + 270, y + 240), fill="#d9772a", outline="#a8531a", width=6)
        draw.ellipse((x + 60, y + 40, x + 110, y + 80), fill="#f0a765")
        draw.polygon([(x + 105, y + 10), (x + 135, y + 40), (x + 165, y + 10), (x + 135, y - 14)], fill="#5d7a3c")
    picture.save(tmp_path / "goods.jpg", quality=90)
    return tmp_path / "goods.jpg"


@pytest.mark.parametrize(("device", "product"), [(PHONE, "persimmon"), (DESK, "garlic")], ids=["phone", "desk"])
def test_from_a_keepers_notice_to_the_bureaus_map(
    arrive: Arrive, site: Site, device: Device, product: str, photo: Path
) -> None:
    _shop_wants(arrive("shop", device), product)
    keeper = arrive("", device)
    notice = _keeper_records(keeper, site, product, photo)
    _station_sees_the_sum(arrive("station", device), product, notice)
    centre = arrive("centre", device)
    advice = _centre_matches_and_advises(centre, product)
    _keeper_acknowledges(keeper, advice)
    _centre_sees_who_took_note(centre, advice)
    _centre_enters_prices(centre, product)
    _farmer_sees_who_wants_it(arrive("farmer", device), product)
    bureau = arrive("bureau", device)
    _bureau_sees_the_prefecture(bureau, product)
    _bureau_walks_the_map(bureau)
    _keeper_withdraws(keeper, notice)
    assert _cells(arrive("station", device).open("/sourcing/balance/"), product)[0] == ["0", "1,200"]


def _shop_wants(shop: Visitor, product: str) -> None:
    shop.open("/").tap(shop.link("/sourcing/demand/new/"))
    shop.tap(shop.link(f"/sourcing/demand/new/{product}/"))
    shop.fill("quantity", "1200")
    shop.fill("price", "3.40")
    shop.send()
    assert "/sourcing/demand/D-" in shop.page.url
    shop.shoot("demand-notice")


def _keeper_records(keeper: Visitor, site: Site, product: str, photo: Path) -> str:
    _sign_in_by_phone(keeper, site)
    keeper.shoot("point", picture="point-phone-zh" if keeper.device is PHONE else "")
    keeper.acts = 0
    keeper.tap(keeper.link("/sourcing/supply/new/"))
    keeper.shoot("choose")
    keeper.tap(keeper.link(f"/sourcing/supply/new/{product}/"))
    keeper.choose("party", index=1)
    keeper.fill("quantity", "800")
    keeper.fill("price", "3.20")
    keeper.acts += 1
    keeper.field("photo").set_input_files(photo)
    expect(keeper.page.locator(".photo-preview")).to_be_visible()
    keeper.shoot("record")
    keeper.send()
    assert keeper.acts <= MOST_ACTS
    assert "/sourcing/supply/S-" in keeper.page.url
    _mistakes_are_told_at_the_field(keeper, product)
    assert keeper.page.locator("img.photo").evaluate("photo => photo.naturalWidth") == 1600
    keeper.shoot("notice", picture="notice-phone-zh" if keeper.device is PHONE else "")
    return keeper.page.url.removesuffix("/").rsplit("/", 1)[-1]


def _sign_in_by_phone(keeper: Visitor, site: Site) -> None:
    keeper.open("/account/login/").shoot("sign-in")
    keeper.fill("login", site.phones["keeper"].removeprefix("+86"))
    keeper.fill("password", site.password)
    keeper.send()
    assert keeper.page.url == f"{site.url}/"


def _mistakes_are_told_at_the_field(keeper: Visitor, product: str) -> None:
    written = keeper.page.url
    keeper.page.goto(f"{keeper.site.url}/sourcing/supply/new/{product}/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "75")
    keeper.fill("closes_on", (_today() - timedelta(days=3)).isoformat())
    keeper.send()
    wrong = keeper.page.locator(".field-wrong")
    expect(wrong).to_have_count(1)
    assert wrong.locator("[name=closes_on]").get_attribute("aria-invalid") == "true"
    assert wrong.locator(".errorlist").inner_text()
    assert keeper.field("quantity").input_value() == "75"
    keeper.shoot("mistake")
    keeper.page.goto(written, wait_until="networkidle")


def _station_sees_the_sum(station: Visitor, product: str, notice: str) -> None:
    station.open("/").shoot("station")
    station.open("/sourcing/balance/")
    assert _cells(station, product)[0] == ["800", "1,200"]
    station.shoot("station-balance")
    station.follow(_row(station, product).locator("a[href*='/sourcing/supply/?']").first)
    assert station.page.locator("tbody .row-link").count() == 1
    station.shoot("notices-behind")
    _has_a_sheet_with(station, notice)
    station.follow(station.page.locator("tbody .row-link"))
    assert station.page.url.endswith(f"/{notice}/")


def _has_a_sheet_with(station: Visitor, notice: str) -> None:
    with station.page.expect_download() as download:
        station.tap(station.page.locator("main a[href*='export=xlsx']"))
    rows = CalamineWorkbook.from_filelike(BytesIO(download.value.path().read_bytes())).get_sheet_by_index(0).to_python()
    assert notice in rows[1]
    assert 800.0 in rows[1]


def _centre_matches_and_advises(centre: Visitor, product: str) -> str:
    centre.open("/").shoot("centre")
    centre.open("/sourcing/balance/")
    assert _cells(centre, product)[0] == ["800", "1,200", "-400"]
    centre.open(f"/sourcing/balance/{COUNTY}/{product}/")
    call = centre.page.locator(".calls > li").first
    assert call.locator("a[href^='/sourcing/demand/D-']").count() == 1
    assert call.locator("a[href^='tel:']").count() == 1
    centre.shoot("match")
    centre.open(f"/sourcing/advice/new/?product={product}")
    centre.choose("area", value=COUNTY)
    centre.fill("title", TITLE[centre.device.language])
    centre.fill("text", TEXT[centre.device.language])
    centre.shoot("advise")
    centre.send()
    assert centre.page.locator(".badge-good").count() == 0
    return centre.page.url.removesuffix("/").rsplit("/", 1)[-1]


def _keeper_acknowledges(keeper: Visitor, advice: str) -> None:
    bell = keeper.open("/").page.locator("a[href='/notices/']")
    before = int(bell.locator(".count").inner_text())
    keeper.follow(bell)
    keeper.shoot("bell")
    keeper.follow(keeper.page.locator("#list .row-link").first)
    assert keeper.page.url.endswith(f"/sourcing/advice/{advice}/")
    keeper.shoot("advice")
    keeper.send()
    assert keeper.page.locator("main form").count() == 0
    assert keeper.page.locator(".badge-good").count() == 1
    unread = keeper.page.locator("a[href='/notices/'] .count")
    assert (int(unread.inner_text()) if unread.count() else 0) == before - 1


def _centre_sees_who_took_note(centre: Visitor, advice: str) -> None:
    centre.open(f"/sourcing/advice/{advice}/")
    assert centre.page.locator(".badge-good").count() == 1
    assert centre.page.locator(".badge-warn").count() > 1
    centre.shoot("who-took-note")


def _centre_enters_prices(centre: Visitor, product: str) -> None:
    for on, price in ((_today() - timedelta(weeks=52), "2.90"), (_today(), "3.30")):
        centre.open(f"/sourcing/prices/new/?product={product}")
        centre.fill("on", on.isoformat())
        centre.fill("price", price)
        centre.send()
    assert centre.page.url.endswith(f"/sourcing/prices/{product}/")
    expect(centre.page.locator("[data-chart] canvas")).to_be_visible()
    last = centre.page.locator("[data-chart] tbody tr").last.locator("td")
    assert last.evaluate_all("cells => cells.map(cell => cell.dataset.value)") == ["3.30", "2.90"]
    centre.shoot("price-line")


def _farmer_sees_who_wants_it(farmer: Visitor, product: str) -> None:
    farmer.open(f"/sourcing/demand/?product={product}")
    assert farmer.page.locator("tbody .row-link").count() == 1
    farmer.shoot("farmers-demand")


def _bureau_sees_the_prefecture(bureau: Visitor, product: str) -> None:
    bureau.open("/sourcing/balance/")
    assert _cells(bureau, product)[0] == ["800", "1,200", "-400"]
    bureau.shoot("balance", picture="balance-desktop-en" if bureau.device is DESK else "")


def _bureau_walks_the_map(bureau: Visitor) -> None:
    bureau.open("/network/")
    county = bureau.page.locator(
        f"[data-map] path[role=link][aria-label*='{'礼县' if bureau.device is PHONE else 'Lixian'}']"
    )
    assert bureau.page.locator(".map-name:visible").count() > 4
    bureau.page.locator(".map-canvas").evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    bureau.shoot("map", picture="bureau-map-en" if bureau.device is DESK else "")
    county.focus()
    county.press("Enter")
    bureau.page.wait_for_url(f"**/network/areas/{COUNTY}/")
    for below in (TOWNSHIP, VILLAGE):
        bureau.page.wait_for_load_state("networkidle")
        door = bureau.link(f"/network/areas/{below}/")
        door.focus()
        door.press("Enter")
        bureau.page.wait_for_url(f"**/network/areas/{below}/")
    bureau.page.wait_for_load_state("networkidle")
    bureau.shoot("village")


def _keeper_withdraws(keeper: Visitor, notice: str) -> None:
    keeper.open(f"/sourcing/supply/{notice}/").tap(keeper.link(f"/sourcing/supply/{notice}/withdraw/"))
    keeper.shoot("withdraw")
    keeper.send()
    assert keeper.page.locator(".badge-neutral").count() == 1
    assert keeper.link(f"/sourcing/supply/{notice}/change/").count() == 0


def _row(visitor: Visitor, product: str) -> Locator:
    return visitor.page.locator(f"table.balance tr:has(th a[href$='/{product}/'])")


def _cells(visitor: Visitor, product: str) -> list[list[str]]:
    """Return supply, demand and, from the county up, balance of the product, for all weeks and then week by week."""
    figures = _row(visitor, product).locator("td:not(.balance-none)")
    return [
        [
            part.evaluate("one => one.lastChild.textContent.trim().replace('+', '')")
            for part in cell.locator("a, b").all()
        ]
        for cell in figures.all()
    ]


def _today() -> date:
    return clock.day(clock.now(), "Asia/Shanghai")
