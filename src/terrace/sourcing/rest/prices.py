"""Reference prices over REST."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Path, Query, Router, Status, UploadedFile

from terrace.catalog import queries as catalog
from terrace.http.rest import REFUSALS, MoneyValue, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.http.text_tables import read_either
from terrace.kernel import clock
from terrace.kernel.errors import Forbidden
from terrace.network import queries as network
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.schemas import PriceFilters, PriceIn, PriceLineOut, PriceOut, PricesTaken, prices_out
from terrace.sourcing.services.price_rows import SHEET

router = Router(tags=["sourcing"])
PriceId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/reference-prices", response={200: Paged[PriceOut], **REFUSALS})
def list_prices(
    request: HttpRequest, filters: Query[PriceFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List reference prices, of one product or some days when they are named, the youngest first."""
    rows = queries.prices_narrowed(queries.prices_visible_to(actor_of(request)), **filters.dict(exclude_none=True))
    return paged(sorted_by(rows, queries.PRICE_SORTS, sort, ("-on", "-id")), prices_out, page)


@router.post("/reference-prices", response={201: PriceOut, **REFUSALS})
def set_price(request: HttpRequest, given: PriceIn) -> Status[PriceOut]:
    """Enter the market price of a day; a second one for the same day and market replaces the first."""
    price = services.set_reference_price(by=actor_of(request), given=given.given())
    return Status(201, prices_out([price])[0])


@router.post("/reference-prices/{price_id}/withdraw", response={200: PriceOut, **REFUSALS})
def withdraw_price(request: HttpRequest, price_id: PriceId) -> PriceOut:
    """Take back a price that was entered by mistake; the answer says once more what it was."""
    price = queries.get_price(price_id)
    told = prices_out([price])[0]
    services.withdraw_reference_price(by=actor_of(request), price=price)
    return told


@router.post("/reference-prices/import", response={200: PricesTaken, **REFUSALS})
def import_prices(request: HttpRequest, file: File[UploadedFile]) -> PricesTaken:
    """Take a sheet of prices, xlsx or CSV, all rows or none; a refusal names every bad row with its reason."""
    actor = actor_of(request)
    if not actor.holds(Permission.PRICES):
        raise Forbidden(permission=Permission.PRICES.value)
    rows = read_either(file, str(file.name), SHEET)
    return PricesTaken(taken=services.import_reference_prices(by=actor, rows=rows))


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
