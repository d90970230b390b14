"""Promise: every page answers within 100 ms (p95) on the small demo; a village page is at most 80 kB on first visit.

`python -m bench.pages` loads the small demo into an installation of its own, asks for every page as the person who
uses it, through the whole middleware, and prints one JSON line: p50, p95 and the number of SQL statements of each page,
and the compressed size of a village page's first visit (document, style sheet, script and icons; no chart, no map).
"""

import gzip
import html
import importlib
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
LOOKS = 20
ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+\.(?:css|js|svg))')

FIRST_ROW = re.compile(r'class="row-link"\s+href="([^"]+)"')
THIS_YEAR = "?span=year"

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
        "/sourcing/purchases/",
        "/sourcing/purchases/*",
        "/sourcing/purchases/new/",
        "/sourcing/purchases/new/ > /sourcing/purchases/new/P-",
        "/lots/",
        "/lots/*",
        "/lots/* > /01/",
        "/logistics/desk/",
        "/logistics/parcels/",
        "/logistics/parcels/*",
        "/logistics/consignments/",
        "/logistics/consignments/*",
        "/logistics/consignments/new/",
        "/market/sell/orders/",
        "/figures/",
        f"/figures/{THIS_YEAR}",
        "/figures/621226101200/sales/",
        "/figures/outlet/",
    ),
    "station": (
        "/",
        "/sourcing/balance/",
        "/sourcing/advice/",
        "/sourcing/advice/*",
        "/network/",
        "/logistics/desk/",
        "/figures/",
        "/figures/outlets/",
    ),
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
        "/logistics/tours/",
        "/logistics/tours/*",
        "/logistics/tours/new/",
        "/logistics/vehicles/",
        "/logistics/carriers/",
        "/logistics/tariffs/",
        "/market/agreements/",
        "/market/agreements/new/",
        "/market/desk/",
        "/figures/",
        f"/figures/{THIS_YEAR}",
        "/figures/?span=season&product=apple",
        "/figures/621226/sales/",
        f"/figures/621226/orders/{THIS_YEAR}",
        f"/figures/621226/net_sales/{THIS_YEAR}",
        f"/figures/621226/purchases/{THIS_YEAR}",
        f"/figures/621226/income/{THIS_YEAR}",
        f"/figures/621226/parcels_up/{THIS_YEAR}",
        f"/figures/621226/sales/{THIS_YEAR}&export=xlsx",
        "/figures/outlets/",
        "/figures/outlets/*",
    ),
    "clerk": (
        "/",
        "/registry/",
        "/registry/imports/",
        "/sourcing/prices/import/",
        "/market/payments/",
        "/market/disputes/",
        "/market/disputes/*",
        "/market/desk/",
        "/market/recalled/",
        "/market/sell/orders/",
        "/market/sell/orders/*",
        "/ledger/accounts/",
        "/ledger/accounts/*",
        "/ledger/deposits/new/",
        "/ledger/payouts/",
        "/ledger/payouts/*",
        "/ledger/payouts/new/",
        "/logistics/parcels/",
        "/logistics/tours/*",
    ),
    "packer": (
        "/",
        "/market/pack/",
        "/market/pack/* > /market/sell/orders/",
        "/market/sell/orders/",
        "/lots/",
        "/lots/*",
        "/lots/*split/",
        "/lots/*grade/",
        "/lots/*tests/new/",
        "/logistics/desk/",
        "/logistics/consignments/*",
    ),
    "driver": ("/", "/logistics/drive/"),
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
        "/figures/",
        f"/figures/{THIS_YEAR}",
        f"/figures/6212/sales/{THIS_YEAR}",
        "/figures/outlets/",
        "/market/disputes/",
        "/ledger/accounts/",
    ),
    "admin": (
        "/",
        "/people/",
        "/people/invitations/",
        "/people/tokens/",
        "/network/units/*change/",
        "/catalog/apple/change/",
    ),
    "farmer": (
        "/",
        "/registry/own/",
        "/people/me/",
        "/sourcing/supply/",
        "/sourcing/purchases/",
        "/sourcing/purchases/*",
        "/figures/household/",
        "/ledger/money/",
        "/market/offers/",
        "/market/offers/*",
    ),
    "": (
        "/",
        "/network/points/",
        "/account/login/",
        "/market/",
        "/market/?q=pingguo",
        "/market/?county=621226&product=apple",
        "/market/ > /market/goods/",
        "/market/basket/",
        "/market/orders/find/",
        "/logistics/status/",
    ),
    "shop": (
        "/",
        "/sourcing/supply/",
        "/sourcing/demand/",
        "/sourcing/demand/new/apple/",
        "/market/offers/",
        "/market/offers/*",
        "/market/offers/new/",
        "/market/offers/new/apple/",
        "/market/sell/",
        "/market/sell/orders/",
        "/market/sell/orders/*",
        "/market/disputes/",
        "/market/disputes/*",
        "/ledger/money/",
        "/sourcing/purchases/",
    ),
    "leader": ("/", "/sourcing/demand/"),
}
VILLAGE_PAGES = (
    "/",
    "/sourcing/supply/",
    "/sourcing/supply/new/",
    "/sourcing/supply/new/apple/",
    "/sourcing/purchases/",
    "/sourcing/purchases/new/",
    "/lots/",
    "/logistics/desk/",
    "/logistics/parcels/",
    "/figures/outlet/",
)


