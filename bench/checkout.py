"""Promise: checkouts with every buyer on one offer, none oversold, none lost (`market/services/placing.py`).

`python -m bench.checkout` starts an installation of its own with durable settings and granian as in production, and
lets a load generator in processes of its own post real checkouts to the REST interface, over connections that stay
open: first all on one offer, then spread over a thousand, then on one with few boxes. It prints one JSON line:
checkouts a second and the 99th percentile of the time that a buyer waits, SQL statements of one checkout (with those
of the token), how many boxes were sold that were not there, how many orders were answered and are not in the books,
and what `verify` finds.
"""

import http.client
import json
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any

from bench.installation import installation

SECONDS = float(os.environ.get("BENCH_SECONDS", "10"))
WARM_UP = 1.5
BUYERS = int(os.environ.get("BENCH_BUYERS", "16"))
OFFERS = 1_000
STOCK = 1_000_000
SCARCE = 50
PATH = "/api/v1/market/checkouts"


@dataclass(frozen=True, slots=True)
class Shop:
    """What the load generator has to know: where the site is, who buys, what is for sale."""

    port: int
    token: str
    hot: str
    scarce: str
    offers: Sequence[str]


def body_of(offer: str, quantity: int = 1) -> dict[str, Any]:
    """Return a checkout of one offer at its price and freight."""
    return {
        "wanted": [{"offer": offer, "quantity": quantity}],
        "recipient": "Lin Yue",
        "phone": "+8613800138000",
        "region": "Shaanxi, Xi'an, Beilin",
        "address": "12 Willow Lane, flat 301",
        "provider": "sandbox",
        "total": {"minor": 4_800 * quantity + 600, "currency": "CNY"},
    }


