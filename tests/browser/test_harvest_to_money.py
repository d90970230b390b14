"""The main job in the browser, by everybody who has a hand in it: from the notice to the household's money.

Three times, each with a product that nobody else deals in. Tariffs and agreement are the demo's: the courier gets 2.50
a parcel and 0.60 a kilogram, vehicles 0.08 and the point 0.30 a kilogram, packing 1.50 a parcel, the platform 2 %.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PIL import Image

from tests.browser import payday, shopping, village
from tests.browser.chain import Chain
from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE, Device

PHONE_EN = replace(PHONE, name="phone-en", language="en", locale="en-GB")
DESK_ZH = replace(DESK, name="desk-zh", language="zh-hans", locale="zh-CN")
IN_CHINESE: Mapping[str, Device] = dict.fromkeys(("keeper", "driver", "packer", "farmer", "buyer"), PHONE)
IN_ENGLISH: Mapping[str, Device] = {**dict.fromkeys(("keeper", "driver"), PHONE_EN), "clerk": DESK_ZH, "shop": DESK_ZH}
PRICE = "6.37"
LATER = """
import django; django.setup()
from datetime import timedelta
from terrace.kernel import clock
from terrace.market import services
print(services.ask_providers(now=clock.now() + timedelta(minutes=3)))
"""
"""What the worker does each minute, three minutes from now."""


def test_from_the_notice_to_the_households_money(arrive: Arrive, site: Site, tmp_path: Path) -> None:
    chain = Chain(arrive, "kiwifruit", IN_CHINESE)
    village.bring_in(chain, PRICE)
    shopping.offer(chain, price="52.80", freight="6")
    shopping.order(chain, boxes=3, total=164_40)
    shopping.wait_for_payment(chain)
    _send(chain, kilos="15", weight="15.5")
    shopping.confirm(chain)
    assert payday.shares(chain) == [95_55, 11_80, 1_20, 4_50, 1_50, 3_17, 46_68]
    assert payday.trace(chain) == [31_85, 15_56, 1_50, 40, 50, 3_93, 1_06]
    _reaches_the_household(chain, "95.55", tmp_path)
    _is_in_order(site)


def test_with_a_dispute_that_the_centre_decides(arrive: Arrive, site: Site, tmp_path: Path) -> None:
    chain = Chain(arrive, "konjac", IN_ENGLISH)
    village.bring_in(chain, PRICE)
    shopping.offer(chain, price="52.80", freight="6")
    shopping.order(chain, boxes=2, total=111_60, refuses=True)
    shopping.wait_for_payment(chain)
    _send(chain, kilos="10", weight="10.5")
    shopping.complain(chain, _photo(tmp_path), wanted="30")
    shopping.answer(chain, offered="5")
    shopping.ask_the_centre(chain)
    shopping.decide(chain, amount="20")
    shopping.confirm(chain)
    assert chain.where_it_was("buyer").says("20.00")
    # What came back to the buyer is of the goods: the platform gets its part of 85.60.
    assert payday.shares(chain) == [63_70, 8_80, 80, 3_00, 1_50, 1_71, 12_09]
    _reaches_the_household(chain, "63.70", tmp_path)
    _is_in_order(site)


def test_with_the_providers_notice_lost_on_the_way(arrive: Arrive, site: Site, tmp_path: Path) -> None:
    chain = Chain(arrive, "olive", {**IN_CHINESE, "buyer": DESK, "packer": DESK_ZH})
    village.bring_in(chain, PRICE)
    shopping.offer(chain, price="52.80", freight="6")
    shopping.order(chain, boxes=1, total=58_80, sending="never")
    assert shopping.is_waiting(chain)
    site.run("-c", LATER)
    shopping.wait_for_payment(chain)
    _send(chain, kilos="5", weight="5.5")
    shopping.confirm(chain)
    assert payday.shares(chain) == [31_85, 5_80, 40, 1_50, 1_50, 1_06, 16_69]
    _reaches_the_household(chain, "31.85", tmp_path)
    _is_in_order(site)


def _send(chain: Chain, kilos: str, weight: str) -> None:
    shopping.pack_and_send(chain, kilos, weight)
    shopping.carrier_delivers(chain)
    shopping.find_order(chain)


def _reaches_the_household(chain: Chain, amount: str, folder: Path) -> None:
    """The order's part lies on the household's account to the cent, goes to its bank, and stands on its statement.

    What else lies there does not count: each hour the server completes orders of the demo that are due.
    """
    assert payday.earned(chain) == [int(amount.replace(".", ""))]
    payday.pay_out(chain, folder)
    payday.statement(chain, amount)


def _is_in_order(site: Site) -> None:
    assert re.fullmatch(r"verify: \d+ checks, 0 problems", site.verify())


def _photo(folder: Path) -> Path:
    Image.new("RGB", (1200, 900), "#6b4a2f").save(folder / "spoilt.jpg")
    return folder / "spoilt.jpg"
