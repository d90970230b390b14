"""Promise: every page answers within 100 ms (p95) on the small demo; a village page is at most 80 kB on first visit.

`python -m bench.pages` loads the small demo into an installation of its own, asks for every page as the person who
uses it, through the whole middleware, and prints one JSON line: p50, p95 and the number of SQL statements of each page,
and the compressed size of a village page's first visit (document, style sheet, script and icons; no chart, no map).
"""

import gzip
import json
import os
import re
import statistics
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.installation import installation

if TYPE_CHECKING:
    from django.test import Client

PROMISED_P95_MS = 100
PROMISED_KB = 80
LOOKS = 30
ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+\.(?:css|js|svg))')

FIRST_ROW = re.compile(r'class="row-link"\s+href="([^"]+)"')

PAGES: dict[str, tuple[str, ...]] = {
    "keeper": (
        "/",
        "/sourcing/supply/",
        "/sourcing/supply/*",
        "/sourcing/supply/*change/",
        "/sourcing/supply/*withdraw/",
        "/sourcing/supply/new/",
        "/sourcing/supply/new/apple/",
        "/sourcing/balance/",
        "/notices/",
        "/registry/",
        "/registry/*",
        "/registry/*change/",
        "/registry/new/household/",
    ),
    "station": ("/", "/sourcing/balance/", "/sourcing/advice/", "/sourcing/advice/*", "/network/"),
    "centre": (
        "/",
        "/sourcing/supply/",
        "/sourcing/supply/*",
        "/sourcing/demand/",
        "/sourcing/demand/*",
        "/sourcing/balance/",
        "/sourcing/balance/621226/apple/",
        "/sourcing/calls/",
        "/sourcing/advice/new/",
        "/sourcing/prices/",
        "/sourcing/prices/new/",
        "/network/units/*",
        "/people/",
        "/people/*",
        "/people/roles/",
        "/people/invite/",
        "/registry/?export=xlsx",
    ),
    "clerk": ("/", "/registry/", "/registry/imports/", "/sourcing/prices/import/"),
    "bureau": (
        "/",
        "/sourcing/balance/",
        "/sourcing/calls/",
        "/sourcing/balance/?export=xlsx",
        "/sourcing/balance/6212/apple/",
        "/sourcing/supply/?export=xlsx",
        "/sourcing/prices/apple/",
        "/network/",
        "/network/areas/621226/",
        "/network/areas/6212/outlines.json",
        "/network/areas/6212/units.json",
        "/network/units/",
        "/audit/",
        "/catalog/",
        "/catalog/apple/",
        "/api/v1/supply-notices",
        "/api/v1/balance/6212",
    ),
    "admin": (
        "/",
        "/people/",
        "/people/invitations/",
        "/people/tokens/",
        "/network/units/*change/",
        "/catalog/apple/change/",
    ),
    "farmer": ("/", "/registry/own/", "/people/me/", "/sourcing/supply/"),
    "": ("/", "/network/points/", "/account/login/"),
    "shop": ("/", "/sourcing/supply/", "/sourcing/demand/", "/sourcing/demand/new/apple/"),
    "leader": ("/", "/sourcing/demand/"),
}
VILLAGE_PAGES = ("/", "/sourcing/supply/", "/sourcing/supply/new/", "/sourcing/supply/new/apple/")


@dataclass(frozen=True, slots=True)
class Measured:
    """One page's figures."""

    role: str
    path: str
    p50_ms: float
    p95_ms: float
    sql: int


def address(client: "Client", path: str) -> str:
    """Return the address of a page; `*` stands for the first row of the list before it."""
    head, star, tail = path.partition("*")
    if not star:
        return path
    found = FIRST_ROW.search(client.get(head).content.decode())
    return found[1] + tail if found else sys.exit(f"{head} has no row to open")


def measure(client: "Client", role: str, path: str) -> Measured:
    """Ask for a page until its times are steady enough to quote."""
    from django.db import connection

    page = address(client, path)
    client.get(page)
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(page, follow=True)
    if answer.status_code != 200:
        sys.exit(f"{path} answered {answer.status_code} to {role}")
    seconds = [timed(client, page) for _ in range(LOOKS)]
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return Measured(role, path, round(cuts[9] * 1000, 1), round(cuts[18] * 1000, 1), len(statements))


def timed(client: "Client", path: str) -> float:
    """Return how many seconds a page takes."""
    begun = time.perf_counter()
    client.get(path)
    return time.perf_counter() - begun


def first_visit_kb(client: "Client", path: str) -> float:
    """Return how many kB a first visit of the page carries, compressed as the server sends it."""
    from django.conf import settings

    body = client.get(path).content
    assets = {address for address in ASSET.findall(body.decode()) if "favicon" not in address}
    files = [settings.STATIC_ROOT / address.removeprefix("/static/") for address in assets]
    sent = [gzip.compress(file.read_bytes(), 9) for file in files]
    return round((len(gzip.compress(body, 6)) + sum(map(len, sent))) / 1000, 1)


def figures() -> dict[str, Any]:
    """Measure all pages."""
    from django.core.management import call_command
    from django.test import Client

    from terrace.accounts.models import Person

    with redirect_stdout(sys.stderr):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("demo", scale="small", seed=1, verbosity=0)
    clients = {role: Client() for role in PAGES}
    for person in Person.objects.filter(username__in=PAGES):
        client = clients[person.username]
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = [measure(clients[role], role, path) for role, paths in PAGES.items() for path in paths]
    worst = max(found, key=lambda page: page.p95_ms)
    heaviest = max(first_visit_kb(clients["keeper"], path) for path in VILLAGE_PAGES)
    return {
        "bench": "pages",
        "pages": [[page.role, page.path, page.p50_ms, page.p95_ms, page.sql] for page in found],
        "worst": [worst.role, worst.path, worst.p95_ms],
        "p95_ms": worst.p95_ms,
        "village_kb": heaviest,
        "holds": worst.p95_ms <= PROMISED_P95_MS and heaviest <= PROMISED_KB,
    }


def main() -> None:
    """Print the figures as one line."""
    os.environ |= {"TERRACE_DEMO": "yes", "TERRACE_ALLOWED_HOSTS": "testserver", "TERRACE_LOG_LEVEL": "ERROR"}
    with installation():
        print(json.dumps(figures()))


if __name__ == "__main__":
    main()
