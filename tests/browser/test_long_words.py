"""What people write without a space, a link above all, breaks where the screen ends; every column stays readable."""

import pytest

from tests.browser.conftest import Arrive
from tests.browser.visitor import DESK, PHONE, Device
from tests.conftest import VILLAGE

DESK_ZH = Device("desk-zh", 1280, 900, "zh-hans", "zh-CN")
TITLE = "FrostWarning" * 10
LINK = f"https://weather.example/{'frost/' * 33}"[:220]
WIDER_THAN_ITS_FRAME = """() => [...document.querySelectorAll(".table-frame")]
  .filter((frame) => frame.scrollWidth > frame.clientWidth).map((frame) => frame.scrollWidth - frame.clientWidth)"""
LISTS = (
    "/sourcing/calls/",
    "/sourcing/supply/",
    "/sourcing/demand/",
    "/sourcing/prices/",
    "/sourcing/advice/",
    "/registry/",
    "/people/",
    "/network/units/",
    "/audit/",
)


def test_a_link_in_advice_widens_no_page(arrive: Arrive) -> None:
    centre = arrive("centre", DESK).open("/sourcing/advice/new/")
    centre.choose("area", value=VILLAGE[:6])
    centre.fill("title", TITLE)
    centre.fill("text", LINK)
    centre.send()
    advice = centre.page.url.removeprefix(centre.site.url)
    for one in (centre, arrive("keeper", PHONE), arrive("centre", DESK_ZH, theme="dark")):
        for path in ("/", "/notices/", "/sourcing/advice/", advice, "/audit/"):
            one.open(path)
            assert not one.is_too_wide(), f"{path} at {one.device.name}"
            assert one.page.evaluate(WIDER_THAN_ITS_FRAME) == [], f"{path} at {one.device.name}"
            assert one.squeezed() == [], f"{path} at {one.device.name}"
            one.shoot_if_asked(f"long-word-{path.strip('/').replace('/', '-')}")


@pytest.mark.parametrize("device", [DESK, DESK_ZH], ids=lambda device: device.language)
def test_a_list_fits_a_desk_with_columns_that_can_be_read(arrive: Arrive, device: Device) -> None:
    centre = arrive("centre", device)
    for path in LISTS:
        centre.open(path)
        assert centre.page.locator("tbody tr").count(), path
        assert centre.page.evaluate(WIDER_THAN_ITS_FRAME) == [], path
        assert centre.squeezed() == [], path
        centre.shoot_if_asked(f"list-{path.strip('/').replace('/', '-')}")
