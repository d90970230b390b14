"""A person's notices."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from terrace.http import listing
from terrace.http.access import signed_in
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel.words import _
from terrace.messaging import queries, services
from terrace.messaging.domain import Topic
from terrace.messaging.forms import NoticeFilter
from terrace.messaging.models import Notice


def _as_they_are(notices: Sequence[Notice]) -> Sequence[Notice]:
    return notices


TABLE: Table[Notice, Notice] = Table(
    name="notices",
    columns=(
        Column("title", _("Notice"), lambda n: n.title),
        Column("text", _("What it says"), lambda n: n.text, Kind.PROSE),
        Column("topic", _("About"), lambda n: Topic(n.topic).label),
        Column("at", _("When"), lambda n: n.created_at, Kind.DATETIME, sort="created_at"),
        Column(
            "state",
            _("State"),
            lambda n: _("Read") if n.read_at else _("New"),
            Kind.BADGE,
            sort="read_at",
            tone=lambda n: "neutral" if n.read_at else "info",
        ),
    ),
    present=_as_they_are,
    order=("-id",),
    empty=Empty(
        _("No notices yet"),
        _("Here you will see what others tell you: advice, and news of your account and of tasks that you started."),
    ),
    url=lambda n: reverse("messaging:open", args=[n.pk]),
)


@require_safe
@signed_in
def notices(request: Request) -> HttpResponse:
    """List one's own notices, newest first."""
    form = NoticeFilter(request.GET)
    rows = _narrowed(queries.visible_to(request.actor), form)
    context = {"unread": queries.count_unread(request.actor.person_id) if request.actor.person_id else 0}
    return listing.answer(request, "messaging/notices.html", TABLE, rows, form, context)


@signed_in
def open_notice(request: Request, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go where it leads, or back to the list when it leads nowhere."""
    notice = services.mark_read(by=request.actor, notice_id=notice_id)
    # The address was checked as it was written; checked again, because a row may be older than the rule.
    is_local = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if is_local else reverse("messaging:notices"))


@require_POST
@signed_in
def read_all(request: Request) -> HttpResponse:
    """Mark all of one's notices as read."""
    services.mark_all_read(by=request.actor)
    return redirect("messaging:notices")


def _narrowed(rows: QuerySet[Notice], form: NoticeFilter) -> QuerySet[Notice]:
    given = form.given()
    if topic := given.get("topic"):
        rows = rows.filter(topic=topic)
    return rows.filter(read_at__isnull=True) if given.get("unread") else rows
