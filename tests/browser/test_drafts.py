"""What is typed and not sent yet: kept on the device for who typed it, until it was done."""

import re
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.conftest import VILLAGE

APPLE = "/sourcing/supply/new/apple/"
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('draft:')).map(String).join()"
AGE = """days => {
  const name = Object.keys(localStorage).find((name) => name.startsWith("draft:"));
  const draft = JSON.parse(localStorage[name]);
  const earlier = (day) => new Date(Date.parse(day) - days * 86400000).toISOString().slice(0, 10);
  draft.at -= days * 86400000;
  for (const day of ["opens_on", "closes_on"]) draft.fields[day] = draft.fields[day].map(earlier);
  localStorage[name] = JSON.stringify(draft);
}"""
"""Makes the one draft of this device some days older."""


def _kept(visitor: Visitor) -> str:
    return str(visitor.page.evaluate(KEPT))


def _sign_in(visitor: Visitor, who: str) -> None:
    visitor.open("/account/login/")
    visitor.fill("login", who)
    visitor.fill("password", visitor.site.password)
    visitor.send()


def _start_supply(keeper: Visitor, quantity: str, address: str = APPLE) -> None:
    keeper.open(address)
    if not keeper.field("party").input_value():
        keeper.choose("party", index=1)
    keeper.fill("quantity", quantity)


def _send_and_hear_nothing(visitor: Visitor) -> str:
    """Send the form, lose what the server answers, and return where it would have led."""
    led: list[str] = []

    def lose_the_answer(route: Route) -> None:
        led.append(route.fetch(max_redirects=0).headers["location"])
        route.abort("internetdisconnected")

    visitor.page.route("**/supply/new/**", lose_the_answer)
    visitor.tap(visitor.page.locator("main form .btn-primary").last)
    visitor.page.wait_for_url("chrome-error://**")
    visitor.page.unroute_all()
    visitor.page.context.clear_cookies(name="done")  # lost with the answer
    return led[0]


def test_a_draft_outlives_a_session_that_ended(arrive: Arrive, site: Site) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "37")
    keeper.page.context.clear_cookies(name="sessionid")
    keeper.send()
    assert "/account/login/" in keeper.page.url

    site.sign_in(keeper.page.context, "keeper")
    keeper.open(APPLE)

    assert keeper.field("quantity").input_value() == "37"
    assert keeper.page.locator(".draft-note").is_visible()


def test_a_draft_outlives_a_network_that_was_lost(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "38")
    keeper.page.route("**/supply/new/**", lambda route: route.abort("internetdisconnected"))
    keeper.tap(keeper.page.locator("main form .btn-primary").last)
    keeper.page.wait_for_url("chrome-error://**")
    keeper.page.unroute_all()

    assert keeper.open("/").page.locator(".draft-note").count() == 0
    assert keeper.open(APPLE).field("quantity").input_value() == "38"
    keeper.send()
    assert "/sourcing/supply/S-" in keeper.page.url

    assert _kept(keeper) == ""
    assert keeper.open(APPLE).field("quantity").input_value() == ""


def test_what_was_done_unheard_is_not_done_again(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "39")
    done = _send_and_hear_nothing(keeper)

    keeper.open(APPLE).send()

    assert keeper.page.url.endswith(done)
    assert _kept(keeper) == ""


def test_what_was_done_unheard_is_said_before_other_values_are_sent(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "44")
    done = _send_and_hear_nothing(keeper)

    keeper.open(APPLE).fill("quantity", "45")
    keeper.send()
    assert keeper.page.url.endswith(APPLE)
    assert keeper.field("quantity").input_value() == "45"

    keeper.send()
    assert "/sourcing/supply/S-" in keeper.page.url
    assert not keeper.page.url.endswith(done)
    assert _kept(keeper) == ""


def test_a_draft_that_was_refused_is_kept(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "40")
    keeper.fill("closes_on", "2020-01-01")
    keeper.send()
    assert keeper.page.locator(".field-wrong").count() == 1

    assert keeper.open(APPLE).field("quantity").input_value() == "40"


def test_a_draft_belongs_to_who_typed_it(arrive: Arrive, site: Site) -> None:
    keeper = arrive("keeper", PHONE).open("/registry/new/household/")
    keeper.fill("name", "Zhao Hidden")
    assert "Zhao Hidden" in _kept(keeper)
    assert "keeper" not in _kept(keeper)
    keeper.page.context.clear_cookies(name="sessionid")
    site.sign_in(keeper.page.context, "station")

    keeper.open("/registry/new/household/")

    assert keeper.field("name").input_value() == ""
    assert _kept(keeper) == ""


