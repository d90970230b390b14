"""The reviews of goods, page by page: on the market for everybody, and at work with what can be done about each."""

from dataclasses import replace

from django.db.models import QuerySet

from terrace.http import listing
from terrace.http.listing import Column, Empty, Listing, Table
from terrace.http.pager import PageLinks
from terrace.http.request import Request
from terrace.kernel.words import _
from terrace.market.forms.sales import NoFilter
from terrace.market.models import Review

AT = "#reviews"
REVIEWS: Table[Review, Review] = Table(
    name="reviews",
    columns=(Column("review", _("Review"), lambda review: review),),
    present=lambda found: found,
    order=("-id",),
    empty=Empty(_("No reviews yet")),
    has_sheet=False,
)


def review_list(request: Request, rows: QuerySet[Review]) -> Listing:
    """Return the page of reviews that the request asks for; its links lead to where the reviews begin on the page."""
    found = listing.build(request, REVIEWS, rows, NoFilter(request.GET))
    return replace(found, page=_anchored(found.page))


def _anchored(page: PageLinks) -> PageLinks:
    return replace(
        page,
        previous_url=page.previous_url and page.previous_url + AT,
        next_url=page.next_url and page.next_url + AT,
        window=[(number, url + AT) for number, url in page.window],
    )
