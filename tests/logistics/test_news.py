"""What carriers are told of their parcels: by a file, and by a webhook that a real server answers."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pytest_django import Settings

from terrace.kernel.errors import Forbidden, Invalid
from terrace.logistics import queries, services
from terrace.logistics.domain import ScanKind
from terrace.logistics.domain.news import checked_address, is_reachable, pause_after
from terrace.logistics.models import Feed, News, Parcel
from tests import factories
from tests.conftest import Cast, Member
from tests.logistics.agreed import carrier_of
from tests.logistics.conftest import Places, later


class Hooked(HTTPServer):
    """A carrier's server: keeps what it was sent, answers as it was told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer = 200

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook?of=terrace"


class Answer(BaseHTTPRequestHandler):
    """Keeps each post."""

    server: Hooked

    def do_POST(self) -> None:
        """Keep what was sent, and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(settings: Settings) -> Iterator[Hooked]:
    """Run a carrier's server in the house, and let news be posted there."""
    settings.ENV = replace(settings.ENV, news_inside=True)
    hooked = Hooked()
    thread = Thread(target=hooked.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield hooked
    hooked.shutdown()
    hooked.server_close()
    thread.join()


def courier_of(places: Places) -> Member:
    """Return somebody who speaks for the courier company."""
    return Member(factories.RepresentativeFactory(party=places.courier).person, places.courier)


def hook(places: Places, url: str) -> Feed:
    """Let the courier company name its server."""
    return services.set_webhook(by=courier_of(places).actor, carrier=carrier_of(places), url=url)


def bring(cast: Cast, places: Places, down: Parcel) -> None:
    """Scan the parcel at the centre, and then at the point."""
    services.scan(by=cast.clerk.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.centre, now=later(5))
    services.scan(by=cast.keeper.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point, now=later(9))


def test_each_scan_is_posted_once_in_order_signed_and_without_anybodys_name(
    cast: Cast, places: Places, down: Parcel, server: Hooked
) -> None:
    feed = hook(places, server.url)
    bring(cast, places, down)
    moment = later(60 * 24 * 30)
    News.objects.update(next_at=moment, begun_at=moment)
    assert services.send_news(now=moment) == 2
    assert services.send_news(now=moment) == 0
    bodies = [json.loads(body) for _headers, body in server.got]
    assert [body["status"] for body in bodies] == ["at_hub", "at_point"]
    assert {(body["waybill"], body["exception"]) for body in bodies} == {("SC100200300", "")}
    headers, body = server.got[0]
    key, stamp = services.secret_of(feed).encode(), headers["Terrace-Timestamp"].encode()
    expected = hmac.new(key, stamp + b"." + body, hashlib.sha256).hexdigest()
    assert headers["Terrace-Signature"] == f"sha256={expected}"
    assert stamp == str(int(moment.timestamp())).encode()
    assert not any(word in body.decode() for word in ("Zhao", "1399", "3993901234"))


def test_what_is_not_taken_is_tried_again_later_and_keeps_what_comes_after_it_waiting(
    cast: Cast, places: Places, down: Parcel, server: Hooked
) -> None:
    hook(places, server.url)
    bring(cast, places, down)
    begun = later(60 * 24 * 30)
    News.objects.update(next_at=begun, begun_at=begun)
    server.answer = 503
    assert services.send_news(now=begun) == 0
    assert len(server.got) == 1
    assert services.send_news(now=begun + timedelta(seconds=50)) == 0
    assert len(server.got) == 1
    server.answer = 200
    assert services.send_news(now=begun + timedelta(minutes=2)) == 2
    assert [json.loads(body)["status"] for _headers, body in server.got] == ["at_hub", "at_hub", "at_point"]
    assert News.objects.filter(sent_at__isnull=False).count() == 2


def test_news_is_given_up_after_days_and_sent_again_when_a_person_asks(
    cast: Cast, places: Places, down: Parcel, server: Hooked
) -> None:
    hook(places, server.url)
    bring(cast, places, down)
    begun = later(60 * 24 * 30)
    News.objects.update(next_at=begun, begun_at=begun)
    server.answer = 302
    services.send_news(now=begun + timedelta(days=3))
    assert len(server.got) == 1
    lost = queries.given_up_news(Feed.objects.get()).get()
    assert lost.problem == "HTTP 302"
    page = f"/logistics/carriers/{carrier_of(places).number}/news/"
    client = courier_of(places).client
    assert "HTTP 302" in client.get(page).content.decode()
    assert cast.clerk.client.post(f"{page}again/").status_code == 302
    server.answer = 204
    moment = begun + timedelta(days=300)
    News.objects.update(next_at=moment)
    assert services.send_news(now=moment) == 2
    assert not queries.given_up_news(Feed.objects.get()).exists()


def test_an_act_that_is_undone_tells_nobody(cast: Cast, places: Places, down: Parcel, server: Hooked) -> None:
    hook(places, server.url)
    with pytest.raises(Forbidden):
        services.scan(by=cast.neighbour.actor, code=down.number, kind=ScanKind.ARRIVED, unit=places.point)
    assert not News.objects.exists()


def test_nobody_is_posted_to_inside_the_house(
    cast: Cast, places: Places, down: Parcel, server: Hooked, settings: Settings
) -> None:
    hook(places, server.url)
    bring(cast, places, down)
    settings.ENV = replace(settings.ENV, news_inside=False)
    News.objects.update(next_at=later(0))
    assert services.send_news() == 0
    assert server.got == []
    assert News.objects.order_by("id")[0].problem == "private address"


@pytest.mark.parametrize(
    ("addresses", "is_open"),
    [
        (["93.184.216.34"], True),
        (["2606:2800:220:1:248:1893:25c8:1946"], True),
        (["93.184.216.34", "10.0.0.1"], False),
        (["127.0.0.1"], False),
        (["169.254.169.254"], False),
        (["192.168.1.1"], False),
        (["100.64.0.1"], False),
        (["0.0.0.0"], False),  # noqa: S104 - judged, not listened on
        (["224.0.0.1"], False),
        (["::1"], False),
        (["fe80::1%eth0"], False),
        (["fd00::1"], False),
        (["::ffff:127.0.0.1"], False),
        (["2002:7f00:1::"], False),
        ([], False),
    ],
)
def test_only_the_open_internet_is_posted_to(addresses: list[str], is_open: bool) -> None:
    assert is_reachable(addresses) == is_open


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org", "https://", "https://me:word@example.org/", "https://a:99999/"]
)
def test_an_address_is_https_without_a_sign_in(cast: Cast, places: Places, url: str) -> None:
    with pytest.raises(Invalid):
        hook(places, url)
    assert not Feed.objects.exists()
    assert checked_address(" https://example.org/x ", inside=False) == "https://example.org/x"


