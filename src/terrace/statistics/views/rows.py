"""The rows behind a figure: what was summed, as far as the reader sees it in the context that keeps it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from terrace.http import listing
from terrace.http.access import needs
from terrace.http.forms import FilterForm
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.words import Names, Text, _, in_language
from terrace.market import queries as market
from terrace.market.domain import Permission as Market
from terrace.market.models import OrderLine
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.statistics.domain import FigureKind, Permission
from terrace.statistics.forms import Chosen, PeriodForm
from terrace.statistics.views import telling
from terrace.statistics.views.places import area_for, crumbs, figures_url

NOTHING = Empty(_("Nothing in this period"), _("What is counted here is listed here, row by row."))


@dataclass(frozen=True, slots=True)
class Behind:
    """Where the rows stand that make up an area's figures for a choice of period."""

    actor: Actor
    area: Area
    chosen: Chosen

    def url(self, kind: FigureKind) -> str:
        """Return the rows behind one figure, "" where the reader does not see them."""
        source = SOURCES.get(kind)
        if source is None or not self.actor.may(source.permission, self.area.path):
            return ""
        return f"{reverse('statistics:rows', args=[self.area.code, kind.value])}?{self.chosen.query()}"


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of some figures: who sees them, how they are found and how they are listed."""

    permission: StrEnum
    rows: Callable[[Behind], Any]
    table: Callable[[], Table[Any, Any]]


@needs(Permission.VIEW)
def behind(request: Request, area: str, figure: str) -> HttpResponse:
    """List the rows whose sum a figure is."""
    place, kind = area_for(request.actor, area), _kind(figure)
    chosen = PeriodForm(request.GET, today=clock.today()).chosen()
    source = SOURCES.get(kind)
    if source is None:
        raise NotFound
    request.actor.require(source.permission, place.path)
    query = chosen.query()
    back: tuple[Text, str] = (kind.label, "")
    context = {
        "title": kind.label,
        "lead": " · ".join(str(part) for part in _about(place, chosen, kind)),
        "breadcrumb": [*crumbs(request.actor, place.path, query), back],
        "actions": [{"url": figures_url(place.code, query), "label": _("Figures"), "icon": "chart-bar"}],
    }
    rows = source.rows(Behind(request.actor, place, chosen))
    return listing.answer(request, "pages/list.html", source.table(), rows, FilterForm(request.GET), context)


def _about(place: Area, chosen: Chosen, kind: FigureKind) -> list[Text]:
    product = [in_language(chosen.product.names)] if chosen.product else []
    return [in_language(place.names), telling.name_of(chosen.period), *product, kind.meaning]


def _kind(figure: str) -> FigureKind:
    try:
        return FigureKind(figure)
    except ValueError:
        raise NotFound from None


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the name of the place that it counts for."""

    row: Any
    place: Names


def _placed(rows: Sequence[Any]) -> list[Placed]:
    """Give each row the name of its place."""
    places = network.names_at({row.area_path for row in rows})
    return [Placed(row, places.get(row.area_path, {})) for row in rows]


def _lines(behind: Behind) -> Any:
    days = behind.chosen.period.days
    product = behind.chosen.product
    product_id = product.pk if product else None
    return market.lines_sold_visible_to(behind.actor, behind.area.path, [(days.first, days.last)], product_id)


def _line_amount(one: Placed) -> Money:
    return Money(one.row.amount_minor, one.row.order.currency)


def _line_table() -> Table[OrderLine, Placed]:
    return Table(
        name="sales",
        columns=(
            Column("order", _("Order"), lambda one: one.row.order.number, Kind.CODE, sort="order__number"),
            Column("paid_at", _("Paid"), lambda one: one.row.order.paid_at, Kind.DATETIME, sort="order__paid_at"),
            Column("title", _("Goods"), lambda one: one.row.title),
            Column("quantity", _("Number"), lambda one: one.row.quantity, Kind.NUMBER, sort="quantity"),
            Column("content", _("Quantity"), lambda one: one.row.content, Kind.QUANTITY),
            Column("amount", _("Amount"), _line_amount, Kind.MONEY, sort="amount_minor"),
            Column("place", _("From"), lambda one: one.place, Kind.NAMES),
        ),
        present=_placed,
        order=("-order__paid_at", "-id"),
        empty=NOTHING,
    )


SALES = Source(Market.VIEW, _lines, _line_table)
SOURCES: dict[FigureKind, Source] = dict.fromkeys((FigureKind.SALES, FigureKind.ORDERS, FigureKind.BOXES), SALES)
