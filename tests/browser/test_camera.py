"""A driver reads labels with the phone's camera, in a browser that reads no bar codes itself; typing always works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, expect

from tests.browser.carrying import announce, plan_a_tour
from tests.browser.conftest import CHROMIUM, FLAGS, Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE, Visitor, visitor

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


@pytest.fixture
def loading(arrive: Arrive) -> tuple[str, str]:
    """Return a tour with a parcel that is to be loaded, and the parcel's number."""
    clerk = arrive("clerk", DESK)
    parcel = announce(clerk, "13993905555")
    return plan_a_tour(clerk, [parcel], days=3), parcel


@pytest.fixture
def camera(loading: tuple[str, str], chromium: Browser, site: Site, tmp_path: Path) -> Iterator[tuple[Visitor, str]]:
    """Return the driver before a camera that sees a parcel's label, and the parcel's number."""
    tour, number = loading
    film(number, tmp_path / "label.y4m")
    seeing = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'label.y4m'}",
    ]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, *seeing])
    driver = visitor(browser, site, "driver", PHONE)
    yield driver.open(f"/logistics/drive/{tour}/"), number
    browser.close()
    assert not driver.complaints


def test_a_label_before_the_camera_is_scanned_once_and_the_camera_stays_open(camera: tuple[Visitor, str]) -> None:
    driver, number = camera
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


def test_without_leave_for_the_camera_the_driver_is_told_and_types(arrive: Arrive, loading: tuple[str, str]) -> None:
    tour, number = loading
    driver = arrive("driver", PHONE).open(f"/logistics/drive/{tour}/")
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
