"""One server and one browser for all browser tests of a worker, and visitors who complain when they leave."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import Site, running
from tests.browser.visitor import Device, Visitor, pictured_language, visitor

CHROMIUM = os.environ.get("TERRACE_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Arrive = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here; leave it out where no Chromium is installed, unless TERRACE_REQUIRE_BROWSER asks for it."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    leave_out = not Path(CHROMIUM).exists() and os.environ.get("TERRACE_REQUIRE_BROWSER") != "1"
    for item in here:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.slow)
        if leave_out:
            item.add_marker(pytest.mark.skip(reason="no Chromium here; TERRACE_REQUIRE_BROWSER=1 makes this a failure"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """Run an installation of its own, filled."""
    with running(tmp_path_factory.mktemp("site"), f"terrace_site_{worker_id}", pictured=pictured_language()) as site:
        yield site


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the system's browser once for each file."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop makes Django believe that this thread is asynchronous; it is not.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def arrive(site: Site, chromium: Browser) -> Iterator[Arrive]:
    """Let somebody arrive: `arrive("keeper", PHONE)`. When all have left, no browser may have complained."""
    visitors: list[Visitor] = []

    def let_in(who: str, device: Device, *, theme: str = "light", scripts: bool = True) -> Visitor:
        visitors.append(visitor(chromium, site, who, device, theme=theme, scripts=scripts))
        return visitors[-1]

    yield let_in
    complaints = [complaint for one in visitors for complaint in one.complaints]
    for one in visitors:
        one.page.context.close()
    assert not complaints, "\n".join(complaints)
