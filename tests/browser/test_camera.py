"""A driver reads labels with the phone's camera, in a browser that reads no bar codes itself; typing always works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, expect

from tests.browser.conftest import CHROMIUM, FLAGS, Arrive
from tests.browser.site import Site
from tests.browser.visitor import PHONE, Visitor, visitor

BUTTON = "form[data-scan-form] .form-actions button[type=button]"
WIDTH, HEIGHT, DARK, LIGHT, GREY = 640, 480, 16, 235, 128


def film(code: str, path: Path) -> None:
    """Write what a camera sees that is held over the label with the code: a YUV4MPEG2 film of two pictures."""
    rows = [list(row) for row in segno.make_qr(code, error="m").matrix_iter(scale=8, border=4)]
    seen = bytearray([GREY] * (WIDTH * HEIGHT))
    top, left = (HEIGHT - len(rows)) // 2, (WIDTH - len(rows[0])) // 2
    for down, row in enumerate(rows):
        begin = (top + down) * WIDTH + left
        seen[begin : begin + len(row)] = bytes(DARK if dark else LIGHT for dark in row)
    picture = b"FRAME\n" + bytes(seen) + bytes([GREY] * (WIDTH * HEIGHT // 2))
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + picture * 2)


def drive(driver: Visitor) -> str:
    """Open the driver's first tour with a parcel that is to be loaded and return the parcel's number."""
    driver.open("/logistics/drive/?all=1")
    tours = driver.page.locator("a[href^='/logistics/drive/R-']")
    for address in tours.evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        driver.open(address)
        numbers = driver.number_of("main .links li span")
        parcels = [number for number in numbers if number.startswith("W-")]
        if parcels and driver.page.locator("form[data-scan-form]").count():
            return parcels[0]
    raise AssertionError("no tour has a parcel to load")


@pytest.fixture
def camera(arrive: Arrive, chromium: Browser, site: Site, tmp_path: Path) -> Iterator[tuple[Visitor, str]]:
    """Return the driver before a camera that sees a parcel's label, and the parcel's number."""
    number = drive(arrive("driver", PHONE))
    film(number, tmp_path / "label.y4m")
    seeing = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'label.y4m'}",
    ]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *seeing])
    driver = visitor(browser, site, "driver", PHONE)
    yield driver, number
    browser.close()
    assert not driver.complaints


def test_a_label_before_the_camera_is_scanned_once_and_the_camera_stays_open(camera: tuple[Visitor, str]) -> None:
    driver, number = camera
    drive(driver)
    driver.tap(driver.page.locator(BUTTON))
    driver.page.wait_for_url("**said=loaded*")
    expect(driver.page.locator(".alert").first).to_contain_text(number)
    expect(driver.page.locator("form[data-scan-form] video")).to_have_count(1)
    assert not driver.is_too_wide()
    assert not driver.barriers()
    driver.page.wait_for_timeout(1_000)
    expect(driver.page.locator(".alert").first).to_contain_text(number)
    driver.tap(driver.page.locator(BUTTON))
    expect(driver.page.locator("form[data-scan-form] video")).to_have_count(0)


def test_without_leave_for_the_camera_the_driver_is_told_and_types(arrive: Arrive) -> None:
    driver = arrive("driver", PHONE)
    number = drive(driver)
    driver.tap(driver.page.locator(BUTTON))
    expect(driver.page.locator("[data-scan-refused]")).to_be_visible()
    driver.fill("code", "W-NOTHERE")
    driver.follow(driver.page.locator("form[data-scan-form] .form-actions .btn").first)
    assert driver.field("code").input_value() == "W-NOTHERE"
    assert driver.page.locator(".field-wrong").count() == 1
    driver.fill("code", number)
    driver.follow(driver.page.locator("form[data-scan-form] .form-actions .btn").first)
    assert driver.says(number)
    assert not driver.barriers()
