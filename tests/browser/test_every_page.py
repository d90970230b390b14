"""Every page that links lead to: nothing keeps people out, nothing scrolls sideways, no link leads astray.

Each role follows all links that it sees. Of the pages found, those that an earlier role had already are only asked
whether they open; the others are looked at, at 360 px in Chinese and light, at 1280 px in English and dark.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser.conftest import Arrive
from tests.browser.site import Site
from tests.browser.visitor import DESK, PHONE

ROLES = ("", "keeper", "farmer", "shop", "station", "centre", "clerk", "packer", "driver", "bureau", "admin")
STARTS = ("/", "/people/second-factor/", "/people/ways-back/", "/gallery")
NO_PAGE = frozenset({"account_logout", "set_language", "network:outlines", "network:markers", "messaging:open"})
LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)"')
LOOKS = ("color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable")
"""What a wide screen and the dark can change; all else was asked on the phone."""
LOOKED_AT_BY_ALL = frozenset({"web:home"})
PARTS = 3
"""How many tests share a role's pages: a single one could be begun last and be waited for."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a role's links lead to: one address for each route, and those that were refused."""

    pages: dict[str, str]
    refused: list[str]


@cache
def reached(site: Site, who: str) -> Reach:
    """Return what the links of a role lead to."""
    reach, seen = Reach({}, []), set[str]()
    waiting = [(start, "") for start in (STARTS if who else ("/",))]
    while waiting:
        path, from_page = waiting.pop(0)
        route = _route(path)
        if not route or route in seen:
            continue
        seen.add(route)
        status, html = _fetch(site, who, path)
        if status != 200:
            reach.refused.append(f"a link of {from_page} leads to {path}: {status}")
        elif html:
            if "<html" in html:
                reach.pages[route] = path
            waiting += [(link, path) for link in _links(site, path, html)]
    return reach


@cache
def _route(path: str) -> str:
    """Return what the address is called with the kinds of its parts, "" for what is no page."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    parts = sorted(set(match.kwargs) - {"side", "is_active"})
    return "" if match.view_name in NO_PAGE else " ".join([match.view_name, *parts])


def _fetch(site: Site, who: str, path: str) -> tuple[int, str]:
    """Ask for a page; where it leads elsewhere the answer is a link to there."""
    cookie = f"language=en; sessionid={site.sessions[who]}" if who else "language=en"
    with closing(HTTPConnection(urlsplit(site.url).netloc, timeout=30)) as connection:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        if target := answer.getheader("Location"):
            return 200, f'<a href="{target}">'
        is_page = "text/html" in str(answer.getheader("Content-Type"))
        return answer.status, answer.read().decode() if is_page else ""


def _links(site: Site, path: str, html: str) -> Iterator[str]:
    for found in LINK.findall(html):
        parts = urlsplit(urljoin(site.url + path, unescape(found)))
        if f"{parts.scheme}://{parts.netloc}" == site.url:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", ROLES)
def test_every_page_is_open_to_everybody_who_may_see_it(arrive: Arrive, site: Site, who: str, part: int) -> None:
    earlier = {route for role in ROLES[: ROLES.index(who)] for route in reached(site, role).pages}
    new = [path for route, path in reached(site, who).pages.items() if route not in earlier - LOOKED_AT_BY_ALL]
    phone, desk = arrive(who, PHONE), arrive(who, DESK, theme="dark")
    wrong = list(reached(site, who).refused)
    for path in new[part::PARTS]:
        for visitor, rules in ((phone, ()), (desk, LOOKS)):
            visitor.open(path)
            wrong += visitor.barriers(rules)
            wrong += [f"{path} scrolls sideways at {visitor.device.width} px"] if visitor.is_too_wide() else []
            wrong += [f"{path} squeezes at {visitor.device.width} px: {words}" for words in visitor.squeezed()]
    assert not wrong, "\n".join(wrong)


def test_the_links_lead_to_all_parts_of_the_program(site: Site) -> None:
    routes = {route.split()[0] for who in ROLES for route in reached(site, who).pages}
    contexts = {route.split(":")[0] for route in routes if ":" in route}
    trade = {"market", "statistics", "logistics", "traceability", "ledger"}
    assert contexts == {"web", "sourcing", "catalog", "registry", "accounts", "network", "messaging", "audit"} | trade
    assert len(routes) > 120