@pytest.mark.parametrize("address", ["/", "/account/logout/"])
def test_signing_out_leaves_nothing_behind(arrive: Arrive, address: str) -> None:
    keeper = arrive("", PHONE)
    _sign_in(keeper, "keeper")
    keeper.open("/registry/new/household/").fill("name", "Zhao Hidden")
    assert "Zhao Hidden" in _kept(keeper)

    keeper.open(address)
    if address == "/":
        keeper.tap(keeper.page.locator("details:has(form[action$='/logout/']) > summary"))
    keeper.follow(keeper.page.locator("form[action$='/logout/'] button").last)

    assert keeper.page.locator("form[action$='/logout/']").count() == 0
    assert _kept(keeper) == ""


def test_who_the_address_names_is_not_replaced_by_a_draft(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE).open(APPLE)
    first, second, third = (
        keeper.field("party").locator("option").evaluate_all("all => all.slice(1, 4).map(o => o.value)")
    )
    _start_supply(keeper, "41", f"{APPLE}?party={first}")

    keeper.open(f"{APPLE}?party={second}")
    assert (keeper.field("party").input_value(), keeper.field("quantity").input_value()) == (second, "")

    _start_supply(keeper, "42", f"{APPLE}?party={second}")
    keeper.choose("party", value=third)
    keeper.follow(keeper.page.locator(".site-tools button[name=language]"))
    assert (keeper.field("party").input_value(), keeper.field("quantity").input_value()) == (third, "42")
    assert keeper.open(f"{APPLE}?party={second}").field("party").input_value() == second


def test_days_that_have_passed_do_not_come_back(arrive: Arrive) -> None:
    keeper = arrive("keeper", PHONE)
    _start_supply(keeper, "43")
    window = [keeper.field(name).input_value() for name in ("opens_on", "closes_on")]
    keeper.page.evaluate(AGE, 10)

    keeper.open(APPLE)

    assert keeper.field("quantity").input_value() == "43"
    assert [keeper.field(name).input_value() for name in ("opens_on", "closes_on")] == window


def test_another_language_loses_nothing_that_was_typed(arrive: Arrive) -> None:
    centre = arrive("centre", DESK)
    for address, name, value in (
        ("/sourcing/prices/new/", "source", "Market of Lixian, by phone"),
        (_change_page(centre), "note", "Packed in crates"),
    ):
        centre.open(address).fill(name, value)
        centre.follow(centre.page.locator(".site-tools button[name=language]"))
        assert centre.field(name).input_value() == value, address


def test_a_draft_of_a_change_is_sent_from_the_version_it_was_made_from(arrive: Arrive) -> None:
    centre, colleague = arrive("centre", DESK), arrive("station", DESK)
    address = _change_page(colleague)
    centre.open(address).fill("note", "Mine")
    colleague.open(address).fill("note", "Of a colleague")
    colleague.send()
    assert colleague.says("Of a colleague")

    centre.open(address).send()

    assert centre.page.url.endswith("/change/")
    assert colleague.open(address.removesuffix("change/")).says("Of a colleague")

    centre.send()  # having seen what it is now
    assert centre.page.url.endswith(address.removesuffix("change/"))
    assert centre.says("Mine")
    assert _kept(centre) == ""


@pytest.mark.parametrize("way", ["bank", "members", "marks"])
def test_what_is_nobodys_business_is_never_kept(arrive: Arrive, way: str) -> None:
    keeper = arrive("clerk" if way == "bank" else "keeper", PHONE).open("/registry/?kind=household")
    household = keeper.page.locator(".row-link").first.get_attribute("href") or ""
    keeper.open(f"{household}{way}/")
    field: Any = keeper.page.locator("main form input:not([type=hidden])").first
    if field.get_attribute("type") == "checkbox":
        field.check()
    else:
        field.fill("Zhao Hidden")
    assert _kept(keeper) == ""


def test_without_scripts_a_form_says_that_another_language_empties_it(arrive: Arrive) -> None:
    keeper = arrive("keeper", DESK, scripts=False).open(APPLE)
    assert keeper.says("Choose the language first")
    assert not arrive("keeper", DESK).open(APPLE).says("Choose the language first")


def _change_page(visitor: Visitor) -> str:
    visitor.open(f"/sourcing/supply/?status=open&area={VILLAGE}")  # of their own area, or they only see it
    href = visitor.page.locator(".row-link[href*='/S-']").first.get_attribute("href") or ""
    return re.sub(r"\?.*", "", href) + "change/"
