"""From the notice to the warehouse: the keeper records, weighs and sends up, the clerk plans, the driver fetches."""

from decimal import Decimal

from playwright.sync_api import expect

from tests.browser.chain import Chain, number_in
from tests.browser.visitor import Visitor

NET = "40"
GROSS, TARE = "42.5", "2.5"


def bring_in(chain: Chain, price: str) -> None:
    """Let goods come from the tree to the centre: 40 kg, bought by the shop, to be paid as they are sold."""
    bring_to_the_point(chain, price)
    plan_tour(chain)
    drive(chain)
    count_in(chain)


def bring_to_the_point(chain: Chain, price: str) -> None:
    """Let goods come from the tree to the point, made up for the next tour."""
    for who in ("farmer", "shop"):
        home = chain.at_home(who)
        chain.numbers[who] = home.page.locator("main h1").inner_text()
    record(chain, price)
    weigh(chain, price)
    send_up(chain)


def record(chain: Chain, price: str) -> None:
    """Record what the household will sell."""
    keeper = chain.at_home("keeper")
    chain.look(keeper, "keeper")
    keeper.go("Record supply")
    keeper.follow(keeper.link(f"/sourcing/supply/new/{chain.product}/"))
    keeper.choose_by_name("party", chain.numbers["farmer"])
    keeper.fill("quantity", "800")
    keeper.fill("price", price)
    keeper.send()
    chain.numbers["notice"] = number_in(keeper)
    chain.look(keeper, "notice")


def weigh(chain: Chain, price: str) -> None:
    """Weigh what the household brings, out of its notice; look what it comes to before buying."""
    keeper = chain.at_home("keeper")
    keeper.go("Weigh and buy")
    chain.look(keeper, "from-whom")
    keeper.page.locator("main [name=text]").fill(chain.numbers["farmer"])
    keeper.press("Search")
    keeper.follow(keeper.page.locator("main .row-link", has_text=chain.numbers["farmer"]).first)
    chain.look(keeper, "what")
    keeper.follow(keeper.page.locator(f"main a[href$='notice={chain.numbers['notice']}']"))
    keeper.fill("gross", GROSS)
    keeper.fill("tare", TARE)
    assert keeper.field("price").input_value() == price
    keeper.choose_by_name("buyer", chain.numbers["shop"])
    keeper.choose("pay_rule", value="at_sale")
    keeper.press("Only work it out")
    amount = f"{Decimal(price) * Decimal(NET):.2f}"
    assert keeper.says(amount)
    chain.look(keeper, "sums")
    buy(keeper)
    assert keeper.says(amount)
    chain.look(keeper, "purchase")
    chain.numbers["purchase"] = number_in(keeper)
    keeper.follow(keeper.page.locator("main dl a[href^='/lots/']"))
    chain.numbers["lot"] = number_in(keeper)
    chain.look(keeper, "lot")


def buy(keeper: Visitor) -> None:
    """Press the button that buys; say yes where the page asks whether the price is right."""
    keeper.send()
    sure = keeper.page.locator("main [name=sure_of_price][type=checkbox]")
    if sure.count():
        keeper.tap(sure)
        keeper.send()


def send_up(chain: Chain) -> None:
    """Make up a consignment of the new lot for the next tour."""
    keeper = chain.at_home("keeper")
    keeper.go("Send goods up")
    keeper.page.get_by_label(chain.numbers["lot"]).fill(NET)
    keeper.fill("crates", "2")
    keeper.send()
    chain.numbers["consignment"] = number_in(keeper)
    chain.look(keeper, "consignment")


def plan_tour(chain: Chain) -> None:
    """Plan a tour of today to the point, and put the consignment on it."""
    origin = origin_of(chain)
    clerk = chain.at_home("clerk")
    chain.look(clerk, "clerk")
    clerk.go("Tours")
    clerk.go("Plan a tour")
    clerk.choose("vehicle", index=1 if not clerk.field("vehicle").input_value() else 0)
    clerk.choose_by_name("driver", clerk.site.names["driver"])
    clerk.fill("starts_at", "05:30")
    clerk.send()
    chain.numbers["tour"] = number_in(clerk)
    stop = clerk.page.locator("main [name=unit] option", has_text=origin).first
    clerk.choose("unit", value=stop.get_attribute("value"))
    clerk.press("Add the stop")
    clerk.tap(clerk.page.get_by_label(chain.numbers["consignment"]))
    clerk.press("Put on the tour")
    expect(clerk.row(chain.numbers["consignment"])).to_be_visible()
    chain.look(clerk, "tour")


def origin_of(chain: Chain) -> str:
    """Return where the consignment waits, as the clerk reads it."""
    clerk = chain.at_home("clerk")
    clerk.go("Consignments")
    clerk.follow(clerk.link(f"/logistics/consignments/{chain.numbers['consignment']}/"))
    chain.look(clerk, "waiting")
    origin: str = clerk.page.locator("main dl dd").first.inner_text()
    return origin.strip()


def drive(chain: Chain) -> None:
    """Drive the tour on the phone: leave, arrive, scan what is taken, drive on, come home."""
    driver = chain.at_home("driver")
    chain.look(driver, "driver")
    driver.go("Drive today's tour")
    here = driver.page.locator(f"main a[href='/logistics/drive/{chain.numbers['tour']}/']")
    if here.count():  # a driver's only tour of the day opens at once
        chain.look(driver, "tours")
        driver.follow(here)
    chain.look(driver, "yard")
    driver.press("Leave the yard")
    driver.press("I am here")
    driver.fill("code", chain.numbers["consignment"])
    driver.choose("kind", value="loaded")
    chain.look(driver, "stop")
    driver.press("Note it")
    chain.look(driver, "scanned")
    driver.press("Drive on")
    driver.press("I am home")
    chain.look(driver, "home-again")


def count_in(chain: Chain) -> None:
    """Count in at the centre what the tour brought."""
    packer = chain.at_home("packer")
    chain.look(packer, "packer")
    packer.go("Count in goods that arrived")
    chain.look(packer, "desk")
    row = packer.row(chain.numbers["consignment"])
    packer.follow(row.get_by_role("link", name=packer.word("Count in"), exact=True))
    packer.send()
    chain.look(packer, "counted-in")
