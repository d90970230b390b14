"""First and last kilometre on one tour: parcels brought to a village, farm goods fetched there on the same stop.

The goods are counted in at the centre; the parcels come to their end: fetched by code and by somebody else, refused,
and settled with the carrier and with the point.
"""

import re
from decimal import Decimal
from io import BytesIO

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser import village
from tests.browser.carrying import announce, plan_a_tour
from tests.browser.chain import Chain
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.test_without_network import bring_home
from tests.browser.visitor import DESK, PHONE, Visitor

PHONES = {"paid": "13993901111", "collected": "13993902222", "refused": "13993903333"}
COLLECTOR = "13993904444"
COD = "58.60"
PRICE = "18.40"


def test_parcels_are_brought_fetched_refused_and_settled(arrive: Arrive, site: Site) -> None:
    clerk, driver = arrive("clerk", DESK), arrive("driver", PHONE)
    keeper, anybody = arrive("keeper", PHONE), arrive("", PHONE)
    parcels = {what: announce(clerk, phone, COD if what == "paid" else "") for what, phone in PHONES.items()}
    owed, earned = _cash_of(clerk), _earned(keeper)
    chain = Chain(arrive, "chestnut", dict.fromkeys(("keeper", "packer", "farmer"), PHONE))
    village.bring_to_the_point(chain, PRICE)
    _drive(driver, plan_a_tour(clerk, [*parcels.values(), chain.numbers["consignment"]]))
    village.count_in(chain)

    _confirm(keeper, parcels.values())
    codes = {what: _code_of(site, parcel, PHONES[what]) for what, parcel in parcels.items()}
    theirs = _let_somebody_else_collect(anybody, site, parcels["collected"], codes["collected"])
    _hand_over(keeper, parcels["paid"], codes["paid"], is_paid=True)
    _hand_over(keeper, parcels["collected"], theirs)
    _refuse(keeper, parcels["refused"])
    assert _ends_of(clerk, parcels) == {"paid": "delivered", "collected": "delivered", "refused": "refused"}

    assert _cash_of(clerk) - owed == Decimal(COD)
    _settle_the_cash(clerk)
    _read_the_statement(clerk, parcels)
    assert _earned(keeper) - earned == 2 * _fees_of(clerk, parcels["paid"])[-1], "the point has its part of each"
    assert re.fullmatch(r"verify: \d+ checks, 0 problems", site.verify())


def _drive(driver: Visitor, number: str) -> None:
    """Load, drive, unload all of it and load what lies there at one stop, and come home."""
    driver.open(f"/logistics/drive/{number}/")
    for said in ("All of this is loaded", "Leave the yard", "I am here", "All for here is unloaded"):
        driver.press(said)
    driver.shoot_if_asked("end-both-ways")
    driver.press("All of this is loaded")
    bring_home(driver, number)


def _confirm(keeper: Visitor, parcels: object) -> None:
    """Confirm on a phone that all that was brought is here; it stands on the shelf then."""
    keeper.open("/logistics/desk/")
    keeper.shoot_if_asked("end-desk", picture="desk-phone-zh")
    keeper.follow(keeper.page.locator("a[href^='/logistics/desk/drops/']").last)
    assert not keeper.is_too_wide()
    keeper.shoot_if_asked("end-confirm", picture="confirm-phone-zh")
    keeper.press("Confirm")
    for parcel in list(parcels):
        expect(keeper.page.locator("#shelf", has_text=str(parcel))).to_be_visible()


def _code_of(site: Site, parcel: str, phone: str) -> str:
    """Return the pick-up code that somebody was sent for a parcel."""
    (code,) = re.findall(r"\b\d{6}\b", site.texted(parcel, phone).partition(parcel)[2])[:1]
    return str(code)


def _let_somebody_else_collect(anybody: Visitor, site: Site, parcel: str, code: str) -> str:
    """See without an account that a parcel waits, name who collects it, and return the code that they get."""
    anybody.open("/logistics/status/")
    anybody.fill("number", parcel)
    anybody.fill("tail", PHONES["collected"][-4:])
    anybody.press("Look")
    expect(anybody.page.locator("main section", has_text=parcel).first).to_contain_text(anybody.word("At the point"))
    assert not anybody.is_too_wide()
    anybody.tap(anybody.page.locator("main details summary"))
    anybody.shoot_if_asked("end-status")
    for name, value in {"name": "Zhao Min", "phone": COLLECTOR, "code": code}.items():
        anybody.fill(name, value)
    anybody.press("Let them collect it")
    expect(anybody.page.locator("main")).to_contain_text("Zhao Min")
    return _code_of(site, parcel, COLLECTOR)


