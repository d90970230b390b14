"""How people use the pages: in their language and light, with a bad network, with scripts and without."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE, Device
from tests.browser.world import SECOND_OFFICER
from tests.one_time_codes import GOOD_FOR, code

VILLAGE_PAGE_BYTES = 80 * 1024
ENOUGH_SECONDS = 5
"""What a busy machine may take to send a code that was filled in."""


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_language_and_theme_are_switched_and_remembered(arrive: Arrive, device: Device) -> None:
    keeper = arrive("keeper", device).open("/sourcing/supply/?status=open")
    other = {"zh-hans": "en", "en": "zh-hans"}[device.language]
    keeper.follow(keeper.page.locator(f".site-tools button[name=language][value={other}]"))
    assert keeper.page.url.endswith("/sourcing/supply/?status=open")
    keeper.tap(keeper.page.locator(".site-tools summary:has(use[href$='sun-moon'])").first)
    keeper.tap(keeper.page.locator("button[name=theme][value=dark]"))

    html = keeper.open("/").page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("data-theme")) == (other, "dark")
    assert html.evaluate("html => getComputedStyle(html).colorScheme") == "dark"
    keeper.shoot_if_asked("dark")
    keeper.follow(keeper.page.locator(f".site-tools button[name=language][value={device.language}]"))
    assert html.get_attribute("lang") == device.language


def test_without_scripts_the_keeper_records_and_filters(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE, scripts=False).open("/sourcing/supply/new/chestnut/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "60.5")
    keeper.send()
    assert "/sourcing/supply/S-" in keeper.page.url
    recorded = keeper.page.url.split("/")[-2]

    keeper.open("/sourcing/supply/").tap(keeper.page.locator(".filter-toggle summary"))
    keeper.choose("product", value="chestnut")
    keeper.follow(keeper.page.locator(".filters button"))
    assert "product=chestnut" in keeper.page.url
    rows, product = keeper.page.locator("tbody tr"), keeper.field("product").locator("[value=chestnut]").inner_text()
    assert rows.locator(f".row-link[href*='{recorded}']").count() == 1
    assert rows.filter(has_text=product).count() == rows.count(), "and nothing else"
    keeper.shoot_if_asked("without-scripts")


def test_without_scripts_a_map_is_a_table_that_leads_down(arrive: Arrive) -> None:
    bureau = arrive("bureau", DESK, scripts=False).open("/network/")
    bureau.follow(bureau.link("/network/areas/621226/"))
    assert bureau.page.url.endswith("/network/areas/621226/")


def test_a_draft_survives_a_reload_and_goes_when_it_is_sent(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open("/sourcing/supply/new/walnut/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "45")
    keeper.page.reload()
    assert keeper.field("quantity").input_value() == "45"
    assert keeper.page.locator(".draft-note").is_visible()
    keeper.shoot_if_asked("draft")
    keeper.send()

    keeper.open("/sourcing/supply/new/walnut/")
    assert keeper.field("quantity").input_value() == ""
    assert keeper.page.locator(".draft-note").count() == 0


def test_going_back_brings_the_list_as_it_was_before_the_filter(arrive: Arrive) -> None:
    centre = arrive("centre", DESK).open("/sourcing/supply/")
    before = centre.page.locator("tbody .row-link").count()
    centre.page.evaluate("window.stayed = true")
    centre.choose("status", value="withdrawn")
    centre.page.wait_for_url("**status=withdrawn**")
    assert centre.page.evaluate("window.stayed")
    centre.wait_until("count => document.querySelectorAll('tbody .row-link').length !== count", before)

    centre.page.go_back()
    assert centre.page.url.endswith("/sourcing/supply/")
    expect(centre.field("status")).to_have_value("")
    expect(centre.page.locator("tbody .row-link")).to_have_count(before)


def test_an_officer_signs_in_with_password_and_one_time_code(arrive: Arrive, site: Site) -> None:
    officer = arrive("", DESK).open("/account/login/?next=/sourcing/balance/")
    officer.fill("login", SECOND_OFFICER)
    officer.fill("password", site.password)
    officer.send()
    assert "/account/2fa/authenticate/" in officer.page.url
    officer.shoot_if_asked("second-factor")
    officer.fill("code", _code_for_a_while())
    officer.follow(officer.page.locator("main form:has([name=code]) .btn-primary"))
    assert officer.page.url.endswith("/sourcing/balance/")


def _code_for_a_while() -> str:
    """Return the one-time code of this half minute, or of the next when this one is nearly over."""
    if (left := GOOD_FOR - time.time() % GOOD_FOR) < ENOUGH_SECONDS:
        time.sleep(left)
    return code()


def test_an_invitation_is_taken_up_on_the_phone(arrive: Arrive, site: Site) -> None:
    guest = arrive("", PHONE).open(f"/people/accept/{site.invitation}/")
    guest.shoot_if_asked("invitation")
    guest.fill("username", "he.jun")
    for field in ("password", "again"):
        guest.fill(field, "orchard-morning-42")
    guest.send()
    assert guest.open("/").link("/sourcing/supply/new/").count() == 1


@pytest.mark.parametrize(
    "path",
    ["/account/login/", "/", "/sourcing/supply/", "/sourcing/supply/new/", "/sourcing/supply/new/walnut/", "/notices/"],
)
def test_the_first_visit_of_a_village_page_is_light(arrive: Arrive, path: str) -> None:
    visitor = arrive("" if "login" in path else "keeper", PHONE)
    sizes: list[float] = []
    network = visitor.page.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visitor.open(path)
    print(f"{path}: {sum(sizes) / 1024:.0f} kB in {len(sizes)} files")
    assert 0 < sum(sizes) <= VILLAGE_PAGE_BYTES
