"""The public market: what everybody can buy today."""

from collections.abc import Sequence

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_safe

from terrace.http import listing, pages
from terrace.http.access import public
from terrace.http.listing import Column, Empty, Table
from terrace.http.request import Request
from terrace.http.sorting import ordering
from terrace.kernel.words import Text, _
from terrace.market import queries
from terrace.market.forms.shelf import ShelfFilter
from terrace.market.models import Offer
from terrace.market.views.tiles import Tile, tiles

SORTS: Sequence[tuple[str, Text]] = (
    ("-new", _("Newest")),
    ("price", _("Price")),
    ("unit_price", _("Price per kg")),
    ("-rating", _("Rating")),
)
EMPTY = Empty(
    _("Nothing on the shelf fits this"),
    _("Try another word, or take a filter away. What is picked next week is offered here next week."),
)
SHELF: Table[Offer, Tile] = Table(
    name="market",
    columns=(Column("offer", _("Offer"), lambda tile: tile),),
    present=tiles,
    order=("-id",),
    empty=EMPTY,
    most_counted=1_000,
)


@require_safe
@public
def market(request: Request) -> HttpResponse:
    """Show what everybody can buy today, as tiles with picture and price."""
    form = ShelfFilter(request.GET)
    wanted = _wanted(request.GET)
    sort = queries.PUBLIC_SORTS[wanted.removeprefix("-")]
    ordered = form.narrow().order_by(*ordering(sort, Offer, wanted.startswith("-")), *SHELF.order)
    context = {
        "title": _("Market"),
        "listing": listing.build(request, SHELF, ordered, form),
        "text": form.given().get("text", ""),
        "kept": [(name, value) for name, value in request.GET.items() if name not in ("text", "page")],
        "sorts": [_sort(request.GET, name, label, is_active=name == wanted) for name, label in SORTS],
    }
    return pages.render(request, "market/market.html", context, fragment="list")


def _wanted(query: QueryDict) -> str:
    """Return the order that was asked for, else the usual one, the first of them."""
    return next((name for name, _label in SORTS if name == query.get("sort")), SORTS[0][0])


def _sort(query: QueryDict, name: str, label: Text, *, is_active: bool) -> dict[str, object]:
    changed = query.copy()
    changed.pop("page", None)
    changed["sort"] = name
    return {"label": label, "url": f"?{changed.urlencode()}", "active": is_active, "count": None}
