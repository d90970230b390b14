"""The gallery in a real browser: readable by everybody, no sideways scroll, quick with scripts and whole without."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = (360, 740), (1280, 900)


@pytest.fixture(scope="module", autouse=True)
def chromium() -> Iterator[Browser]:
    """Start the system's browser once for this file."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop makes Django believe that this thread is asynchronous; it is not.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def visit(
    browser: Browser, server: LiveServer, size: tuple[int, int], *, theme: str = "light", language: str = "en"
) -> Page:
    """Open the gallery as a reader with these choices sees it."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    cookies = {"theme": theme, "language": language}
    context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(f"{server.url}/gallery", wait_until="networkidle")
    return page


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize(("theme", "language"), [("light", "zh-hans"), ("dark", "en")])
def test_nothing_keeps_a_reader_out(
    chromium: Browser, live_server: LiveServer, size: tuple[int, int], theme: str, language: str
) -> None:
    page = visit(chromium, live_server, size, theme=theme, language=language)
    found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_the_page_never_scrolls_sideways(chromium: Browser, live_server: LiveServer) -> None:
    page = visit(chromium, live_server, PHONE)
    for width in (320, 360, 768, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_choice_in_the_filters_replaces_the_list_alone(chromium: Browser, live_server: LiveServer) -> None:
    page = visit(chromium, live_server, DESK)
    page.evaluate("window.stayed = true")

    with page.expect_response(lambda response: "product=walnut" in response.url) as answer:
        page.select_option("#list select", "walnut")
    page.wait_for_url("**product=walnut**")

    assert answer.value.text().strip().startswith('<div class="list"')
    assert page.evaluate("window.stayed")
    assert page.locator("#list").count() == 1


def test_a_draft_comes_back_with_a_note_and_can_be_thrown_away(chromium: Browser, live_server: LiveServer) -> None:
    page = visit(chromium, live_server, PHONE)
    form = page.locator("form[data-draft]")
    form.locator("[name=amount]").fill("800")

    page.reload()
    assert form.locator("[name=amount]").input_value() == "800"
    form.locator(".draft-note button").click()

    assert form.locator("[name=amount]").input_value() == ""
    page.reload()
    assert form.locator(".draft-note").count() == 0


def test_a_chart_is_drawn_and_its_table_folds_away(chromium: Browser, live_server: LiveServer) -> None:
    page = visit(chromium, live_server, DESK)
    assert page.locator("[data-chart] canvas").count() == 2
    assert page.locator("[data-chart] table").first.is_hidden()


def test_without_scripts_the_figures_are_a_table_and_menus_open(chromium: Browser, live_server: LiveServer) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery")

    assert page.locator("[data-chart] table").first.is_visible()
    page.locator(".filter-toggle summary").click()
    assert page.locator(".filters button").is_visible()


def test_the_policy_blocks_nothing_that_the_page_needs(chromium: Browser, live_server: LiveServer) -> None:
    complaints: list[str] = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/gallery", wait_until="networkidle")
    assert complaints == []
