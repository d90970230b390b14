"""Supply against demand: sums by product and week for an area, and the notices behind each number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http import pages, workbooks
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Text, _, in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission
from terrace.sourcing.queries import BalanceCell
from terrace.sourcing.views import calls
from terrace.sourcing.views.areas import area_for, crumbs

UNITS = list(Unit)
"""In their order: kilograms and pieces cannot be ranked by one another."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the balance as people read it, with the addresses of the notices behind its two numbers.

    The addresses are empty where no list holds just those notices.

    Spreading a notice over its days makes grams of it; people read whole
    units, and what they read adds up within the cell. Supply and demand of two
    areas leave no gap; where an area's own demand says nothing, it is None too.
    """

    cell: BalanceCell
    supply: Quantity
    demand: Quantity | None
    gap: Quantity | None
    supply_url: str
    demand_url: str

    @property
    def tone(self) -> str:
        """How to colour the cell: a gap, a surplus, or neither. The sign and a word say the same."""
        if self.gap is None or not self.gap.steps:
            return "even"
        return "gap" if self.gap.steps < 0 else "surplus"


@dataclass(frozen=True, slots=True)
class Line:
    """One product's row: the sum over all weeks under None, then each week under the first day that counts.

    `is_short` says that the wider area, whose demand stands here, has less of it than it wants.
    """

    product: Product
    url: str
    is_short: bool
    figures: tuple[tuple[date | None, Figure | None], ...]

    @property
    def unit(self) -> Unit:
        """The unit of all its numbers."""
        return Unit(self.product.unit)


class Behind:
    """Where the notices stand that make up an area's numbers; `wider` is whose demand they hold, if not its own.

    `short` are the products that the wider area has less of than it wants.
    """

    def __init__(self, area: str, wider: str = "", short: Collection[int] = ()) -> None:
        self.area, self.wider, self.short = area, wider, short
        self.today = clock.today()
        self.lists = (reverse("sourcing:supply"), area), (reverse("sourcing:demand"), wider or area)

    def urls(self, product: str, weeks: Sequence[date]) -> tuple[str, str]:
        """Return the lists of supply and of demand that make up a product's numbers in the weeks from the first on."""
        first, last = max(weeks[0], self.today), weeks[-1] + timedelta(days=6)
        open_then = urlencode({"product": product, "status": "open", "first": str(first), "last": str(last)})
        supply, demand = (f"{address}?area={area}&{open_then}" for address, area in self.lists)
        return supply, demand


@needs(Permission.VIEW)
def balance(request: Request, area: str = "") -> HttpResponse:
    """Show what is offered and wanted in an area for the coming weeks, product by product."""
    place = area_for(request.actor, area)
    weeks = queries.coming_weeks(clock.today())
    wanting = queries.demand_area(place.path)
    is_wider, demand_label = wanting.path != place.path, _demand_label(place, wanting)
    cells = queries.balance_against(place.path, wanting.path, weeks, clock.today())
    short = _short(wanting, weeks) if is_wider else ()
    lines = _lines(Behind(place.code, wanting.code if is_wider else "", short), weeks, cells)
    if request.GET.get("export") == "xlsx":
        return workbooks.download("balance", _sheet(lines, demand_label, has_gap=not is_wider))
    context = {
        "title": _("Balance of %(place)s") % {"place": in_language(place.names)},
        "lead": _(
            "What is offered and wanted in the coming weeks. Quantities are spread over the days of each notice."
        ),
        "breadcrumb": crumbs(request.actor, place.path, "sourcing:balance_of"),
        "lines": lines,
        "demand_label": demand_label,
        "wider": wanting if is_wider else None,
        "weeks": [(_first_day(week), week + timedelta(days=6)) for week in weeks],
        "below": [
            (child, reverse("sourcing:balance_of", args=[child.code])) for child in network.children_of(place.code)
        ],
        "calls": calls.of(request.actor, "", queries.matches_under(request.actor, place.path, clock.today(), 5)),
        "all_calls_url": calls.all_url(area=place.code),
        "area": place,
    }
    return pages.render(request, "sourcing/balance.html", context)


@needs(Permission.VIEW)
def product_balance(request: Request, area: str, product: str) -> HttpResponse:
    """Show one product's weeks as a chart, and which of the areas below has it or wants it."""
    place, found, weeks = (
        area_for(request.actor, area),
        catalog.get_product(product),
        queries.coming_weeks(clock.today()),
    )
    wanting = queries.demand_area(place.path)
    is_wider, demand_label = wanting.path != place.path, _demand_label(place, wanting)
    cells = queries.balance_against(place.path, wanting.path, weeks, clock.today())
    children = {child.path: child for child in network.children_of(place.code)}
    where = queries.balance_by_area(place.path, list(children), found.pk, weeks, clock.today())
    context = {
        "title": f"{in_language(found.names)} · {in_language(place.names)}",
        "breadcrumb": [*crumbs(request.actor, place.path, "sourcing:balance_of"), (in_language(found.names), "")],
        "product": found,
        "chart": _chart([c for c in cells if c.product_id == found.pk], weeks, Unit(found.unit), demand_label),
        "demand_label": demand_label,
        "wider": wanting if is_wider else None,
        "whole": _whole(wanting, found, weeks) if is_wider else [],
        "own": [
            (None, _offered(is_wider, _figure(cell, None if children else Behind(place.code), found.code, weeks)))
            for cell in where
            if cell.area_path == place.path
        ],
        "area": place,
        "below": [
            (child, [(None, _offered(is_wider, _figure(cell, Behind(child.code), found.code, weeks)))])
            for cell in where
            if (child := children.get(cell.area_path))
        ],
        "calls": calls.of(
            request.actor,
            "",
            queries.matches_under(request.actor, place.path, clock.today(), 10, product_id=found.pk),
        ),
        "all_calls_url": calls.all_url(area=place.code, product=found.code),
    }
    return pages.render(request, "sourcing/product_balance.html", context)


