"""The REST interface of sourcing: notices of both sides, balance, advice, reference prices."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.catalog import queries as catalog
from terrace.http.rest import REFUSALS, MoneyValue, Paged, PageNumber, QuantityValue, actor_of, paged
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden
from terrace.network import queries as network
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Advice
from terrace.sourcing.schemas import (
    AdviceIn,
    AdviceOut,
    BalanceOut,
    ChangedNoticeIn,
    NewNoticeIn,
    NoticeFilters,
    NoticeOut,
    PriceIn,
    PriceLineOut,
    PriceOut,
    VersionIn,
    notices_out,
    prices_out,
)

router = Router(tags=["sourcing"])


@router.get("/supply-notices", response={200: Paged[NoticeOut], **REFUSALS})
def list_supply(request: HttpRequest, filters: Query[NoticeFilters], page: PageNumber = 1) -> dict[str, Any]:
    """List the supply notices that the caller sees, the latest window first."""
    rows = queries.narrowed(queries.supply_visible_to(actor_of(request)), **filters.dict(exclude_none=True))
    return paged(rows.order_by("-opens_on", "-id"), notices_out, page)


@router.post("/supply-notices", response={201: NoticeOut, **REFUSALS})
def record_supply(request: HttpRequest, given: NewNoticeIn) -> Status[NoticeOut]:
    """Record what a producer will have for sale."""
    notice = services.record_supply(by=actor_of(request), party=given.party, terms=given.terms())
    return Status(201, notices_out([notice])[0])


@router.get("/supply-notices/{number}", response={200: NoticeOut, **REFUSALS})
def get_supply(request: HttpRequest, number: str) -> NoticeOut:
    """Read one supply notice."""
    return notices_out([queries.get_supply(actor_of(request), number)])[0]


@router.put("/supply-notices/{number}", response={200: NoticeOut, **REFUSALS})
def change_supply(request: HttpRequest, number: str, given: ChangedNoticeIn) -> NoticeOut:
    """Change an open supply notice that was read at `version`."""
    actor = actor_of(request)
    notice = queries.get_supply(actor, number)
    changed = services.change_supply(by=actor, notice=notice, version=given.version, terms=given.terms())
    return notices_out([changed])[0]


@router.post("/supply-notices/{number}/withdraw", response={200: NoticeOut, **REFUSALS})
def withdraw_supply(request: HttpRequest, number: str, given: VersionIn) -> NoticeOut:
    """End an open supply notice."""
    actor = actor_of(request)
    notice = queries.get_supply(actor, number)
    return notices_out([services.withdraw_supply(by=actor, notice=notice, version=given.version)])[0]


@router.get("/demand-notices", response={200: Paged[NoticeOut], **REFUSALS})
def list_demand(request: HttpRequest, filters: Query[NoticeFilters], page: PageNumber = 1) -> dict[str, Any]:
    """List the demand notices that the caller sees, the latest window first."""
    rows = queries.narrowed(queries.demand_visible_to(actor_of(request)), **filters.dict(exclude_none=True))
    return paged(rows.order_by("-opens_on", "-id"), notices_out, page)


@router.post("/demand-notices", response={201: NoticeOut, **REFUSALS})
def record_demand(request: HttpRequest, given: NewNoticeIn) -> Status[NoticeOut]:
    """Record what a shop, a group-buy leader or another buyer wants."""
    notice = services.record_demand(by=actor_of(request), party=given.party, terms=given.terms())
    return Status(201, notices_out([notice])[0])


@router.get("/demand-notices/{number}", response={200: NoticeOut, **REFUSALS})
def get_demand(request: HttpRequest, number: str) -> NoticeOut:
    """Read one demand notice."""
    return notices_out([queries.get_demand(actor_of(request), number)])[0]


@router.put("/demand-notices/{number}", response={200: NoticeOut, **REFUSALS})
def change_demand(request: HttpRequest, number: str, given: ChangedNoticeIn) -> NoticeOut:
    """Change an open demand notice that was read at `version`."""
    actor = actor_of(request)
    notice = queries.get_demand(actor, number)
    changed = services.change_demand(by=actor, notice=notice, version=given.version, terms=given.terms())
    return notices_out([changed])[0]


@router.post("/demand-notices/{number}/withdraw", response={200: NoticeOut, **REFUSALS})
def withdraw_demand(request: HttpRequest, number: str, given: VersionIn) -> NoticeOut:
    """End an open demand notice."""
    actor = actor_of(request)
    notice = queries.get_demand(actor, number)
    return notices_out([services.withdraw_demand(by=actor, notice=notice, version=given.version)])[0]


@router.get("/balance/{area}", response={200: list[BalanceOut], **REFUSALS})
def balance(request: HttpRequest, area: str) -> list[BalanceOut]:
    """Read supply against demand in an area for the present week and the seven after it."""
    place, today = network.get_area(area), clock.today()
    if not actor_of(request).may(Permission.VIEW, place.path):
        raise Forbidden
    cells = queries.balance(place.path, queries.coming_weeks(today), today)
    products = catalog.products_by_id({cell.product_id for cell in cells})
    return [
        BalanceOut(
            product=products[cell.product_id].code,
            week=cell.week,
            supply=QuantityValue.of(cell.supply),
            demand=QuantityValue.of(cell.demand),
        )
        for cell in cells
        if cell.week
    ]


@router.get("/advice", response={200: Paged[AdviceOut], **REFUSALS})
def list_advice(request: HttpRequest, page: PageNumber = 1) -> dict[str, Any]:
    """List the advice that the caller sent or received."""
    rows = queries.advice_visible_to(actor_of(request)).order_by("-created_at", "-id")
    return paged(rows, lambda found: [_advice(row) for row in found], page)


@router.post("/advice", response={201: AdviceOut, **REFUSALS})
def give_advice(request: HttpRequest, given: AdviceIn) -> Status[AdviceOut]:
    """Send advice to every station and point of an area."""
    actor = actor_of(request)
    advice = services.give_advice(by=actor, **given.dict())
    return Status(201, _advice(queries.advice_for(actor, advice.number)))


@router.get("/advice/{number}", response={200: AdviceOut, **REFUSALS})
def get_advice(request: HttpRequest, number: str) -> AdviceOut:
    """Read one piece of advice that the caller sent or received."""
    return _advice(queries.advice_for(actor_of(request), number))


@router.post("/advice/{number}/acknowledge", response={200: AdviceOut, **REFUSALS})
def acknowledge_advice(request: HttpRequest, number: str) -> AdviceOut:
    """Take note of advice for the caller's units."""
    actor = actor_of(request)
    services.acknowledge_advice(by=actor, advice=number)
    return _advice(queries.advice_for(actor, number))


