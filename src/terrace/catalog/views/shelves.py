"""The catalogue as a page of pictures or as a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Expression, When
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from terrace.catalog import queries
from terrace.catalog.domain import Category, Storage
from terrace.catalog.forms import ProductFilter
from terrace.catalog.models import Product
from terrace.catalog.queries import season_text
from terrace.http import listing
from terrace.http.access import signed_in
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.db import in_order_of
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _


@dataclass(frozen=True, slots=True)
class Entry:
    """A product with the number of its varieties, and whether it is in season today."""

    product: Product
    varieties: int
    is_in_season: bool


def _entries(products: Sequence[Product]) -> list[Entry]:
    month = clock.today().month
    counts = queries.count_varieties(product.pk for product in products)
    return [Entry(product, counts.get(product.pk, 0), month in product.season.months) for product in products]


def _state(entry: Entry) -> Text:
    if not entry.product.is_active:
        return _("retired")
    return _("in season") if entry.is_in_season else ""


def _by_name() -> list[Expression]:
    """Return what sorts products by their name in the reader's language."""
    return [in_order_of("pk", queries.product_ids_by_name())]


def _by_state() -> list[Expression]:
    """Return what sorts products as `_state` names them: in season, out of it, retired."""
    in_season = queries.in_season_in(clock.today().month)
    return [Case(When(is_active=False, then=2), When(in_season, then=0), default=1)]


NAME: Column[Entry] = Column("name", _("Product"), lambda entry: entry.product.names, Kind.NAMES, sort=_by_name)
PICTURE: Column[Entry] = Column("picture", _("Picture"), lambda entry: static(entry.product.picture), Kind.IMAGE)
STATE: Column[Entry] = Column(
    "state",
    _("State"),
    _state,
    Kind.BADGE,
    sort=_by_state,
    tone=lambda entry: "good" if entry.product.is_active else "neutral",
)
EMPTY = Empty(
    _("No products yet"),
    _("What the region grows and makes appears here, with its varieties, packs and seasons."),
    illustration="no-results",
)


def _table(*columns: Column[Entry]) -> Table[Product, Entry]:
    return Table(
        name="products",
        columns=columns,
        present=_entries,
        order=("code",),
        sorted_by="name",
        empty=EMPTY,
        url=lambda entry: reverse("catalog:product", args=[entry.product.code]),
    )


TILES = _table(NAME, PICTURE, STATE)
LIST = _table(
    NAME,
    PICTURE,
    Column("category", _("Category"), lambda entry: Category(entry.product.category).label, sort="category"),
    Column("season", _("Season"), lambda entry: season_text(entry.product.season), sort="season_from"),
    Column("varieties", _("Varieties"), lambda entry: entry.varieties, Kind.NUMBER),
    Column("unit", _("Unit of trade"), lambda entry: Unit(entry.product.unit).label, sort="unit"),
    Column("storage", _("Storage"), lambda entry: Storage(entry.product.storage).label, sort="storage"),
    Column("keeps_days", _("Keeps for"), lambda entry: entry.product.keeps_days, Kind.NUMBER, "keeps_days", _("days")),
    Column("hs_code", _("HS code"), lambda entry: entry.product.hs_code, sort="hs_code"),
    Column("code", _("Code"), lambda entry: entry.product.code, Kind.CODE, sort="code"),
    STATE,
)


@require_safe
@signed_in
def products(request: Request) -> HttpResponse:
    """Show what the region grows and makes, as pictures or as a list."""
    form = ProductFilter(request.GET)
    shows_list = request.GET.get("view") == "list"
    table = LIST if shows_list or "export" in request.GET else TILES
    primary = {"url": reverse("catalog:product_new"), "label": _("Add a product"), "icon": "plus"}
    context = {
        "title": _("Catalogue"),
        "lead": _("What the region grows and makes."),
        "primary": primary if queries.may_manage(request.actor) else None,
        "tabs": [_tab(request, _("Pictures"), "", not shows_list), _tab(request, _("List"), "list", shows_list)],
        "tabs_label": _("How to show it"),
        "shows_list": shows_list,
    }
    rows = form.narrow(queries.visible_to(request.actor))
    return listing.answer(request, "catalog/products.html", table, rows, form, context)


def _tab(request: Request, label: Text, view: str, is_active: bool) -> dict[str, object]:
    query = request.GET.copy()
    for name in ("view", "page", "sort"):
        query.pop(name, None)
    if view:
        query["view"] = view
    return {"label": label, "url": f"{request.path}?{query.urlencode()}", "active": is_active, "count": None}
