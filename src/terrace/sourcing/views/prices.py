"""Reference prices: the list, entering and importing them, and a product's line beside last year's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product, Variety
from terrace.http import listing, pages, sheets, workbooks, written
from terrace.http.access import needs
from terrace.http.confirming import Question, confirm
from terrace.http.forms import FilterForm, currency_sign
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.http.sheets import SheetPage
from terrace.http.workbooks import GivenRow
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Names, Text, _, in_language, plural
from terrace.network import queries as network
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.forms.prices import PriceFileForm, PriceFilter, PriceForm
from terrace.sourcing.models import ReferencePrice
from terrace.sourcing.queries import PRICE_SORTS
from terrace.sourcing.services.price_rows import SHEET
from terrace.sourcing.views.areas import area_choices


@dataclass(frozen=True, slots=True)
class Card:
    """A reference price with the names that belong to it."""

    price: ReferencePrice
    product: Product
    variety: Variety | None
    market: Names


@needs(Permission.VIEW, or_party=True)
def prices(request: Request) -> HttpResponse:
    """List reference prices, the youngest first."""
    may_enter = request.actor.holds(Permission.PRICES)
    form = PriceFilter(request.GET)
    context = {
        "title": _("Reference prices"),
        "lead": _("Market prices by product and day. Open one for its line beside last year's."),
        "primary": {"url": reverse("sourcing:price_new"), "label": _("Enter a price"), "icon": "plus"}
        if may_enter
        else None,
        "actions": [{"url": reverse("sourcing:price_import"), "label": _("Import"), "icon": "upload"}]
        if may_enter
        else [],
    }
    rows = form.narrow(queries.prices_visible_to(request.actor))
    return listing.answer(request, "pages/list.html", _table(may_enter), rows, form, context)


@needs(Permission.VIEW, or_party=True)
def line(request: Request, product: str) -> HttpResponse:
    """Draw a product's weekly price beside last year's."""
    found, home = catalog.get_product(product), queries.home_market(request.actor)
    may_enter = request.actor.holds(Permission.PRICES)
    quoted = queries.varieties_quoted(found.pk)
    varieties = sorted(catalog.varieties_by_id(pk for pk in quoted if pk).values(), key=lambda variety: variety.code)
    variety = _chosen(varieties, request.GET.get("variety", ""), None in quoted)
    chosen = variety.pk if variety else None
    latest = queries.latest_price(found.pk, home, chosen)
    # The line is of the markets that the latest price comes from: the reader's own, else the one that stands in.
    markets = home if latest is None or latest.area_path.startswith(home) else latest.area_path
    context = {
        "title": in_language(found.names),
        "primary": _entering(found) if may_enter and latest else None,
        "unit": Unit(found.unit).one,
        "breadcrumb": [(_("Reference prices"), reverse("sourcing:prices")), (in_language(found.names), "")],
        "tabs": _tabs(found, varieties, variety, None in quoted),
        "tabs_label": _("Variety"),
        "latest": latest,
        "market": network.names_of([latest.area_id]).get(latest.area_id) if latest else None,
        "place": _place(markets),
        "chart": _chart(queries.price_line(found.pk, markets, clock.today(), variety_id=chosen), Unit(found.unit)),
    }
    # A sheet holds the figures, and no way to take them back.
    table = _entered(request.actor if may_enter and "export" not in request.GET else None, _begin(found, may_enter))
    rows = queries.prices_of_line(found.pk, markets, chosen)
    return listing.answer(request, "sourcing/price_line.html", table, rows, FilterForm(request.GET), context)


@needs(Permission.PRICES)
def withdraw(request: Request, product: str, price_id: int) -> HttpResponse:
    """Ask once, then take back a price that was entered by mistake."""
    price = queries.get_price(price_id)
    card = _cards([price])[0]
    if card.product.code != product:
        raise NotFound
    request.actor.require(Permission.PRICES, price.area_path)
    told = {
        "goods": queries.goods_of([price])[0].title,
        "price": written.price(price.price, Unit(card.product.unit).one),
        "day": written.localdate(price.on),
        "market": in_language(card.market),
    }
    question = Question(
        title=_("Withdraw this price?"),
        text=_("%(goods)s: %(price)s, %(day)s, %(market)s. It was entered by mistake, and counts no longer.") % told,
        submit_label=_("Withdraw"),
        cancel_url=_line_url(product, card.variety.code if card.variety else ""),
    )
    act = partial(services.withdraw_reference_price, by=request.actor, price=price)
    return confirm(request, question, act, then=reverse("sourcing:price_line", args=[product]))


def _chosen(varieties: Sequence[Variety], wanted: str, has_plain: bool) -> Variety | None:
    """Return the variety whose line is asked for; without a wish the product's own prices go first."""
    if not wanted:
        return None if has_plain or not varieties else varieties[0]
    found = next((variety for variety in varieties if variety.code == wanted), None)
    if found is None:
        raise NotFound
    return found


