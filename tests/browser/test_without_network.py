"""A driver whose network is gone in the middle of a tour: the page goes on, and later everything is there once."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import PHONE, Visitor

KEPT = """async () => {
  const names = (await (await caches.open("driving")).keys()).map(({ url }) => url);
  const isKept = names.some((url) => url.endsWith("/road/")) && names.some((url) => url.endsWith(".css"));
  return isKept && navigator.serviceWorker.controller !== null;
}"""
"""Whether the phone has what it needs to go on without a network."""
LOST = "ERR_INTERNET_DISCONNECTED"


def open_planned(driver: Visitor) -> str:
    """Open a tour that has not left and has a stop, and return its number."""
    driver.open("/logistics/drive/?all=1")
    tours = driver.page.locator("a[href^='/logistics/drive/R-']")
    for address in tours.evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        driver.open(address)
        if driver.page.locator("form[data-act=start]").count():
            return str(address).split("/")[-2]
    raise AssertionError("no tour is still to be driven")


def plan(driver: Visitor, number: str) -> dict[str, Any]:
    """Return what the server knows of the tour."""
    found: dict[str, Any] = driver.page.request.get(f"{driver.site.url}/api/v1/logistics/tours/{number}").json()
    return found


def button(driver: Visitor, act: str) -> Any:
    """Return the button of an act that the page offers now."""
    return driver.page.locator(f"button[data-act={act}]:visible, form[data-act={act}] button.btn-primary:visible").first


def agree_to_tell_where(driver: Visitor) -> None:
    """Let the centre see where the driver is, who stands still at one place for the whole test."""
    context = driver.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 33.7, "longitude": 105.7, "accuracy": 12})
    driver.shoot_if_asked("asked-where")
    driver.page.locator("[data-where] .btn:visible").first.click()
    expect(driver.page.locator("[data-said=yes]")).to_be_visible()
    driver.wait_until("() => localStorage.getItem('driving-where-last') !== null")


def wait_for_positions(driver: Visitor, number: str) -> list[tuple[float, float]]:
    """Return where the server knows that the tour was, once the phone has told it."""
    address = f"{driver.site.url}/api/v1/logistics/tours/{number}/positions"
    for _turn in range(40):
        if found := driver.page.request.get(address).json()["items"]:
            return [(one["latitude"], one["longitude"]) for one in found]
        driver.page.wait_for_timeout(500)
    return []


def bring_home(driver: Visitor, number: str) -> None:
    """Drive the rest, so that vehicle and driver are free for who drives after."""
    driver.open(f"/logistics/drive/{number}/")
    while plan(driver, number)["status"] == "under_way":
        driver.follow(
            driver.page.locator("main form:is([data-act=arrive], [data-act=leave], [data-act=finish]) button").first
        )


def test_a_tour_goes_on_without_a_network_and_is_there_once_afterwards(arrive: Arrive) -> None:
    driver = arrive("driver", PHONE)
    number = open_planned(driver)
    driver.press("Leave the yard")
    driver.wait_until(KEPT)
    assert plan(driver, number)["status"] == "under_way"

    driver.page.context.set_offline(True)
    agree_to_tell_where(driver)
    driver.tap(button(driver, "arrive"))
    expect(button(driver, "leave")).to_be_visible()
    driver.page.reload()
    expect(button(driver, "leave")).to_be_visible()
    expect(driver.page.locator("[data-line=waiting] [data-value]")).to_have_text("1")
    expect(driver.page.locator("[data-line=since]")).to_be_visible()
    driver.shoot_if_asked("without-network")
    driver.tap(driver.page.locator("main a[href$='/problem/']"))
    driver.fill("text", "A tree lies on the road")
    driver.tap(driver.page.locator("main form .btn-primary"))
    expect(driver.page.locator("[data-line=waiting] [data-value]")).to_have_text("2")
    driver.fill("code", "W-NOTKNOWN")
    driver.tap(driver.page.locator("form[data-act=scan] .form-actions button").first)
    expect(driver.page.locator("[data-line=waiting] [data-value]")).to_have_text("3")
    driver.tap(button(driver, "leave"))
    expect(driver.page.locator("[data-line=waiting] [data-value]")).to_have_text("4")
    assert not driver.is_too_wide()
    assert plan(driver, number)["stops"][0]["arrived_at"] is None

    driver.page.context.set_offline(False)
    expect(driver.page.locator("[data-road=page] [data-line=waiting]")).to_be_hidden(timeout=15_000)
    expect(driver.page.locator("[data-refused-list] [role=alert]")).to_contain_text("W-NOTKNOWN")
    first = plan(driver, number)["stops"][0]
    assert first["arrived_at"] < first["left_at"]
    assert wait_for_positions(driver, number) == [(33.7, 105.7)]
    driver.shoot_if_asked("after-no-network")
    driver.tap(driver.page.locator("[data-refused-list] button"))
    expect(driver.page.locator("[data-refused-list] [role=alert]")).to_have_count(0)
    driver.complaints[:] = [one for one in driver.complaints if LOST not in one]
    bring_home(driver, number)