def _hand_over(keeper: Visitor, parcel: str, code: str, *, is_paid: bool = False) -> None:
    """Hand a parcel over for a code, and take what it costs in cash."""
    keeper.open(f"/logistics/parcels/{parcel}/hand-over/")
    if is_paid:
        keeper.tap(keeper.page.locator("main input[name=paid]").first)
    keeper.fill("code", code)
    keeper.shoot_if_asked("end-hand-over")
    keeper.send()


def _refuse(keeper: Visitor, parcel: str) -> None:
    keeper.open(f"/logistics/parcels/{parcel}/refuse/")
    keeper.send()


def _ends_of(clerk: Visitor, parcels: dict[str, str]) -> dict[str, str]:
    """Return where the parcels stand, as the server knows it."""
    address = f"{clerk.site.url}/api/v1/logistics/parcels"
    return {what: clerk.page.request.get(f"{address}/{one}").json()["status"] for what, one in parcels.items()}


def _cash_of(clerk: Visitor) -> Decimal:
    """Return what all units owe in cash."""
    clerk.open("/logistics/cash/")
    return _amount(clerk.page.locator("main section.card h2").first.inner_text())


def _amount(text: str) -> Decimal:
    """Return the amount that stands in a text, nought where none does."""
    found = re.search(r"[\d,]+\.\d\d", text)
    return Decimal(found[0].replace(",", "")) if found else Decimal(0)


def _settle_the_cash(clerk: Visitor) -> None:
    """Count what the points hand in, pay it in at the bank, and see that nobody owes any."""
    clerk.open("/logistics/cash/")
    clerk.shoot_if_asked("end-cash", picture="cash-desktop-en")
    while (handed := clerk.page.locator("main a.btn-small", has_text=clerk.word("Handed in"))).count():
        clerk.follow(handed.first)
        clerk.send()
    receipt = clerk.page.locator("main tbody a[href$='.pdf']").first.get_attribute("href")
    assert clerk.page.request.get(f"{clerk.site.url}{receipt}").body().startswith(b"%PDF")
    clerk.go("Paid in at the bank")
    clerk.fill("bank_reference", "BOC-20261124-1")
    clerk.send()
    assert clerk.says(clerk.word("Nobody owes any."))


def _fees_of(clerk: Visitor, parcel: str) -> list[Decimal]:
    """Return what the carrier pays for a parcel: to the fleet, then to the point."""
    clerk.open(f"/logistics/parcels/{parcel}/")
    fees = clerk.page.locator("main section", has_text=clerk.word("Fees for the way down")).last.locator("dd")
    return [_amount(text) for text in fees.all_inner_texts()]


def _earned(keeper: Visitor) -> Decimal:
    """Return what the point has earned this month, as its own statement says."""
    keeper.open("/figures/outlet/")
    assert not keeper.is_too_wide()
    earned = keeper.page.locator("main .columns").first.locator("section").last
    return sum((_amount(text) for text in earned.locator(".numeric").all_inner_texts()), Decimal(0))


def _read_the_statement(clerk: Visitor, parcels: dict[str, str]) -> None:
    """Find what was handed over on the carrier's statement and in its sheet, and no fee for what was not."""
    whole = sum(_fees_of(clerk, parcels["paid"]))
    assert whole > 0
    clerk.open("/logistics/carriers/")
    clerk.follow(clerk.page.locator("main a[href$='/about/']").first)
    clerk.go("Statements")
    clerk.shoot_if_asked("end-statement", picture="carrier-desktop-en")
    assert not clerk.is_too_wide()
    address = clerk.page.locator("main a[href*='sheet.xlsx']").get_attribute("href")
    book = CalamineWorkbook.from_filelike(BytesIO(clerk.page.request.get(f"{clerk.site.url}{address}").body()))
    rows = {row[0]: row for row in book.get_sheet_by_index(1).to_python()}
    assert {parcels["paid"], parcels["collected"]} <= rows.keys()
    assert parcels["refused"] not in rows
    assert sum(Decimal(str(cell or 0)) for cell in rows[parcels["paid"]][5:8]) == whole
