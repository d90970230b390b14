"""A passkey is set up and signs in: in a real browser, under the real policy, with a sensor that tests can press."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from terrace.accounts import queries
from tests.conftest import VILLAGE
from tests.factories import PASSWORD, AreaFactory, PersonFactory, PostFactory, UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Return a page whose device has a finger on its sensor."""
    context = chromium.new_context()
    context.add_cookies([{"name": "language", "value": "en", "url": live_server.url}])
    found = context.new_page()
    device = context.new_cdp_session(found)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield found
    context.close()


def test_a_passkey_is_set_up_and_then_signs_in_alone(page: Page, live_server: LiveServer) -> None:
    unit = UnitFactory(area=AreaFactory(code=VILLAGE[:6]))
    person = PostFactory(unit=unit, role="centre-clerk", person=PersonFactory(username="new.clerk")).person
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content" in message.text else None)

    page.goto(f"{live_server.url}/account/login/")
    page.fill("[name=login]", "new.clerk")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/people/second-factor/")
    page.click("a[href$='/webauthn/add/']")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/webauthn/add/")
    page.check("[name=passwordless]")
    page.click("main form button")
    page.wait_for_url("**/recovery-codes/**")
    assert queries.ids_with_second_factor([person.pk]) == {person.pk}

    page.context.clear_cookies(name="sessionid")
    page.goto(f"{live_server.url}/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/people/me/")
    assert page.inner_text("h1") == person.name
    assert complaints == []
