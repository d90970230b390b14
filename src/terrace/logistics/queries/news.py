"""What carriers are told of their parcels: without anybody's name, phone or words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from terrace.kernel.actors import Actor
from terrace.logistics.domain.parcels import TROUBLE
from terrace.logistics.models import Carrier, Feed, News, Scan
from terrace.logistics.queries.tours import get_carrier
from terrace.network import queries as network

MOST_TOLD = 50_000


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news: which parcel, what it is since when, at which unit; `exception` where a person sees to it."""

    scan_id: int
    waybill: str
    number: str
    status: str
    kind: str
    at: datetime
    unit: str
    place: str
    exception: str


def scans_for(carrier: Carrier) -> QuerySet[Scan]:
    """Return the scans that moved a carrier's parcels at its centre, in the order in which they came."""
    moved = Scan.objects.filter(parcel__carrier=carrier.party_id, parcel__from_path__startswith=carrier.area_path)
    return moved.filter(moved=True).select_related("parcel").order_by("id")


def told_of(scans: QuerySet[Scan]) -> Iterator[Told]:
    """Yield scans as carriers are told of them, at most 50,000."""
    rows = list(scans[:MOST_TOLD])
    units = network.units_by_id({row.unit_id for row in rows if row.unit_id})
    for row in rows:
        unit = units.get(row.unit_id or 0)
        if row.parcel is not None:
            yield Told(
                row.pk,
                row.parcel.waybill,
                row.parcel.number,
                row.status,
                row.kind,
                row.at,
                unit.number if unit else "",
                str(unit) if unit else "",
                row.status if row.status in TROUBLE else "",
            )


def feed_of(carrier: Carrier) -> Feed:
    """Return how a carrier hears of its parcels; one that never said is not written. The caller has authorised."""
    return Feed.objects.filter(carrier=carrier).first() or Feed(carrier=carrier)


def get_feed(actor: Actor, number: str) -> Feed:
    """Return the feed of the carrier `number`, or raise `NotFound` when the actor does not see the carrier."""
    return feed_of(get_carrier(actor, number))


def waiting_news(feed: Feed) -> QuerySet[News]:
    """Return what waits to be sent, in order. The caller has authorised the look."""
    return News.objects.filter(feed=feed.pk, sent_at__isnull=True, given_up_at__isnull=True).order_by("id")


def given_up_news(feed: Feed) -> QuerySet[News]:
    """Return what was given up, the youngest first. The caller has authorised the look."""
    rows = News.objects.filter(feed=feed.pk, given_up_at__isnull=False)
    return rows.select_related("parcel", "scan").order_by("-id")
