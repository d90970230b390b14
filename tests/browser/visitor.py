"""Somebody before a screen: opens pages, taps, fills in, looks. Every complaint of the browser is remembered."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import gettext, override
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.site import Site

SHOTS = Path(__file__).parent / "shots"
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EXPECTED = re.compile(r"status of 4(03|09|22)")
"""A refusal is an answer: the browser's console counts it as a failed load."""
UNDRAWN = ".map-canvas[hidden]:not([data-outlines='']), .chart-canvas[hidden]"
TALLEST = 4000
SQUEEZED = """() => [...document.querySelectorAll("main table :is(td, th)")].filter((cell) => {
  const look = getComputedStyle(cell), words = document.createRange();
  const room = cell.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
  const isHidden = look.display !== "table-cell" || cell.closest("thead")?.clientWidth === 1;
  if (isHidden || room >= 3 * parseFloat(look.fontSize)) return false;
  words.selectNodeContents(cell);
  return new Set([...words.getClientRects()].map((box) => Math.round(box.top))).size > 2;
}).map((cell) => cell.textContent.trim())"""
"""Cells narrower than three characters whose words stand on more than two lines."""


@dataclass(frozen=True, slots=True)
class Device:
    """A screen and the language of who holds it."""

    name: str
    width: int
    height: int
    language: str
    locale: str
    scale: float = 1


PHONE = Device("phone-zh", 360, 740, "zh-hans", "zh-CN", 2)
DESK = Device("desk-en", 1280, 900, "en", "en-GB")


@dataclass(slots=True)
class Visitor:
    """A page of a browser with a person before it. `acts` counts taps and fields filled in since it was last set."""

    site: Site
    device: Device
    page: Page
    has_scripts: bool = True
    complaints: list[str] = field(default_factory=list)
    acts: int = 0

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._listen(message))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def open(self, path: str) -> "Visitor":
        """Open a page by its address and wait until what scripts draw is drawn."""
        self.page.goto(self.site.url + path)
        self._wait_until_drawn()
        return self

    def tap(self, target: Locator) -> None:
        """Tap something."""
        self.acts += 1
        target.click()

    def fill(self, name: str, value: str) -> None:
        """Fill in the field of this name."""
        self.acts += 1
        self.field(name).fill(value)

    def choose(self, name: str, **option: Any) -> None:
        """Choose from the field of this name."""
        self.acts += 1
        self.field(name).select_option(**option)

    def choose_by_name(self, name: str, text: str) -> None:
        """Choose from the field of this name the first option that bears a text."""
        option = self.field(name).locator("option", has_text=text).first
        self.choose(name, value=option.get_attribute("value"))

    def field(self, name: str) -> Locator:
        """Return the field of this name in the page's form."""
        return self.page.locator(f"main [name={name}]")

    def send(self) -> None:
        """Send the form of the page and wait until the page that answers is drawn."""
        self.follow(self.page.locator("main form .btn-primary, main form .btn-danger").last)

    def follow(self, target: Locator) -> None:
        """Tap what leads to another page and wait until that is drawn."""
        with self.page.expect_event("load"):
            self.tap(target)
        self._wait_until_drawn()

    def word(self, english: str) -> str:
        """Return what stands on the visitor's pages for `english`, as the catalogue has it."""
        with override(self.device.language):
            return gettext(english)

    def go(self, english: str) -> None:
        """Follow the link that says this, in the visitor's language: on the page, in the navigation, below "More"."""
        named = self.page.get_by_role("link", name=self.word(english), exact=True)
        if not named.count():
            self.tap(self.page.locator("nav.navigation details > summary"))
        self.follow(named.first)

    def press(self, english: str) -> None:
        """Press the button that says this, in the visitor's language, and wait for the page that answers."""
        self.follow(self.page.locator("main").get_by_role("button", name=self.word(english), exact=True).first)

    def row(self, text: str) -> Locator:
        """Return the line of a list or table that says `text`."""
        return self.page.locator("main :is(li, tr)", has_text=text).last

    def link(self, address: str) -> Locator:
        """Return the first link in the page's own part that leads to `address`."""
        return self.page.locator(f'main a[href^="{address}"]').first

    def says(self, text: str) -> bool:
        """Whether the page shows `text`."""
        return text in self.page.locator("main").inner_text()

    def number_of(self, selector: str) -> list[str]:
        """Return the texts of what `selector` finds."""
        return self.page.locator(selector).all_inner_texts()

    def is_too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    def squeezed(self) -> list[str]:
        """Return what stands in columns too narrow to be read."""
        return list(self.page.evaluate(SQUEEZED))

    def barriers(self, rules: Sequence[str] = ()) -> list[str]:
        """Return what keeps people out of this page, by axe or by these rules of it: of each kind the first place."""
        found = (
            Axe()
            .run(self.page, options={"runOnly": list(rules) or STANDARDS, "resultTypes": ["violations"]})
            .response["violations"]
        )
        return [f"{self.page.url} {one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:300]}" for one in found]

    def shoot(self, name: str, *, picture: str = "") -> None:
        """Keep a screenshot of the whole page; a `picture` goes to docs/pictures when its language is asked for."""
        if picture and pictured_language() == self.device.language:
            _keep_small(self.page.screenshot(animations="disabled"), PICTURES / f"{picture}.png")
        height = min(TALLEST, int(self.page.evaluate("document.documentElement.scrollHeight")))
        self.page.set_viewport_size({"width": self.device.width, "height": max(height, self.device.height)})
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.device.name}.png", animations="disabled")
        self.page.set_viewport_size({"width": self.device.width, "height": self.device.height})

    def shoot_if_asked(self, name: str, *, picture: str = "") -> None:
        """Keep a screenshot where TERRACE_SHOTS=1 or pictures are asked for; each takes a second."""
        if os.environ.get("TERRACE_SHOTS") == "1" or (picture and pictured_language()):
            self.shoot(name, picture=picture)

    def wait_until(self, condition: str, told: Any = None) -> None:
        """Wait until a function of the page returns true, asked from outside: the site lets nothing evaluate itself."""
        for _turn in range(100):
            if self.page.evaluate(condition, told):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"not so after ten seconds: {condition}")

    def _wait_until_drawn(self) -> None:
        if self.has_scripts:
            expect(self.page.locator(UNDRAWN)).to_have_count(0)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(f"{self.page.url}: {message.text}")


def pictured_language() -> str:
    """Return the language whose pictures of the documentation this run makes anew, "" for none.

    TERRACE_PICTURES names it, en or zh-hans: a demo is written in one, so the pictures take two runs.
    """
    return os.environ.get("TERRACE_PICTURES", "")


def visitor(
    browser: Browser, site: Site, who: str, device: Device, *, theme: str = "light", scripts: bool = True
) -> Visitor:
    """Return a visitor who has signed in as `who` ("" for nobody) and has never been here before."""
    context = browser.new_context(
        viewport={"width": device.width, "height": device.height},
        device_scale_factor=device.scale if pictured_language() else 1,
        locale=device.locale,
        timezone_id="Asia/Shanghai",
        java_script_enabled=scripts,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    site.sign_in(context, who, language=device.language, theme=theme)
    return Visitor(site, device, context.new_page(), scripts)


def _keep_small(png: bytes, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)