def _tabs(
    product: Product, varieties: Sequence[Variety], chosen: Variety | None, has_plain: bool
) -> list[dict[str, object]]:
    """Offer the lines that there are, when there is more than one."""
    url = reverse("sourcing:price_line", args=[product.code])
    plain = [{"label": _("No variety named"), "url": url, "active": chosen is None}] if has_plain else []
    named = [
        {"label": in_language(variety.names), "url": f"{url}?variety={variety.code}", "active": variety == chosen}
        for variety in varieties
    ]
    tabs = [*plain, *named]
    return tabs if len(tabs) > 1 else []


def _place(path: str) -> Names:
    above = network.ancestors(path or network.root_path())
    return above[-1].names if above else {}


@needs(Permission.PRICES)
def enter(request: Request) -> HttpResponse:
    """Enter the market price of a day."""
    initial = {"on": clock.today(), "product": request.GET.get("product", "")}
    form = PriceForm(pages.sent(request), initial=initial, areas=area_choices(request.actor, Permission.PRICES))
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.given()
            services.set_reference_price(by=request.actor, given=given)
            return redirect(_line_url(given.product, given.variety))
    context = {
        "title": _("Enter a price"),
        "lead": _("A second price for the same product, day and market replaces the first."),
        "form": form,
        "cancel_url": reverse("sourcing:prices"),
    }
    return pages.render(request, "pages/form.html", context, status=pages.form_status(request))


@needs(Permission.PRICES)
def import_file(request: Request) -> HttpResponse:
    """Take a sheet of prices, all rows or none, and say of each bad row what is wrong with it."""

    def take(rows: Sequence[GivenRow]) -> Text:
        count = services.import_reference_prices(by=request.actor, rows=rows)
        return plural("%(count)d price was imported.", "%(count)d prices were imported.", count) % {"count": count}

    page = SheetPage(
        title=_("Import reference prices"),
        lead=_("A sheet with the columns of the pattern. All rows are taken, or none."),
        submit_label=_("Import"),
        back_url=reverse("sourcing:prices"),
        pattern_url=reverse("sourcing:price_pattern"),
    )
    return sheets.take(request, page, PriceFileForm(pages.sent(request), request.FILES or None), take)


@needs(Permission.PRICES)
def pattern(request: Request) -> HttpResponse:
    """Send an empty sheet with the right columns."""
    return workbooks.download("reference-prices", workbooks.Sheet("prices", SHEET, []))


QUOTED: tuple[Column[Card], ...] = (
    Column("on", _("Day"), lambda card: card.price.on, Kind.DATE, sort=PRICE_SORTS["on"]),
    Column(
        "price",
        _("Price"),
        lambda card: card.price.price,
        Kind.MONEY,
        sort=PRICE_SORTS["price"],
        per=lambda card: Unit(card.product.unit).one,
    ),
    Column("market", _("Market"), lambda card: card.market, Kind.NAMES, sort=PRICE_SORTS["market"]),
    Column("source", _("Source"), lambda card: card.price.source, sort=PRICE_SORTS["source"]),
)
"""What every list of prices shows of one: day, price, market and source."""


