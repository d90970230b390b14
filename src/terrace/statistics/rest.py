"""The REST interface of statistics: live figures, a household's statement, the results of outlets."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router

from terrace.catalog import queries as catalog
from terrace.http.rest import REFUSALS, actor_of
from terrace.kernel import clock
from terrace.kernel.days import refuse_far_day
from terrace.kernel.errors import Invalid, NotFound
from terrace.kernel.words import _
from terrace.network import queries as network
from terrace.statistics import queries, services
from terrace.statistics.domain import CostKind, FigureKind, Period, Permission, Span
from terrace.statistics.schemas import (
    AreaFiguresOut,
    CostIn,
    CostOut,
    FiguresOut,
    HouseholdStatementOut,
    OutletMonthOut,
    OutletOut,
    cost_out,
    days_out,
    figures_out,
    months_out,
    outlets_out,
    statement_out,
)

router = Router(tags=["statistics"])
AreaCode = Annotated[str, Field(max_length=32)]
ProductCode = Annotated[str, Field(max_length=40)]
Number = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$")]
MonthName = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", max_length=7)]
MonthCount = Annotated[int, Field(ge=1, le=36)]


@router.get("/households/{number}/statement", response={200: HouseholdStatementOut, **REFUSALS})
def household_statement(
    request: HttpRequest, number: str, span: Span = Span.YEAR, on: date | None = None, product: ProductCode = ""
) -> HouseholdStatementOut:
    """Read a household's statement of the period in which `on` lies; a look by anybody else is put on the record."""
    actor = actor_of(request)
    party = queries.get_household(actor, number)
    found = services.look_at_statement(by=actor, party=party, period=_period(span, on, product))
    return statement_out(found)


@router.get("/outlets", response={200: list[OutletOut], **REFUSALS})
def outlets(request: HttpRequest, area: AreaCode, month: date | None = None) -> list[OutletOut]:
    """List what the stations and points of an area had left in the month of the day `month`, the largest loss first."""
    place = network.get_area(area)
    actor_of(request).require(Permission.VIEW, place.path)
    refuse_far_day(month, field="month")
    return outlets_out(queries.ranking(place.path, month or clock.today()))


@router.get("/outlets/{number}/months", response={200: list[OutletMonthOut], **REFUSALS})
def outlet_months(
    request: HttpRequest, number: Number, last: date | None = None, count: MonthCount = 12
) -> list[OutletMonthOut]:
    """Read so many months of one outlet, up to that of the day `last`: fees by service, costs by kind, what is left."""
    unit = queries.get_outlet(actor_of(request), number)
    refuse_far_day(last, field="last")
    return months_out(queries.months_of(unit, last or clock.today(), count))


@router.put("/outlets/{number}/months/{month}/costs/{kind}", response={200: CostOut, **REFUSALS})
def record_cost(request: HttpRequest, number: Number, month: MonthName, kind: CostKind, given: CostIn) -> CostOut:
    """Enter what an outlet paid for one kind of thing in a month, such as `2026-10`, or correct it at its version."""
    actor = actor_of(request)
    unit = queries.get_outlet(actor, number)
    told = services.CostGiven(_first_day(month), kind, given.amount.money, given.note)
    return cost_out(services.record_cost(by=actor, unit=unit, given=told, version=given.version))


@router.get("/areas/{area}", response={200: FiguresOut, **REFUSALS})
def figures(
    request: HttpRequest, area: AreaCode, span: Span = Span.MONTH, on: date | None = None, product: ProductCode = ""
) -> FiguresOut:
    """Read an area's figures of the period in which `on` lies, so far; a season is one of a `product`."""
    place, today = network.get_area(area), clock.today()
    actor_of(request).require(Permission.VIEW, place.path)
    period = _period(span, on, product)
    product_id = catalog.get_product(product).pk if product else None
    kinds = [kind for kind in FigureKind if kind.is_of_product or product_id is None]
    spans = [period.so_far(today), period.compared(period.before, today), period.compared(period.year_before, today)]
    measured = queries.measure(place.path, spans, product_id)
    now, before, year_before = (figures_out(queries.total(measured, days), kinds) for days in spans)
    children = list(network.children_of(place.code))
    below = queries.measure_below(place.path, {len(child.path) for child in children}, spans[0], product_id)
    return FiguresOut(
        area=place.code,
        span=span,
        days=days_out(spans[0]),
        figures=now,
        before=before,
        year_before=year_before,
        below=[
            AreaFiguresOut(area=child.code, figures=figures_out(below.get(child.path, {}), kinds)) for child in children
        ],
    )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None


def _period(span: Span, on: date | None, product: str) -> Period:
    """Return the period that was asked for; raise `Invalid` for a far day, and for a season of no product."""
    refuse_far_day(on, field="on")
    season = catalog.get_product(product).season if product and span is Span.SEASON else None
    if span is Span.SEASON and season is None:
        raise Invalid(_("A season is one of a product: name it."), field="product")
    return Period.of(span, on or clock.today(), season)
