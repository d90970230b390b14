"""The REST interface of what carriers are told and owe: news of their parcels, their webhook, their statements."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router

from terrace.http.rest import REFUSALS, actor_of
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission
from terrace.logistics.models import Carrier, Feed
from terrace.logistics.schemas.news import CarrierStatementOut, NewsToldOut, WebhookIn, WebhookOut

router = Router(tags=["logistics"])
MOST = 1000
Month = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
After = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/carriers/{number}/news", response={200: list[NewsToldOut], **REFUSALS})
def list_news(request: HttpRequest, number: str, after: After = 0) -> list[NewsToldOut]:
    """List what happened to a carrier's parcels after the scan `after`, in order, at most a thousand at a time."""
    shared = _carrier(request, number)
    return [NewsToldOut.of(told) for told in queries.told_of(queries.scans_for(shared).filter(pk__gt=after)[:MOST])]


@router.get("/carriers/{number}/webhook", response={200: WebhookOut, **REFUSALS})
def get_webhook(request: HttpRequest, number: str) -> WebhookOut:
    """Read where a carrier's news is posted, and what waits."""
    return _webhook_out(queries.feed_of(_carrier(request, number)))


@router.put("/carriers/{number}/webhook", response={200: WebhookOut, **REFUSALS})
def set_webhook(request: HttpRequest, number: str, given: WebhookIn) -> WebhookOut:
    """Say where a carrier's news is posted: an https address in the open internet, "" for nowhere."""
    shared = _carrier(request, number)
    return _webhook_out(services.set_webhook(by=actor_of(request), carrier=shared, url=given.url, renew=given.renew))


@router.get("/carriers/{number}/statements/{month}", response={200: CarrierStatementOut, **REFUSALS})
def get_statement(request: HttpRequest, number: str, month: Month) -> CarrierStatementOut:
    """Read a carrier's statement of a month, such as 2026-11."""
    return CarrierStatementOut.of(queries.statement_of(_carrier(request, number), date.fromisoformat(f"{month}-01")))


def _carrier(request: HttpRequest, number: str) -> Carrier:
    """Return the carrier, for its own people and for who plans tours at its centre."""
    actor = actor_of(request)
    shared = queries.get_carrier(actor, number)
    if not actor.speaks_for(shared.party_id):
        actor.require(Permission.DISPATCH, shared.area_path)
    return shared


def _webhook_out(feed: Feed) -> WebhookOut:
    waiting, lost = queries.waiting_news(feed).count(), queries.given_up_news(feed).count()
    return WebhookOut(url=feed.url, waiting=waiting, given_up=lost)
