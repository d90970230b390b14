"""What a carrier is told of its parcels: as a file of some days or since the last one, and by its webhook."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from terrace.http import pages, workbooks, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Head as Column
from terrace.http.small_tables import Small, plain
from terrace.http.text_tables import CSV, write_text
from terrace.http.workbooks import Head, Sheet
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden
from terrace.kernel.words import _
from terrace.logistics import queries, services
from terrace.logistics.domain import ParcelStatus, Permission
from terrace.logistics.forms.news import NewsFileForm, WebhookForm
from terrace.logistics.models import Carrier, Feed, Scan
from terrace.logistics.queries.news import Told
from terrace.logistics.views.agreements import name_of, way_to

SHOWN = 20
HEADS = (
    Head("waybill", _("Waybill")),
    Head("number", _("Number")),
    Head("status", _("State")),
    Head("at", _("When")),
    Head("place", _("Where")),
    Head("exception", _("Exception")),
)


@needs(Permission.DISPATCH, or_party=True)
def news(request: Request, number: str) -> HttpResponse:
    """Show how a carrier hears of its parcels, what waits, and what was given up."""
    shared = _carrier(request, number)
    feed = queries.feed_of(shared)
    lost = list(queries.given_up_news(feed)[:SHOWN])
    is_own = request.actor.speaks_for(shared.party_id)
    context = {
        "title": _("News of parcels"),
        "lead": name_of(shared),
        "breadcrumb": way_to(shared),
        "primary": {"url": _at("webhook", number), "label": _("Name its server"), "icon": "upload"},
        "facts": _facts(feed, is_own=is_own),
        "days": NewsFileForm(request.GET),
        "file_url": _at("news_file", number),
        "since_url": _at("news_since", number),
        "waiting": queries.scans_for(shared).filter(pk__gt=feed.told_id).count(),
        "lost": _lost_table(lost) if lost else None,
        "again_url": _at("news_again", number),
    }
    return pages.render(request, "logistics/news.html", context)


@needs(Permission.DISPATCH, or_party=True)
def news_file(request: Request, number: str) -> HttpResponse:
    """Send what happened to a carrier's parcels in some days as a file: today, unless days are named."""
    shared = _carrier(request, number)
    form = NewsFileForm(request.GET)
    given = form.given()
    first = given.get("first") or clock.today()
    last = given.get("last") or max(first, clock.today())
    begins, ends = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
    rows = queries.scans_for(shared).filter(created_at__gte=begins, created_at__lt=ends)
    return _file(f"{shared.number}-{first}-{last}", queries.told_of(rows), as_text=given.get("form") == "csv")


@require_POST
@needs(Permission.DISPATCH, or_party=True)
def news_since(request: Request, number: str) -> HttpResponse:
    """Send what happened since the last such file, and remember how far this one goes."""
    shared = _carrier(request, number)
    feed = queries.feed_of(shared)
    told = list(queries.told_of(_after(shared, feed)))
    if told:
        services.note_told(by=request.actor, carrier=shared, scan_id=told[-1].scan_id)
    return _file(f"{shared.number}-{feed.told_id}", told, as_text=request.POST.get("form") == "csv")


@needs(Permission.DISPATCH, or_party=True)
def webhook(request: Request, number: str) -> HttpResponse:
    """Say where a carrier's news is posted."""
    shared = _carrier(request, number)
    feed = queries.feed_of(shared)
    form = WebhookForm(pages.sent(request), initial={"url": feed.url})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            services.set_webhook(by=request.actor, carrier=shared, url=form.values["url"], renew=form.values["renew"])
            return redirect("logistics:news_of", number)
    context = {
        "title": _("Where is news posted?"),
        "lead": _("Each scan of a parcel is posted as JSON, signed with the secret that the page of news shows."),
        "breadcrumb": way_to(shared),
        "form": form,
        "cancel_url": _at("news_of", number),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@require_POST
@needs(Permission.DISPATCH, or_party=True)
def again(request: Request, number: str) -> HttpResponse:
    """Try what was given up once more."""
    services.send_again(by=request.actor, carrier=_carrier(request, number))
    return redirect("logistics:news_of", number)


def _carrier(request: Request, number: str) -> Carrier:
    """Return the carrier whose news the reader may have: its own, or that of a centre where it plans tours."""
    shared = queries.get_carrier(request.actor, number)
    actor = request.actor
    if not actor.speaks_for(shared.party_id) and not actor.may(Permission.DISPATCH, shared.area_path):
        raise Forbidden(permission=Permission.DISPATCH.value)
    return shared


def _at(name: str, number: str) -> str:
    return reverse(f"logistics:{name}", args=[number])


def _after(shared: Carrier, feed: Feed) -> QuerySet[Scan]:
    return queries.scans_for(shared).filter(pk__gt=feed.told_id)


def _facts(feed: Feed, *, is_own: bool) -> list[tuple[Any, str, Any]]:
    facts: list[tuple[Any, str, Any]] = [(_("Posted to"), "text", feed.url or _("nowhere"))]
    if feed.url and is_own:
        facts.append((_("Secret"), "code", services.secret_of(feed)))
    if feed.pk:
        facts.append((_("Waits to be sent"), "text", str(queries.waiting_news(feed).count())))
    return facts


def _lost_table(lost: Iterable[Any]) -> Small:
    heads = [Column(_("Waybill")), Column(_("State")), Column(_("When")), Column(_("Why"))]
    rows = [
        plain(
            row.parcel.waybill or row.parcel.number,
            ParcelStatus(row.scan.status).label,
            written.localdate(row.scan.at),
            row.problem,
        )
        for row in lost
    ]
    return Small(_("Given up"), heads, rows)


def _file(name: str, told: Iterable[Told], *, as_text: bool) -> HttpResponse:
    rows = (
        (
            row.waybill,
            row.number,
            ParcelStatus(row.status).label,
            row.at,
            row.place,
            ParcelStatus(row.exception).label if row.exception else "",
        )
        for row in told
    )
    if not as_text:
        return workbooks.download(name, Sheet(str(_("News of parcels")), HEADS, rows))
    texts = ((*row[:3], row[3].isoformat(), *row[4:]) for row in rows)
    response = HttpResponse(write_text(HEADS, texts), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