def _table(may_enter: bool) -> Table[ReferencePrice, Card]:
    return Table(
        name="reference-prices",
        columns=(
            Column("product", _("Product"), lambda card: card.product.names, Kind.NAMES, sort=PRICE_SORTS["product"]),
            Column(
                "variety",
                _("Variety"),
                lambda card: card.variety and card.variety.names,
                Kind.NAMES,
                sort=PRICE_SORTS["variety"],
            ),
            *QUOTED,
            *_codes(),
        ),
        present=_cards,
        order=("-on", "-id"),
        empty=Empty(
            _("No prices yet"),
            _("The market price of a product on a day, so that everybody bargains from the same figure."),
            reverse("sourcing:price_new") if may_enter else "",
            _("Enter a price") if may_enter else "",
        ),
        url=lambda card: _line_url(card.product.code, card.variety.code if card.variety else ""),
    )


def _entering(product: Product) -> dict[str, object]:
    url = f"{reverse('sourcing:price_new')}?{urlencode({'product': product.code})}"
    return {"url": url, "label": _("Enter a price"), "icon": "plus"}


def _begin(product: Product, may_enter: bool) -> Empty:
    text = _("The price of each week stands here beside last year's as soon as one is entered.")
    begin = _entering(product) if may_enter else {"url": "", "label": ""}
    return Empty(_("No prices yet"), text, str(begin["url"]), str(begin["label"]))


def _entered(withdrawer: Actor | None, empty: Empty) -> Table[ReferencePrice, Card]:
    """The prices of a line, each with the way to take it back for who may."""

    def url(card: Card) -> str:
        may = withdrawer is not None and withdrawer.may(Permission.PRICES, card.price.area_path)
        return reverse("sourcing:price_withdraw", args=[card.product.code, card.price.pk]) if may else ""

    way_back: Column[Card] = Column("withdraw", _("Mistake?"), lambda card: _("Withdraw") if url(card) else "", url=url)
    return Table(
        name="price-line",
        columns=(
            *QUOTED,
            *([way_back] if withdrawer else []),
        ),
        present=_cards,
        order=("-on", "-id"),
        empty=empty,
    )


def _line_url(product: str, variety: str) -> str:
    url = reverse("sourcing:price_line", args=[product])
    return f"{url}?variety={variety}" if variety else url


def _codes() -> list[Column[Card]]:
    """What only the sheet has, headed as `SHEET` says, so that an exported file can be imported as it is."""
    labels = {head.name: head.label for head in SHEET}
    return [
        Column("product_code", labels["product"], lambda card: card.product.code, sheet_only=True),
        Column(
            "variety_code", labels["variety"], lambda card: card.variety.code if card.variety else "", sheet_only=True
        ),
        Column("area_code", labels["area"], lambda card: card.price.area_id, sheet_only=True),
    ]


def _cards(rows: Sequence[ReferencePrice]) -> list[Card]:
    markets = network.names_of({row.area_id for row in rows})
    return [
        Card(row, goods.product, goods.variety, markets.get(row.area_id, {}))
        for row, goods in zip(rows, queries.goods_of(rows), strict=True)
    ]


def _chart(weeks: Sequence[queries.PriceLine], unit: Unit) -> dict[str, object]:
    def point(price: Money | None) -> tuple[object, object]:
        return (None, None) if price is None else (price.amount, price)

    rows: list[tuple[date, list[tuple[object, object]]]] = [
        (week.week, [point(week.price), point(week.year_before)]) for week in weeks
    ]
    return {
        "kind": "line",
        "title": _("Weekly price, this year and last"),
        "unit": f"{currency_sign()} / {unit.one}",
        "head": _("Week from"),
        "series": [_("This year"), _("A year before")],
        "rows": rows,
    }
