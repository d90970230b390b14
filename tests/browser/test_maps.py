"""The map: walked through by keyboard, and saying no more and no less than its tables."""

import json

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Visitor

COUNTY = "621226"
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one.closest(".map-canvas")) return "";
  return one.getAttribute("aria-label") ?? one.className;
}"""
IN_CANVAS = "() => Boolean(document.activeElement.closest('.map-canvas'))"
MOST_PRESSES = 80


def test_tab_passes_each_area_once_and_leaves_the_map(arrive: Arrive) -> None:
    bureau = arrive("bureau", DESK).open("/network/")
    bureau.page.locator(".map-canvas").focus()
    passed = []
    while len(passed) < MOST_PRESSES and bureau.page.evaluate(IN_CANVAS):
        passed.append(bureau.page.evaluate(FOCUSED))
        bureau.page.keyboard.press("Tab")

    areas = bureau.page.locator("[data-map] path[role=link]").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert len(areas) == 9
    assert [name for name in passed if name in areas] == areas
    assert bureau.page.evaluate("document.activeElement.matches('.map-table summary')")

    bureau.page.keyboard.press("Shift+Tab")
    assert bureau.page.evaluate(FOCUSED) == passed[-1]


def test_enter_opens_the_area_that_tab_came_to(arrive: Arrive) -> None:
    bureau = arrive("bureau", DESK).open("/network/")
    bureau.page.locator(".map-canvas").focus()
    for _press in range(MOST_PRESSES):
        bureau.page.keyboard.press("Tab")
        if "Lixian" in bureau.page.evaluate(FOCUSED):
            break
    expect(bureau.page.locator(".map-tip")).to_contain_text(["Lixian"])
    assert bureau.page.locator(".leaflet-frame-pane path").count() == 1

    bureau.page.keyboard.press("Enter")

    bureau.page.wait_for_url(f"**/network/areas/{COUNTY}/")


def test_tab_passes_over_an_area_that_leads_nowhere(arrive: Arrive) -> None:
    for who, address in (("keeper", "/network/"), ("centre", f"/network/areas/{COUNTY}/")):
        visitor = arrive(who, DESK).open(address)
        area = visitor.page.locator("[data-map] .leaflet-overlay-pane path")
        assert (area.count(), area.get_attribute("role")) == (1, "img")
        assert "Lixian" in str(area.get_attribute("aria-label"))
        visitor.page.locator(".map-canvas").focus()
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.matches('.map-unit')"), who


def test_the_tables_list_every_mark_of_the_map(arrive: Arrive) -> None:
    bureau, centre = arrive("bureau", DESK), arrive("centre", DESK)
    for visitor in (bureau, centre):
        visitor.open("/network/")
        units = json.loads(visitor.page.request.get(visitor.site.url + _units(visitor)).text())["features"]
        rows = visitor.page.locator(".map-table tbody th a").evaluate_all(
            "all => all.map(one => one.textContent.trim())"
        )
        assert units
        assert {unit["properties"]["name"] for unit in units} <= set(rows)
        links = visitor.page.locator(".map-table tbody th a").evaluate_all("all => all.map(one => one.pathname)")
        assert {unit["properties"]["url"] for unit in units} <= set(links)


def test_marks_have_a_legend_and_those_without_room_are_counted(arrive: Arrive) -> None:
    centre = arrive("centre", DESK).open(f"/network/areas/{COUNTY}/")
    units = json.loads(centre.page.request.get(centre.site.url + _units(centre)).text())["features"]
    kinds = {unit["properties"]["kind"] for unit in units}
    legend = centre.page.locator(".map-key")
    assert set(legend.locator("li").all_inner_texts()) == kinds
    looks = legend.locator("li i").evaluate_all(
        """all => all.map(one => {
          const look = getComputedStyle(one, "::before");
          return look.width + look.transform + look.borderRadius;
        })"""
    )
    assert len(set(looks)) == len(kinds)

    drawn = centre.page.locator(".map-canvas .map-unit").count()
    waiting = centre.page.locator("[data-map-waiting]")
    assert 0 < drawn < len(units)
    assert waiting.inner_text().startswith(f"{len(units) - drawn} more units")
    centre.shoot_if_asked("map-of-a-county")
    for _step in range(8):
        centre.tap(centre.page.locator(".map-zoom button").first)
    expect(waiting).to_be_empty()


def test_a_legend_of_greens_stands_only_where_something_is_counted(arrive: Arrive) -> None:
    assert _greens(arrive("bureau", PHONE).open("/network/")).is_visible()
    assert not _greens(arrive("keeper", PHONE).open("/network/")).is_visible()
    assert not _greens(arrive("bureau", PHONE, scripts=False).open("/network/")).is_visible()
    assert not arrive("keeper", PHONE, scripts=False).open("/network/").page.locator(".map-key").is_visible()


def _units(visitor: Visitor) -> str:
    return str(visitor.page.locator("[data-map]").get_attribute("data-units"))


def _greens(visitor: Visitor) -> Locator:
    return visitor.page.locator(".map-legend")
