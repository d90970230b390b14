"""A day of the centre in the browser: planned by the engines, changed by hand, approved, driven without a network."""

import re
from datetime import timedelta

from playwright.sync_api import Locator, expect

from terrace.kernel import clock
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.test_without_network import KEPT, LOST, button, plan
from tests.browser.visitor import DESK, PHONE, Visitor

WAITING = "[data-line=waiting]"
ACTS = ("arrive", "drop", "take", "leave", "finish")


def test_a_day_is_planned_changed_approved_and_driven_without_a_network(arrive: Arrive, site: Site) -> None:
    clerk = arrive("clerk", DESK)
    _plan_tomorrow(clerk)
    _see_the_map(clerk)
    _see_todays_tours(arrive("clerk", DESK))
    _put_the_first_visit_second(clerk)
    number = _approve(clerk)

    driver = arrive("driver", PHONE).open(f"/logistics/drive/{number}/")
    driver.press("All of this is loaded")
    driver.press("Leave the yard")
    _drop_without_a_network(driver, number)
    _drive_the_rest(driver, number)

    done = plan(driver, number)
    assert done["status"] == "finished"
    assert all(stop["arrived_at"] <= stop["left_at"] for stop in done["stops"])
    assert re.fullmatch(r"verify: \d+ checks, 0 problems", site.verify())


def _plan_tomorrow(clerk: Visitor) -> None:
    """Have tomorrow planned, which leaves today's vehicles alone, and wait until the engines are done."""
    clerk.open("/logistics/plans/")
    clerk.go("Plan a day")
    clerk.fill("on", _tomorrow())
    clerk.fill("seconds", "5")
    clerk.send()
    expect(clerk.page.get_by_role("link", name=clerk.word("Approve"), exact=True)).to_be_visible(timeout=90_000)
    assert not clerk.is_too_wide()


def _see_the_map(clerk: Visitor) -> None:
    """See the county's own outline and on it as many lines as tours, none of them a map of somebody else's."""
    clerk.open(clerk.page.url.removeprefix(clerk.site.url))
    drawn = clerk.page.locator(".map-canvas .leaflet-overlay-pane path")
    expect(drawn.first).to_have_attribute("aria-label", re.compile("Lixian"))
    tours = clerk.page.locator("details.plan-route").count()
    expect(clerk.page.locator(".map-canvas .leaflet-overlay-pane path[fill=none]")).to_have_count(tours)
    assert clerk.page.locator(".map-canvas img").count() == 0
    clerk.shoot_if_asked("day-planned", picture="plan-desktop-en")


def _see_todays_tours(clerk: Visitor) -> None:
    """See how the tours of today go, each with its line on the map."""
    clerk.open("/logistics/live/")
    expect(clerk.page.locator(".map-canvas .leaflet-overlay-pane path").first).to_be_visible()
    assert not clerk.is_too_wide()
    clerk.shoot_if_asked("day-live", picture="live-desktop-en")


def _put_the_first_visit_second(clerk: Visitor) -> None:
    """Change the order of the first tour with two visits by the form, as by keyboard, and see it changed."""
    route = clerk.page.locator("details.plan-route:has([data-visit]:nth-of-type(3))").first
    before = _visits(clerk, route)
    clerk.tap(route.locator("summary"))
    clerk.follow(route.locator(f"[data-visit='{before[0]}'] a"))
    clerk.fill("place", "2")
    clerk.send()
    after = _visits(clerk, clerk.page.locator(f"details.plan-route:has([data-visit='{before[0]}'])"))
    assert after[:2] == [before[1], before[0]]
    assert sorted(after) == sorted(before)


def _visits(clerk: Visitor, route: Locator) -> list[str]:
    found: list[str] = route.locator("[data-visit]").evaluate_all("all => all.map(one => one.dataset.visit)")
    return found


def _approve(clerk: Visitor) -> str:
    """Say who drives, approve, and return the number of the driver's tour that came of it."""
    address, known = "/api/v1/logistics/tours", clerk.page.request
    before = {one["number"] for one in known.get(clerk.site.url + address).json()["items"]}
    ours = clerk.site.names["driver"]
    clerk.follow(clerk.page.get_by_role("link", name=clerk.word("Approve"), exact=True))
    first, *others = clerk.page.locator("main select[name^=driver_]").all()
    first.select_option(first.locator("option", has_text=ours).get_attribute("value"))
    for place, other in enumerate(others):
        free = other.locator("option:not([value=''])").filter(has_not_text=ours)
        other.select_option(free.nth(place).get_attribute("value"))
    clerk.press("Approve the plan")
    now = known.get(clerk.site.url + address).json()["items"]
    return next(str(one["number"]) for one in now if one["number"] not in before and one["driver"] == ours)


def _drop_without_a_network(driver: Visitor, number: str) -> None:
    """Arrive, unload and drive on with the network gone; nothing is known of it until it is back, then all of it is."""
    driver.wait_until(KEPT)
    dropped = _for_the_first_stop(driver, number)
    assert dropped
    assert set(dropped.values()) == {"loaded"}
    driver.page.context.set_offline(True)
    for act in ("arrive", "drop", "leave"):
        driver.tap(button(driver, act))
    expect(driver.page.locator(f"{WAITING} [data-value]")).to_have_text(str(2 + len(dropped)))
    driver.shoot_if_asked("day-without-network")
    assert not driver.is_too_wide()
    assert plan(driver, number)["stops"][0]["arrived_at"] is None

    driver.page.context.set_offline(False)
    assert _wait_until_told(driver, number) == {"dropped"}
    expect(driver.page.locator("[data-refused-list] [role=alert]")).to_have_count(0)
    first = plan(driver, number)["stops"][0]
    assert first["arrived_at"] <= first["left_at"]
    driver.complaints[:] = [one for one in driver.complaints if LOST not in one]


def _for_the_first_stop(driver: Visitor, number: str) -> dict[str, str]:
    """Return how each load for the tour's first stop stands, as the server knows it."""
    known = plan(driver, number)
    return {one["number"]: one["state"] for one in known["loads"] if one["drops"] == known["stops"][0]["place"]}


def _wait_until_told(driver: Visitor, number: str) -> set[str]:
    """Return how the loads for the first stop stand once the phone has told that the tour left it."""
    for _turn in range(60):
        if plan(driver, number)["stops"][0]["left_at"]:
            break
        driver.page.wait_for_timeout(500)
    return set(_for_the_first_stop(driver, number).values())


def _drive_the_rest(driver: Visitor, number: str) -> None:
    """Do what the page offers, stop for stop, until the vehicle is home."""
    driver.open(f"/logistics/drive/{number}/")
    while plan(driver, number)["status"] == "under_way":
        for act in ACTS:
            offered = driver.page.locator(f"main form[data-act={act}] button")
            if offered.count():
                driver.follow(offered.first)


def _tomorrow() -> str:
    return (clock.today() + timedelta(days=1)).isoformat()