def _buy(shop: Shop, offers: Sequence[str], until: float, from_when: float, told: Any, name: str) -> None:
    """Buy one box after another over one connection; tell waiting times in ms, and how many were placed and refused."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    waits, placed, refused, count = [], 0, 0, 0
    draw = random.Random(name)
    while time.time() < until:
        count += 1
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {shop.token}",
            "Idempotency-Key": f"{name}-{count}",
        }
        began = time.perf_counter()
        connection.request("POST", PATH, json.dumps(body_of(draw.choice(offers))), headers)
        answer = connection.getresponse()
        answer.read()
        if time.time() >= from_when:
            waits.append((time.perf_counter() - began) * 1_000)
        placed += answer.status == 201
        refused += answer.status != 201
        if answer.status not in (201, 409):
            raise SystemExit(f"unexpected answer {answer.status}")
    told.put((waits, placed, refused))


def _buyers(shop: Shop, offers: Sequence[str], until: float, from_when: float, told: Any, name: str, many: int) -> None:
    each = [
        threading.Thread(target=_buy, args=(shop, offers, until, from_when, told, f"{name}-{one}"))
        for one in range(many)
    ]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()


def rush(shop: Shop, offers: Sequence[str], name: str, seconds: float) -> dict[str, float]:
    """Let `BUYERS` buy at once from two processes; return what they met."""
    spawned = multiprocessing.get_context("spawn")
    told = spawned.Queue()
    start = time.time() + 1.0  # the processes have to be there
    from_when, until = start + WARM_UP, start + WARM_UP + seconds
    sides = [
        spawned.Process(target=_buyers, args=(shop, offers, until, from_when, told, f"{name}-{side}", BUYERS // 2))
        for side in range(2)
    ]
    for side in sides:
        side.start()
    answers = [told.get(timeout=seconds + 120) for _one in range(BUYERS // 2 * 2)]
    for side in sides:
        side.join()
    waits = sorted(wait for some, _placed, _refused in answers for wait in some)
    return {
        "per_s": round(len(waits) / seconds, 1),
        "p99_ms": round(statistics.quantiles(waits, n=100)[98], 1) if len(waits) > 100 else 0.0,
        "placed": sum(placed for _waits, placed, _refused in answers),
        "refused": sum(refused for _waits, _placed, refused in answers),
    }


@contextmanager
def web_server() -> Iterator[int]:
    """Run granian with the installation's settings until the benchmark is done; hand out its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from terrace.config.settings import ENV; from terrace.config.web_server import serve; serve(ENV)"
    environment = os.environ | {"PORT": str(port), "TERRACE_LOG_LEVEL": "ERROR"}
    server = subprocess.Popen([sys.executable, "-c", program], env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    until = time.time() + 60
    while time.time() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web server did not start")


def stocked() -> dict[str, Any]:
    """Write a seller with a thousand offers, and a token for the programs that buy."""
    from terrace.kernel import ids
    from terrace.market.models import Offer
    from tests import factories
    from tests.market.orders import make_offer

    seller = factories.PartyFactory(kind="enterprise")
    hot = make_offer(seller, stock=STOCK)
    scarce = make_offer(seller, stock=SCARCE)
    many = [Offer(**_columns(hot) | {"number": ids.reference("T", length=10)}) for _one in range(OFFERS)]
    Offer.objects.bulk_create(many)
    return {
        "token": _token(),
        "hot": hot.number,
        "scarce": scarce.number,
        "offers": [offer.number for offer in many],
    }


def _columns(offer: Any) -> dict[str, Any]:
    return {field.attname: getattr(offer, field.attname) for field in offer._meta.concrete_fields if field.name != "id"}


def _token() -> str:
    """Issue a token of a buyer, as a shopping program would have it."""
    from terrace.accounts.models import ApiToken
    from terrace.kernel import ids
    from tests import factories

    buyer = factories.RepresentativeFactory(party=factories.PartyFactory(kind="enterprise"))
    secret = ids.secret()
    ApiToken.objects.create(
        name="Shopping program",
        fingerprint=ids.fingerprint(secret),
        hint=secret[:4],
        issued_by=buyer.person,
        party_id=buyer.party_id,
    )
    return secret


def statements(shop: Shop) -> int:
    """Return how many SQL statements one checkout takes through the whole program, those of the token as well."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    given = json.dumps(body_of(shop.hot))
    counts = []
    for turn in range(3):
        headers = {"Authorization": f"Bearer {shop.token}", "Idempotency-Key": f"counted-{turn}", "Host": "localhost"}
        with CaptureQueriesContext(connection) as seen:
            answer = Client().post(PATH, given, content_type="application/json", headers=headers)
        assert answer.status_code == 201, answer.content
        counts.append(len(seen.captured_queries))
    return counts[-1]


def problems() -> int:
    """Return how many problems `terrace verify` finds."""
    from django.core.management import call_command

    said = StringIO()
    try:
        call_command("verify", stdout=said)
    except SystemExit:
        sys.stderr.write(said.getvalue())
    return int(said.getvalue().rsplit("checks, ", 1)[1].split()[0])


def oversold_and_lost(answered: int) -> tuple[int, int]:
    """Return how many boxes were sold beyond the stock, and how many answered checkouts are not in the books."""
    from django.db.models import F, Sum

    from terrace.market.models import Offer, OrderLine, Payment

    held = dict(OrderLine.objects.values_list("offer_id").annotate(Sum("quantity")))
    over = sum(max(0, held.get(pk, 0) - stocked) for pk, stocked in Offer.objects.values_list("pk", "stocked"))
    below = Offer.objects.filter(available__lt=0).aggregate(all=Sum(-F("available")))["all"] or 0
    return over + below, answered - Payment.objects.count()


def main() -> None:
    """Run the rushes and print the line."""
    os.environ |= {"TERRACE_PAYMENTS": "sandbox", "TERRACE_WEB_PROCESSES": "2"}
    with installation(), redirect_stdout(sys.stderr):
        goods = stocked()
        with web_server() as port:
            shop = Shop(port=port, **goods)
            counted = statements(shop)
            hot = rush(shop, [shop.hot], "hot", SECONDS)
            spread = rush(shop, shop.offers, "spread", SECONDS)
            last = rush(shop, [shop.scarce], "scarce", min(SECONDS, 4.0))
        answered = 3 + sum(int(found["placed"]) for found in (hot, spread, last))
        oversold, lost = oversold_and_lost(answered)
        figures = {
            "hot_per_s": hot["per_s"],
            "hot_p99_ms": hot["p99_ms"],
            "spread_per_s": spread["per_s"],
            "spread_p99_ms": spread["p99_ms"],
            "sql_per_checkout": counted,
            "oversold": oversold,
            "lost": lost,
            "scarce_sold": int(last["placed"]),
            "verify_problems": problems(),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