@router.get("/reference-prices", response={200: Paged[PriceOut], **REFUSALS})
def list_prices(request: HttpRequest, product: str = "", page: PageNumber = 1) -> dict[str, Any]:
    """List reference prices, of one product when it is named, the youngest first."""
    rows = queries.prices_visible_to(actor_of(request)).order_by("-on", "-id")
    if product:
        rows = rows.filter(product=catalog.get_product(product))
    return paged(rows, prices_out, page)


@router.post("/reference-prices", response={201: PriceOut, **REFUSALS})
def set_price(request: HttpRequest, given: PriceIn) -> Status[PriceOut]:
    """Enter the market price of a day; a second one for the same day and market replaces the first."""
    price = services.set_reference_price(by=actor_of(request), given=given.given())
    return Status(201, prices_out([price])[0])


@router.get("/price-lines/{product}", response={200: list[PriceLineOut], **REFUSALS})
def price_line(request: HttpRequest, product: str, variety: str = "", area: str = "") -> list[PriceLineOut]:
    """Read a product's weekly price over a year beside the year before, at the markets of `area` or of one's own."""
    actor, found = actor_of(request), catalog.get_product(product)
    path = network.get_area(area).path if area else queries.home_market(actor)
    chosen = catalog.get_variety(found.pk, variety).pk if variety else None
    return [
        PriceLineOut(week=week.week, price=MoneyValue.of(week.price), year_before=MoneyValue.of(week.year_before))
        for week in queries.price_line(found.pk, path, clock.today(), variety_id=chosen)
    ]


def _advice(advice: Advice) -> AdviceOut:
    return AdviceOut(
        number=advice.number,
        title=advice.title,
        text=advice.text,
        created_at=advice.created_at,
        reached=getattr(advice, "reached", 0),
        acknowledged=getattr(advice, "acknowledged", 0),
    )