def test_pauses_grow_to_six_hours() -> None:
    assert [pause_after(tries).total_seconds() // 60 for tries in (1, 2, 3, 4, 5, 6, 99)] == [
        1,
        4,
        16,
        64,
        256,
        360,
        360,
    ]


def test_a_new_secret_signs_and_the_old_one_no_more_and_only_the_carrier_reads_it(
    cast: Cast, places: Places, server: Hooked
) -> None:
    client, page = courier_of(places).client, f"/logistics/carriers/{carrier_of(places).number}/news/"
    client.post(f"{page}webhook/", {"url": server.url})
    first = services.secret_of(Feed.objects.get())
    assert first in client.get(page).content.decode()
    assert first not in cast.clerk.client.get(page).content.decode()
    client.post(f"{page}webhook/", {"url": server.url, "renew": "on"})
    assert services.secret_of(Feed.objects.get()) != first
    assert cast.neighbour.client.get(page).status_code in (403, 404)


def test_a_file_tells_what_happened_since_the_last_one(cast: Cast, places: Places, down: Parcel) -> None:
    client, page = courier_of(places).client, f"/logistics/carriers/{carrier_of(places).number}/news/"
    bring(cast, places, down)
    first = client.post(f"{page}since/", {"form": "csv"}).content.decode("utf-8-sig").splitlines()
    assert first[0] == "Waybill,Number,State,When,Where,Exception"
    assert [line.split(",")[2] for line in first[1:]] == ["Registered", "At the centre", "At the point"]
    assert "Zhao" not in "".join(first)
    assert len(client.post(f"{page}since/", {"form": "csv"}).content.decode().splitlines()) == 1
    services.refuse(by=cast.keeper.actor, parcel=down, now=later(20))
    [_heads, told] = client.post(f"{page}since/", {"form": "csv"}).content.decode().splitlines()
    assert told.endswith("Refused")
    days = client.get(f"{page}file/", {"form": "csv"}).content.decode().splitlines()
    assert len(days) == 5
    assert client.get(f"{page}file/").content[:2] == b"PK"
