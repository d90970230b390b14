"""Lists: on a narrow screen with the widest values, and by keyboard."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Visitor

LONG_NAME = "Cooperative of the Upper and Lower Terraces for Walnuts, Apples, Chestnuts and Honey of the North Slope"
CUT = """() => [...document.querySelectorAll("table tbody :is(td, th)")].filter((cell) => {
  const words = document.createRange();
  words.selectNodeContents(cell);
  const beyond = (box) => box.right > innerWidth || box.left < 0;
  return beyond(words.getBoundingClientRect()) || beyond(cell.getBoundingClientRect());
}).map((cell) => cell.textContent.trim())"""
"""Cells of which a part lies beyond the screen."""
OVERLAID = """() => [...document.querySelectorAll("td.balance-cell")].filter((cell) => {
  const boxes = [...cell.children].map((one) => one.getBoundingClientRect());
  return boxes.some((one, place) => boxes.slice(place + 1).some(
    (next) => one.right > next.left && next.right > one.left && one.bottom > next.top && next.bottom > one.top));
}).length"""
FOCUSED = "document.activeElement.matches('.list-head, .list .empty')"


@pytest.mark.parametrize("who", ["keeper", "centre"])
@pytest.mark.parametrize("name", [LONG_NAME, LONG_NAME.replace(" ", ""), "陇南市礼县永兴镇下坪村农民专业合作社" * 6])
def test_a_long_name_does_not_widen_a_phones_list(arrive: Arrive, who: str, name: str) -> None:
    visitor = arrive(who, PHONE).open("/sourcing/supply/")
    visitor.page.locator("tbody td:is(:first-child, .cell-text)").evaluate_all(
        "(all, name) => all.forEach(one => one.append(name))", name
    )
    assert not visitor.is_too_wide()
    assert visitor.page.evaluate(CUT) == []
    visitor.shoot_if_asked(f"long-name-{who}")


def test_large_sums_do_not_widen_a_phones_balance(arrive: Arrive) -> None:
    for who in ("station", "bureau"):
        visitor = arrive(who, PHONE).open("/sourcing/balance/")
        visitor.page.locator("table.balance td :is(a, b)").evaluate_all(
            "all => all.forEach(one => { one.lastChild.textContent = '-999,999,999.999' })"
        )
        assert not visitor.is_too_wide(), who
        assert visitor.page.evaluate(CUT) == []
        assert visitor.page.evaluate(OVERLAID) == 0
        visitor.shoot_if_asked(f"large-sums-{who}")


def test_after_sorting_and_paging_the_keyboard_goes_on_at_the_list(arrive: Arrive) -> None:
    bureau = arrive("bureau", DESK).open("/network/areas/621226/")
    for link in ("thead a[href*='sort=']", "a[rel=next]", "thead a[href*='sort=']"):
        _press(bureau, link)
        assert bureau.page.evaluate(FOCUSED), link
    bureau.page.keyboard.press("Tab")
    assert bureau.page.evaluate("document.activeElement.matches('.list a')")


def test_after_a_choice_the_keyboard_stays_in_the_filter(arrive: Arrive) -> None:
    centre = arrive("centre", DESK).open("/sourcing/supply/")
    centre.field("status").focus()
    with centre.page.expect_response(lambda answer: "status=open" in answer.url):
        centre.choose("status", value="open")
    centre.page.wait_for_url("**status=open**")
    assert centre.page.evaluate("document.activeElement.name") == "status"


def _press(visitor: Visitor, link: str) -> None:
    """Press Enter on a link of the list and wait until the list has been exchanged."""
    visitor.page.locator("#list").evaluate("list => { list.dataset.old = '' }")
    visitor.page.locator(f"#list {link}").first.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_selector("#list:not([data-old])")
    visitor.page.wait_for_timeout(50)
