"""Supply against demand: sums by product and week for an area, and the notices behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _, in_language
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission
from terrace.sourcing.queries import BalanceCell
from terrace.sourcing.views import calls


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the balance with the addresses of the notices behind its two numbers.

    The addresses are empty where no list holds just those notices.

    Spreading a notice over its days makes grams of it; people read whole
    units, and what they read adds up within the cell.
    """

    cell: BalanceCell
    supply_url: str
    demand_url: str

    @property
    def supply(self) -> Quantity:
        """What is offered, as people read it."""
        return self.cell.supply.rounded()

    @property
    def demand(self) -> Quantity:
        """What is wanted, as people read it."""
        return self.cell.demand.rounded()

    @property
    def gap(self) -> Quantity:
        """Supply less demand, as people read it."""
        return (self.supply - self.demand).rounded()

    @property
    def tone(self) -> str:
        """How to colour the cell: a gap, a surplus, or neither. The sign and a word say the same."""
        return "gap" if self.gap.steps < 0 else "surplus" if self.gap.steps > 0 else "even"


@dataclass(frozen=True, slots=True)
class Line:
    """One product's row: its weeks, and its sum over all of them."""

    product: Product
    url: str
    total: Figure
    weeks: tuple[tuple[date, Figure | None], ...]

    @property
    def unit(self) -> Unit:
        """The unit of all its numbers."""
        return Unit(self.product.unit)


@needs(Permission.VIEW)
def balance(request: Request, area: str = "") -> HttpResponse:
    """Show what is offered and wanted in an area for the coming weeks, product by product."""
    place = area_for(request.actor, area)
    weeks = queries.coming_weeks(clock.today())
    lines = _lines(place, weeks, queries.balance(place.path, weeks, clock.today()))
    if request.GET.get("export") == "xlsx":
        return workbooks.download("balance", _sheet(lines))
    context = {
        "title": _("Balance of %(place)s") % {"place": in_language(place.names)},
        "lead": _(
            "What is offered and wanted in the coming weeks. Quantities are spread over the days of each notice."
        ),
        "breadcrumb": crumbs(request.actor, place.path, "sourcing:balance_of"),
        "lines": lines,
        "weeks": [(week, week + timedelta(days=6)) for week in weeks],
        "below": [
            (child, reverse("sourcing:balance_of", args=[child.code])) for child in network.children_of(place.code)
        ],
        "calls": calls.of(request.actor, "", queries.matches_under(request.actor, place.path, clock.today(), 5)),
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
    cells = [cell for cell in queries.balance(place.path, weeks, clock.today()) if cell.product_id == found.pk]
    children = {child.path: child for child in network.children_of(place.code)}
    where = queries.balance_by_area(place.path, list(children), found.pk, weeks, clock.today())
    context = {
        "title": f"{in_language(found.names)} · {in_language(place.names)}",
        "breadcrumb": [*crumbs(request.actor, place.path, "sourcing:balance_of"), (in_language(found.names), "")],
        "product": found,
        "chart": _chart(cells, weeks, Unit(found.unit)),
        "own": next(
            (
                _figure(cell, "" if children else place.code, found, weeks)
                for cell in where
                if cell.area_path == place.path
            ),
            None,
        ),
        "area": place,
        "below": [
            (children[cell.area_path], _figure(cell, children[cell.area_path].code, found, weeks))
            for cell in where
            if cell.area_path in children
        ],
        "calls": calls.of(
            request.actor,
            "",
            queries.matches_under(request.actor, place.path, clock.today(), 10, product_id=found.pk),
        ),
    }
    return pages.render(request, "sourcing/product_balance.html", context)


def area_for(actor: Actor, code: str) -> Area:
    """Return the area `code`, or the actor's widest own one; raise `Forbidden` outside the actor's areas."""
    place = network.get_area(code) if code else network.home_area(actor)
    if not actor.may(Permission.VIEW, place.path):
        raise Forbidden
    return place


def crumbs(actor: Actor, path: str, route: str) -> list[tuple[str, str]]:
    """Return the steps from the installation's top to the area at `path`; where the actor may not go has no address."""
    return [
        (in_language(area.names), reverse(route, args=[area.code]) if actor.may(Permission.VIEW, area.path) else "")
        for area in network.ancestors(path)
    ]


def _lines(place: Area, weeks: Sequence[date], cells: Sequence[BalanceCell]) -> list[Line]:
    products = catalog.products_by_id({cell.product_id for cell in cells})
    sums = queries.totals(cells)
    by_week = {(cell.product_id, cell.week): cell for cell in cells}
    found = [_line(place, weeks, products[pk], sums[pk], by_week) for pk in sums]
    return sorted(found, key=lambda line: (line.total.cell.gap.steps, line.product.code))


def _line(
    place: Area,
    weeks: Sequence[date],
    product: Product,
    total: BalanceCell,
    by_week: dict[tuple[int, date | None], BalanceCell],
) -> Line:
    cells = ((week, by_week.get((product.pk, week))) for week in weeks)
    return Line(
        product=product,
        url=reverse("sourcing:product_balance", args=[place.code, product.code]),
        total=_figure(total, place.code, product, weeks),
        weeks=tuple((week, _figure(cell, place.code, product, [week]) if cell else None) for week, cell in cells),
    )


def _figure(cell: BalanceCell, area: str, product: Product, weeks: Sequence[date]) -> Figure:
    if not area:
        return Figure(cell, "", "")
    behind = urlencode(
        {
            "product": product.code,
            "status": "open",
            "area": area,
            "first": max(weeks[0], clock.today()).isoformat(),
            "last": (weeks[-1] + timedelta(days=6)).isoformat(),
        }
    )
    return Figure(cell, f"{reverse('sourcing:supply')}?{behind}", f"{reverse('sourcing:demand')}?{behind}")


def _chart(cells: Sequence[BalanceCell], weeks: Sequence[date], unit: Unit) -> dict[str, object]:
    by_week = {cell.week: cell for cell in cells}
    nothing = Quantity(0, unit)
    empty = BalanceCell(0, nothing, nothing)
    rows = [(week, by_week.get(week, empty)) for week in weeks]
    return {
        "kind": "bar",
        "title": _("Supply and demand by week"),
        "unit": unit.label,
        "head": _("Week from"),
        "series": [_("Supply"), _("Demand")],
        "rows": [(week, [_point(cell.supply), _point(cell.demand)]) for week, cell in rows],
    }


def _point(quantity: Quantity) -> tuple[Decimal, Quantity]:
    shown = quantity.rounded()
    return shown.amount, shown


def _sheet(lines: Sequence[Line]) -> workbooks.Sheet:
    heads = [
        workbooks.Head("product", _("Product")),
        workbooks.Head("unit", _("Unit")),
        workbooks.Head("week", _("Week from")),
        workbooks.Head("supply", _("Supply")),
        workbooks.Head("demand", _("Demand")),
        workbooks.Head("gap", _("Surplus or gap")),
    ]
    rows = (
        [line.product.names, figure.cell.gap.unit, week, figure.cell.supply, figure.cell.demand, figure.cell.gap]
        for line in lines
        for week, figure in line.weeks
        if figure
    )
    return workbooks.Sheet("balance", heads, rows)
