"""Telling carriers of their parcels: noted with the scan, sent by a job, signed, in order for each parcel."""

import json
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.logistics.domain import Permission, ScanKind
from terrace.logistics.domain.news import GIVEN_UP_AFTER, checked_address, pause_after, signature
from terrace.logistics.gateways import NotTaken, post
from terrace.logistics.models import Carrier, Feed, News, Parcel, Scan
from terrace.logistics.queries.news import told_of
from terrace.logistics.services.authority import require_any

AT_ONCE = 500
MOST_FAILURES = 3
"""So often an address may fail in a row before the others get their turn."""


def note_news(parcel: Parcel, scan: Scan) -> None:
    """Put what happened to a parcel with what its carrier is to be told; part of the act that noted it.

    What the carrier announced itself is no news to it.
    """
    if parcel.carrier_id is None or scan.kind == ScanKind.REGISTERED:
        return
    above = [parcel.from_path[:length] for length in range(1, len(parcel.from_path) + 1)]
    heard = Feed.objects.filter(carrier__party=parcel.carrier_id, carrier__area_path__in=above).exclude(url="")
    for feed in heard.select_related("carrier").order_by("id"):
        moment = clock.now()
        place = feed.carrier.area_path
        News.objects.create(feed=feed, parcel=parcel, scan=scan, next_at=moment, begun_at=moment, area_path=place)


@transaction.atomic
def set_webhook(*, by: Actor, carrier: Carrier, url: str, renew: bool = False) -> Feed:
    """Say where a carrier's news is posted, "" for nowhere; `renew` its secret. Raises `Forbidden`, `Invalid`."""
    _require(by, carrier)
    address = checked_address(url, inside=settings.ENV.news_inside) if url.strip() else ""
    feed, _new = Feed.objects.get_or_create(carrier=carrier)
    feed.url, feed.turn = address, feed.turn + renew
    feed.save_version(feed.version, ["url", "turn"])
    details = {"is_set": bool(address), "renew": renew}
    audit.record(by=by, act="logistics.set_webhook", subject=carrier, area_path=carrier.area_path, details=details)
    return feed


def secret_of(feed: Feed) -> str:
    """Return the secret by which a carrier knows that news is ours. The caller has authorised the look."""
    return salted_hmac("terrace.logistics.news", f"{feed.carrier_id}:{feed.turn}", algorithm="sha256").hexdigest()


@transaction.atomic
def note_told(*, by: Actor, carrier: Carrier, scan_id: int) -> None:
    """Remember how far a carrier's file of news went, so that the next one goes on from there. Raises `Forbidden`."""
    _require(by, carrier)
    feed, _new = Feed.objects.get_or_create(carrier=carrier)
    Feed.objects.filter(pk=feed.pk, told_id__lt=scan_id).update(told_id=scan_id)


@transaction.atomic
def send_again(*, by: Actor, carrier: Carrier, now: datetime | None = None) -> int:
    """Try what was given up anew, from now on; return how much that is. Raises `Forbidden`."""
    _require(by, carrier)
    moment = now or clock.now()
    given_up = News.objects.filter(feed__carrier=carrier, given_up_at__isnull=False)
    count = given_up.update(given_up_at=None, tries=0, next_at=moment, begun_at=moment, problem="")
    details = {"count": count}
    audit.record(by=by, act="logistics.send_again", subject=carrier, area_path=carrier.area_path, details=details)
    return count


def send_news(*, now: datetime | None = None) -> int:
    """Send what is due, in order for each parcel; return how much was taken.

    Nothing is locked while the other side answers: the job runs alone. What was sent and not
    noted, because the machine stopped between, is sent again under the same id.
    """
    moment, sent = now or clock.now(), 0
    for feed in Feed.objects.exclude(url="").select_related("carrier").order_by("id"):
        sent += _send_to(feed, moment)
    return sent


def _send_to(feed: Feed, now: datetime) -> int:
    waiting = News.objects.filter(feed=feed, sent_at__isnull=True, given_up_at__isnull=True)
    held: set[int] = set()
    sent = failures = 0
    for news in waiting.select_related("scan__parcel", "parcel").order_by("scan__at", "id")[:AT_ONCE]:
        if news.parcel_id in held:
            continue
        if news.next_at > now:
            held.add(news.parcel_id)
        elif _send(feed, news, now):
            sent, failures = sent + 1, 0
        else:
            held.add(news.parcel_id)
            failures += 1
        if failures >= MOST_FAILURES:
            break
    return sent


def _send(feed: Feed, news: News, now: datetime) -> bool:
    """Send one piece of news, and note whether it was taken."""
    body, stamp = _body(news), str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Terrace-Id": str(news.pk),
        "Terrace-Timestamp": stamp,
        "Terrace-Signature": f"sha256={signature(secret_of(feed), stamp, body)}",
    }
    news.tries += 1
    try:
        post(feed.url, body, headers)
    except NotTaken as problem:
        news.problem = str(problem)[:200]
        news.next_at = now + pause_after(news.tries)
        news.given_up_at = now if now - news.begun_at >= GIVEN_UP_AFTER else None
        news.save(update_fields=["tries", "problem", "next_at", "given_up_at"])
        return False
    news.sent_at, news.problem = now, ""
    news.save(update_fields=["tries", "sent_at", "problem"])
    return True


def _body(news: News) -> bytes:
    [told] = told_of(Scan.objects.filter(pk=news.scan_id).select_related("parcel").order_by("id"))
    said = {name: value for name, value in asdict(told).items() if name != "scan_id"}
    return json.dumps({"id": news.pk, **said, "at": told.at.isoformat()}, ensure_ascii=False).encode()


def _require(by: Actor, carrier: Carrier) -> None:
    require_any(by, Permission.DISPATCH, [carrier.area_path], [carrier.party_id])
