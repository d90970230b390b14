"""A keeper weighs and buys on a cheap phone, with scripts and without, and hands over the receipt."""

import re

import pytest

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Visitor

NEW = "/sourcing/purchases/new/"


def _is_fit_to_read(visitor: Visitor, name: str, *, scripts: bool = True) -> None:
    """Axe waits for ever on a page that runs no scripts; the markup is the same as with them."""
    visitor.shoot_if_asked(name)
    assert not visitor.is_too_wide()
    assert not (scripts and visitor.barriers())


def _weigh(keeper: Visitor, *, scripts: bool) -> None:
    """Choose the first producer and the first thing on offer, and enter what the scales show."""
    keeper.open(NEW)
    _is_fit_to_read(keeper, "weigh-who", scripts=scripts)
    keeper.follow(keeper.link(f"{NEW}P-"))
    _is_fit_to_read(keeper, "weigh-what", scripts=scripts)
    producer = keeper.page.url.rstrip("/").rsplit("/", 1)[-1]
    keeper.open(f"{NEW}{producer}/apple/")
    keeper.fill("gross", "98.5")
    keeper.fill("tare", "6.5")
    keeper.fill("price", "5")
    if not keeper.field("buyer").input_value():
        keeper.choose("buyer", index=1)
    keeper.choose("pay_rule", value="at_sale")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_keeper_weighs_works_it_out_and_buys(arrive: Arrive, scripts: bool) -> None:
    keeper = arrive("keeper", PHONE, scripts=scripts)
    _weigh(keeper, scripts=scripts)

    keeper.follow(keeper.page.locator("main button[name=look]"))
    assert keeper.says("92")
    assert keeper.says("460.00")
    _is_fit_to_read(keeper, "weigh-sums", scripts=scripts)
    if keeper.page.locator("main [name=sure_of_price][type=checkbox]").count():
        keeper.tap(keeper.field("sure_of_price"))

    keeper.send()
    if keeper.page.locator("main [name=sure_of_price][type=checkbox]").count():
        keeper.tap(keeper.field("sure_of_price"))
        keeper.send()
    assert re.search(r"/sourcing/purchases/C-\w+/$", keeper.page.url)
    assert keeper.says("460.00")
    _is_fit_to_read(keeper, "purchase", scripts=scripts)
    assert keeper.link(keeper.page.url.removeprefix(keeper.site.url) + "receipt.pdf").count() == 1


def test_the_centre_reads_what_was_bought(arrive: Arrive) -> None:
    centre = arrive("centre", DESK).open("/sourcing/purchases/")
    _is_fit_to_read(centre, "purchases")
    assert not centre.squeezed()
