"""What goes wrong under a page that is open: the network, the server, the session."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Device, Visitor

LIST = "/sourcing/supply/"
FILTERED = re.compile("product=walnut")
NOTE = ".failure-note"
PHOTO = Path(__file__).parents[2] / "docs" / "pictures" / "bureau-map-en.png"
STRANGE = "<!DOCTYPE html><html><header>Sign in to this network</header></html>"


def _rows(visitor: Visitor) -> list[str]:
    return visitor.number_of("tbody .row-link")


def _filter(visitor: Visitor, product: str) -> None:
    """Choose a product; on a phone with "Filter" before and "Show" after it."""
    if visitor.device is PHONE:
        visitor.tap(visitor.page.locator(".filter-toggle > summary"))
    visitor.choose("product", value=product)
    if visitor.device is PHONE:
        visitor.tap(visitor.page.locator(".filters button"))


@pytest.mark.parametrize("device", [PHONE, DESK], ids=lambda device: device.name)
@pytest.mark.parametrize("failure", ["network", "server", "stranger"])
def test_a_list_that_cannot_be_had_says_so_and_can_be_asked_again(arrive: Arrive, device: Device, failure: str) -> None:
    centre = arrive("centre", device).open(LIST)
    before = _rows(centre)

    def fail(route: Route) -> None:
        if failure == "network":
            route.abort("internetdisconnected")
        else:
            route.fulfill(status=502 if failure == "server" else 200, content_type="text/html", body=STRANGE)

    centre.page.route(FILTERED, fail)
    _filter(centre, "walnut")
    centre.page.wait_for_selector(NOTE)
    assert centre.field("product").input_value() == ""
    assert _rows(centre) == before
    assert centre.page.locator(".site-header").count() == 1
    assert not centre.is_too_wide()
    assert centre.barriers() == []
    centre.shoot_if_asked(f"failure-{failure}")

    centre.page.unroute_all()
    centre.tap(centre.page.locator(f"{NOTE} button"))
    centre.page.wait_for_url(FILTERED)
    centre.page.wait_for_selector(NOTE, state="detached")
    assert centre.field("product").input_value() == "walnut"
    assert _rows(centre) != before
    centre.complaints.clear()  # of the failures that were made


def test_a_search_that_cannot_be_had_says_so_and_keeps_what_was_typed(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open("/sourcing/supply/new/")
    keeper.page.route("**/supply/new/?text=*", lambda route: route.abort("internetdisconnected"))
    keeper.page.locator("#text").press_sequentially("hetao")
    keeper.page.wait_for_selector(NOTE)

    keeper.page.unroute_all()
    keeper.tap(keeper.page.locator(f"{NOTE} button"))
    keeper.page.wait_for_selector(NOTE, state="detached")

    assert keeper.page.locator("#text").input_value() == "hetao"
    assert keeper.page.locator("#tiles .tile").count() == 1
    keeper.complaints.clear()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=lambda device: device.name)
def test_a_filter_after_the_session_ended_opens_the_sign_in_page_and_leads_back(arrive: Arrive, device: Device) -> None:
    keeper = arrive("keeper", device).open(LIST)
    keeper.page.context.clear_cookies(name="sessionid")

    _filter(keeper, "walnut")
    keeper.page.wait_for_url("**/account/login/**")

    assert keeper.page.locator(".site-header").count() == 1
    assert keeper.page.locator(".messages .alert").count() == 1
    keeper.shoot_if_asked("session-ended")
    keeper.fill("login", "keeper")
    keeper.fill("password", keeper.site.password)
    keeper.send()
    assert "/sourcing/supply/?" in keeper.page.url
    assert "product=walnut" in keeper.page.url


def test_signing_in_again_says_that_what_was_typed_is_kept(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open("/sourcing/supply/new/apple/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "37")
    keeper.page.context.clear_cookies(name="sessionid")
    keeper.send()

    assert keeper.page.locator(".messages .alert").count() == 1
    assert keeper.page.locator(".draft-note").count() == 1
    assert keeper.barriers() == []
    keeper.shoot_if_asked("kept-at-sign-in")
    keeper.fill("login", "keeper")
    keeper.fill("password", keeper.site.password)
    keeper.send()
    assert keeper.field("quantity").input_value() == "37"


def test_who_only_comes_to_sign_in_is_told_nothing(arrive: Arrive) -> None:
    visitor = arrive("", PHONE).open(LIST)
    assert "/account/login/" in visitor.page.url
    assert visitor.page.locator(".messages .alert, .draft-note").count() == 0


def test_on_a_phone_several_filters_are_chosen_before_the_list_is_asked(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open(LIST)
    asked: list[str] = []
    keeper.page.on("request", lambda request: asked.append(request.url))
    keeper.tap(keeper.page.locator(".filter-toggle > summary"))
    sort = keeper.page.locator(".sort-toggle").bounding_box()
    toggle = keeper.page.locator(".filter-toggle").bounding_box()
    assert sort
    assert toggle
    assert sort["y"] == toggle["y"]
    keeper.choose("product", value="walnut")
    keeper.choose("status", value="open")
    assert keeper.field("status").is_visible()
    assert asked == []

    keeper.tap(keeper.page.locator(".filters button"))
    keeper.page.wait_for_url(re.compile("product=walnut&status=open"))
    keeper.page.wait_for_selector(".filter-toggle .count")
    assert not keeper.field("status").is_visible()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=lambda device: device.name)
@pytest.mark.parametrize(("path", "status"), [("/sourcing/supply/S-0/", 404), ("/people/tokens/", 403)])
def test_a_page_that_says_why_not_keeps_the_navigation(arrive: Arrive, device: Device, path: str, status: int) -> None:
    keeper = arrive("keeper", device).open(path)
    assert keeper.page.locator("nav.navigation a[href='/sourcing/supply/']").count() == 1
    assert keeper.barriers() == []
    keeper.shoot_if_asked(f"why-not-{status}")
    visitor = arrive("", device).open("/nowhere/")
    assert visitor.page.locator("nav.navigation").count() == 0
    visitor.complaints.clear()  # a 404 is counted as a failed load
    keeper.complaints.clear()


@pytest.mark.parametrize("device", [PHONE, DESK], ids=lambda device: device.name)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_photo_outlives_a_mistake_in_its_form(arrive: Arrive, device: Device, scripts: bool) -> None:
    keeper = arrive("keeper", device, scripts=scripts).open("/sourcing/supply/new/walnut/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "abc")
    keeper.field("photo").set_input_files(PHOTO)
    keeper.send()

    shown = keeper.page.locator(".waiting-photo img")
    assert shown.evaluate("image => image.naturalWidth") > 0 if scripts else shown.count() == 1
    assert not keeper.is_too_wide()
    assert not scripts or keeper.barriers() == []
    keeper.shoot_if_asked("photo-kept" if scripts else "photo-kept-no-scripts")

    keeper.fill("quantity", "12")
    keeper.send()
    assert "/sourcing/supply/S-" in keeper.page.url
    assert keeper.page.locator("img.photo").count() == 1


def test_a_draft_asks_for_its_photo_again(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open("/sourcing/supply/new/pear/")
    keeper.choose("party", index=1)
    keeper.fill("quantity", "12")
    keeper.field("photo").set_input_files(PHOTO)
    keeper.page.reload()

    words = keeper.page.locator("[data-photo] + .draft-note")
    assert words.is_visible()
    assert not keeper.is_too_wide()
    keeper.shoot_if_asked("photo-again")
    keeper.field("photo").set_input_files(PHOTO)
    assert words.count() == 0