class Broken(Exception):
    """A page cannot be measured, and why."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One page's figures."""

    role: str
    path: str
    p50_ms: float
    p95_ms: float
    sql: int


def address(client: "Client", path: str) -> str:
    """Return the address of a page.

    `*` stands for the first row of the list before it; behind ` > ` stands how
    the address of a link begins that is followed from there.
    """
    before, leads, wanted = path.partition(" > ")
    if leads:
        page = client.get(address(client, before), follow=True).content.decode()
        link = re.search(rf'(?:href|action)="((?:https?://[^/"]+)?({re.escape(wanted)}[^"]*))"', page)
        if link is None:
            raise Broken(f"{before} leads to no {wanted}")
        return html.unescape(link[2])
    head, star, tail = path.partition("*")
    if not star:
        return path
    found = FIRST_ROW.search(client.get(head).content.decode())
    if found is None:
        raise Broken(f"{head} has no row to open")
    return html.unescape(found[1]) + tail


def measure(client: "Client", role: str, path: str) -> Measured:
    """Ask for a page until its times are steady enough to quote; raises `Broken` where it does not answer."""
    from django.db import connection

    page = address(client, path)
    if moved := client.get(page, follow=True).redirect_chain:
        page = moved[-1][0]
    statements: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        answer = client.get(page)
    if answer.status_code != 200:
        raise Broken(f"{path} answered {answer.status_code} to {role}")
    seconds = [timed(client, page) for _ in range(LOOKS)]
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return Measured(role, path, round(cuts[9] * 1000, 1), round(cuts[18] * 1000, 1), len(statements))


def measure_all(clients: dict[str, "Client"]) -> tuple[list[Measured], list[str]]:
    """Measure all pages, and return which of them could not be."""
    found, broken = [], []
    for role, paths in PAGES.items():
        for path in paths:
            try:
                found.append(measure(clients[role], role, path))
            except Broken as problem:
                broken.append(str(problem))
    return found, broken


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
    settle()
    found, broken = measure_all(clients)
    worst = max(found, key=lambda page: page.p95_ms)
    heaviest = max(first_visit_kb(clients["keeper"], path) for path in VILLAGE_PAGES)
    return {
        "bench": "pages",
        "pages": [[page.role, page.path, page.p50_ms, page.p95_ms, page.sql] for page in found],
        "broken": broken,
        "worst": [worst.role, worst.path, worst.p95_ms],
        "p95_ms": worst.p95_ms,
        "village_kb": heaviest,
        "holds": not broken and worst.p95_ms <= PROMISED_P95_MS and heaviest <= PROMISED_KB,
    }


def settle() -> None:
    """Do what a process that serves pages does before its first one: take what stays out of garbage collection."""
    importlib.import_module("terrace.config.wsgi")


def main() -> None:
    """Print the figures as one line."""
    os.environ |= {"TERRACE_DEMO": "yes", "TERRACE_ALLOWED_HOSTS": "testserver", "TERRACE_LOG_LEVEL": "ERROR"}
    with installation():
        print(json.dumps(figures()))


if __name__ == "__main__":
    main()
