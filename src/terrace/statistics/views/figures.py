"""The figures of an area: big numbers, the line of one of them, the areas below, and what sold best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.http import HttpResponse

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import listing
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.kernel.words import _, in_language
from terrace.network.models import Area
from terrace.statistics import queries
from terrace.statistics.domain import FigureKind, Permission, Span, Tally
from terrace.statistics.forms import Chosen, PeriodForm
from terrace.statistics.queries import ProductFigures
from terrace.statistics.views import charts, telling
from terrace.statistics.views.places import figures_url, place_for, steps
from terrace.statistics.views.sources import Behind

MOST_PRODUCTS = 8
BELOW = (FigureKind.SALES, FigureKind.ORDERS, FigureKind.PURCHASES, FigureKind.PREMIUM, FigureKind.INCOME)


@dataclass(frozen=True, slots=True)
class Place:
    """An area below with its figures."""

    area: Area
    name: str
    sums: SimpleNamespace
    """By what a figure is called: the list sorts by its attributes."""

    @classmethod
    def of(cls, area: Area, tally: Tally) -> "Place":
        """Return an area with its figures, noughts where nothing happened."""
        sums = {kind.value: tally.get(kind, 0) for kind in FigureKind}
        return cls(area, in_language(area.names), SimpleNamespace(**sums))

    def told(self, kind: FigureKind) -> Money | int:
        """Return one of its figures."""
        return telling.value(kind, getattr(self.sums, kind.value))


@dataclass(frozen=True, slots=True)
class Best:
    """One of the products that sold best, with the orders behind it."""

    product: Product
    figures: ProductFigures
    url: str


@needs(Permission.VIEW)
def figures(request: Request, area: str = "") -> HttpResponse:
    """Show what an area sold, bought, sent and earned in a period, against before."""
    around, today = place_for(request.actor, area), clock.today()
    place, children = around.area, around.below
    form = PeriodForm(request.GET, today=today)
    chosen = form.chosen()
    kinds = _kinds(chosen)
    kind = next((one for one in kinds if one.value == request.GET.get("figure")), kinds[0])
    period = chosen.period
    compared = [period.so_far(today), period.compared(period.before, today), period.compared(period.year_before, today)]
    measured = queries.measure_all(
        place.path,
        [*compared, period.year_before.days],
        below=compared[0],
        lengths={len(child.path) for child in children},
        most=0 if chosen.product else MOST_PRODUCTS,
        product_id=chosen.product.pk if chosen.product else None,
    )
    sums = telling.Compared(period.span, *(queries.total(measured.by_day, days) for days in compared))
    behind = Behind(request.actor, place, chosen)
    context = {
        "title": in_language(place.names),
        "lead": _lead(chosen, today),
        "breadcrumb": steps(request.actor, around.above, chosen.query()),
        "form": form,
        "spans": _spans(place, chosen),
        "previous_url": figures_url(place.code, chosen.query(period.before)),
        "next_url": figures_url(place.code, chosen.query(period.after)) if period.days.last < today else "",
        "period": telling.name_of(period),
        "figures": [sums.figure(one, behind.url(one)) for one in kinds],
        "meanings": [(one.label, one.meaning) for one in kinds],
        "lines": _lines(place, chosen, kinds, kind),
        "chart": charts.chart(period, kind, measured.by_day, today) if period.span is not Span.DAY else None,
        "best": _best(place, chosen, measured.best, form.products),
        "has_below": True,
    }
    below = _below(children, measured.below)
    table = _table(request, chosen, kinds)
    return listing.answer_computed(request, "statistics/figures.html", table, below, FilterForm(request.GET), context)


def _kinds(chosen: Chosen) -> list[FigureKind]:
    """Return the figures that there are of a choice: of a product, only those that can be told of one."""
    return [kind for kind in FigureKind if kind.is_of_product or not chosen.product]


def _lead(chosen: Chosen, today: date) -> str:
    told = [telling.name_of(chosen.period)]
    if chosen.product:
        told.append(in_language(chosen.product.names))
    if chosen.period.is_open(today):
        told.append(str(_("so far, against as many days before")))
    return " · ".join(told)


def _spans(place: Area, chosen: Chosen) -> list[dict[str, Any]]:
    """Return the tabs that choose how long the period is; a season is one of a product."""
    on = min(chosen.period.days.last, clock.today())
    offered = [span for span in Span if span is not Span.SEASON or _has_season(chosen)]
    return [
        {
            "label": span.label,
            "url": figures_url(place.code, chosen.query_of(span, on)),
            "active": span is chosen.period.span,
        }
        for span in offered
    ]


def _has_season(chosen: Chosen) -> bool:
    return chosen.product is not None and not chosen.product.season.is_all_year


def _lines(place: Area, chosen: Chosen, kinds: Sequence[FigureKind], drawn: FigureKind) -> list[dict[str, Any]]:
    """Return the tabs that choose which figure is drawn."""
    return [
        {
            "label": kind.label,
            "url": f"{figures_url(place.code, chosen.query())}&figure={kind.value}#line",
            "active": kind is drawn,
        }
        for kind in kinds
    ]


def _best(place: Area, chosen: Chosen, found: Sequence[ProductFigures], traded: Mapping[str, Product]) -> list[Best]:
    """Return what sold best; only products that are no longer traded have to be looked up."""
    products = {product.pk: product for product in traded.values()}
    if retired := {one.product_id for one in found} - products.keys():
        products |= catalog.products_by_id(retired)
    return [_of_product(place, chosen, products[one.product_id], one) for one in found]


def _of_product(place: Area, chosen: Chosen, product: Product, found: ProductFigures) -> Best:
    return Best(product, found, figures_url(place.code, Chosen(chosen.period, product).query()))


def _below(children: Sequence[Area], found: Mapping[str, Tally]) -> list[Place]:
    """Return every area below with its figures; those where nothing happened have noughts."""
    places = [Place.of(child, found.get(child.path, {})) for child in children]
    return sorted(places, key=lambda one: (-one.sums.sales, one.area.code))


def _table(request: Request, chosen: Chosen, kinds: Sequence[FigureKind]) -> Table[Place, Place]:
    def figure(kind: FigureKind) -> Column[Place]:
        return Column(
            kind.value,
            kind.label,
            partial(_told, kind),
            Kind.MONEY if kind.is_money else Kind.NUMBER,
            sort=f"sums__{kind.value}",
            url=lambda one: Behind(request.actor, one.area, chosen).url(kind),
            sheet_only=kind not in BELOW,
        )

    return Table(
        name="figures",
        columns=(
            Column("code", _("Code"), lambda one: one.area.code, Kind.CODE, sheet_only=True),
            Column("area", _("Area"), lambda one: one.area.names, Kind.NAMES, sort="name"),
            *(figure(kind) for kind in kinds),
        ),
        present=list,
        order=(),
        empty=Empty(_("No areas below"), _("What is told here is of this place alone.")),
        url=lambda one: figures_url(one.area.code, chosen.query()),
    )


def _told(kind: FigureKind, one: Place) -> Money | int:
    return one.told(kind)
