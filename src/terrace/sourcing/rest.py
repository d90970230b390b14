"""The REST interface of sourcing: notices of both sides, balance, advice, reference prices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router, Status

from terrace.catalog import queries as catalog
from terrace.http.rest import REFUSALS, MoneyValue, Paged, PageNumber, QuantityValue, actor_of, paged
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.network import queries as network
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Advice, NoticeRow
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


@dataclass(frozen=True, slots=True)
class Side:
    """Supply or demand: what its operations are called and what they call. The same operations serve both."""

    word: str
    records: str
    visible_to: Callable[[Actor], QuerySet[Any]]
    get: Callable[[Actor, str], NoticeRow]
    record: Callable[..., NoticeRow]
    change: Callable[..., NoticeRow]
    withdraw: Callable[..., NoticeRow]

    @property
    def path(self) -> str:
        """The address of its notices."""
        return f"/{self.word}-notices"

    def named(self, act: str, description: str) -> dict[str, Any]:
        """Return what the OpenAPI document says of one act, as if a function called `record_supply` stood here."""
        operation_id = f"{__name__}_{act}_{self.word}".replace(".", "_")
        return {"operation_id": operation_id, "summary": f"{act} {self.word}".title(), "description": description}


def _offer_reading(side: Side) -> None:
    word = side.word

    @router.get(
        side.path,
        response={200: Paged[NoticeOut], **REFUSALS},
        **side.named("list", f"List the {word} notices that the caller sees, open ones and near windows first."),
    )
    def list_notices(request: HttpRequest, filters: Query[NoticeFilters], page: PageNumber = 1) -> dict[str, Any]:
        rows = queries.narrowed(side.visible_to(actor_of(request)), **filters.dict(exclude_none=True))
        return paged(rows.order_by(*queries.nearest_first(), "closes_on", "-id"), notices_out, page)

    @router.get(
        side.path + "/{number}",
        response={200: NoticeOut, **REFUSALS},
        **side.named("get", f"Read one {word} notice."),
    )
    def get_notice(request: HttpRequest, number: str) -> NoticeOut:
        return notices_out([side.get(actor_of(request), number)])[0]


def _offer_writing(side: Side) -> None:
    word = side.word

    @router.post(side.path, response={201: NoticeOut, **REFUSALS}, **side.named("record", side.records))
    def record_notice(request: HttpRequest, given: NewNoticeIn) -> Status[NoticeOut]:
        notice = side.record(by=actor_of(request), party=given.party, terms=given.terms())
        return Status(201, notices_out([notice])[0])

    @router.put(
        side.path + "/{number}",
        response={200: NoticeOut, **REFUSALS},
        **side.named("change", f"Change an open {word} notice that was read at `version`."),
    )
    def change_notice(request: HttpRequest, number: str, given: ChangedNoticeIn) -> NoticeOut:
        actor = actor_of(request)
        notice = side.get(actor, number)
        return notices_out([side.change(by=actor, notice=notice, version=given.version, terms=given.terms())])[0]

    @router.post(
        side.path + "/{number}/withdraw",
        response={200: NoticeOut, **REFUSALS},
        **side.named("withdraw", f"End an open {word} notice."),
    )
    def withdraw_notice(request: HttpRequest, number: str, given: VersionIn) -> NoticeOut:
        actor = actor_of(request)
        notice = side.get(actor, number)
        return notices_out([side.withdraw(by=actor, notice=notice, version=given.version)])[0]


SUPPLY = Side(
    "supply",
    "Record what a producer will have for sale.",
    queries.supply_visible_to,
    queries.get_supply,
    services.record_supply,
    services.change_supply,
    services.withdraw_supply,
)
DEMAND = Side(
    "demand",
    "Record what a shop, a group-buy leader or another buyer wants.",
    queries.demand_visible_to,
    queries.get_demand,
    services.record_demand,
    services.change_demand,
    services.withdraw_demand,
)
for _side in (SUPPLY, DEMAND):
    _offer_reading(_side)
    _offer_writing(_side)


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