def _demand_label(place: Area, wanting: Area) -> Text:
    """Say whose demand it is."""
    if wanting.path == place.path:
        return _("Demand")
    return _("Demand in %(place)s") % {"place": in_language(wanting.names)}


def _short(wanting: Area, weeks: Sequence[date]) -> set[int]:
    """Return the products of which an area offers less than it wants."""
    sums = queries.totals(queries.balance(wanting.path, weeks, clock.today()))
    return {product_id for product_id, total in sums.items() if total.gap.steps < 0}


def _whole(wanting: Area, product: Product, weeks: Sequence[date]) -> list[tuple[None, Figure]]:
    """Return what the wider area has and wants of a product: its people below are told of its gap.

    The notices behind it are those of the whole area, which they do not all see; so it leads to no list.
    """
    total = queries.totals(queries.balance(wanting.path, weeks, clock.today())).get(product.pk)
    return [(None, _figure(total, None, product.code, weeks))] if total else []


def _offered(alone: bool, figure: Figure) -> Figure:
    """Return the figure of an area below a centre: what it offers, for what it wants itself says nothing."""
    return replace(figure, demand=None, gap=None) if alone else figure


def _lines(behind: Behind, weeks: Sequence[date], cells: Sequence[BalanceCell]) -> list[Line]:
    """Return a row for each product, by unit, the largest gap first; against wider demand, first what is offered."""
    products = catalog.products_by_id({cell.product_id for cell in cells})
    by_week = {(cell.product_id, cell.week): cell for cell in cells}

    def rank(total: BalanceCell) -> tuple[bool, int, int, str]:
        is_missing = bool(behind.wider) and not total.supply.steps
        return is_missing, UNITS.index(total.gap.unit), total.gap.steps, products[total.product_id].code

    sums = sorted(queries.totals(cells).values(), key=rank)
    return [_line(behind, weeks, products[total.product_id], total, by_week) for total in sums]


def _line(
    behind: Behind,
    weeks: Sequence[date],
    product: Product,
    total: BalanceCell,
    by_week: dict[tuple[int, date | None], BalanceCell],
) -> Line:
    cells = ((week, by_week.get((product.pk, week))) for week in weeks)
    return Line(
        product=product,
        url=reverse("sourcing:product_balance", args=[behind.area, product.code]),
        is_short=product.pk in behind.short,
        figures=(
            (None, _figure(total, behind, product.code, weeks)),
            *(
                (_first_day(week), _figure(cell, behind, product.code, [week]) if cell else None)
                for week, cell in cells
            ),
        ),
    )


def _first_day(week: date) -> date:
    """Return the first day of a week that still counts: the present week begins today."""
    return max(week, clock.today())


def _figure(cell: BalanceCell, behind: Behind | None, product: str, weeks: Sequence[date]) -> Figure:
    supply, demand = cell.supply.rounded(), cell.demand.rounded()
    urls = behind.urls(product, weeks) if behind else ("", "")
    gap = None if behind and behind.wider else (supply - demand).rounded()
    return Figure(cell, supply, demand, gap, *urls)


def _chart(cells: Sequence[BalanceCell], weeks: Sequence[date], unit: Unit, demand_label: Text) -> dict[str, object]:
    by_week = {cell.week: cell for cell in cells}
    nothing = Quantity(0, unit)
    empty = BalanceCell(0, nothing, nothing)
    rows = [(week, by_week.get(week, empty)) for week in weeks]
    return {
        "kind": "bar",
        "title": _("Supply and demand by week"),
        "unit": unit.label,
        "head": _("Week from"),
        "series": [_("Supply"), demand_label],
        "rows": [(_first_day(week), [_point(cell.supply), _point(cell.demand)]) for week, cell in rows],
    }


def _point(quantity: Quantity) -> tuple[Decimal, Quantity]:
    shown = quantity.rounded()
    return shown.amount, shown


def _sheet(lines: Sequence[Line], demand_label: Text, *, has_gap: bool) -> workbooks.Sheet:
    heads = [
        workbooks.Head("product", _("Product")),
        workbooks.Head("unit", _("Unit")),
        workbooks.Head("week", _("Week from")),
        workbooks.Head("supply", _("Supply")),
        workbooks.Head("demand", demand_label),
        *([workbooks.Head("gap", _("Surplus or gap"))] if has_gap else []),
    ]
    rows = (
        [line.product.names, line.unit, day, cell.supply, cell.demand, *([cell.gap] if has_gap else [])]
        for line in lines
        for day, cell in ((day, figure.cell) for day, figure in line.figures if day and figure)
    )
    return workbooks.Sheet("balance", heads, rows)
