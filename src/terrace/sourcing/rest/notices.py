"""Notices of both sides over REST, who should call whom, and the balance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Status, UploadedFile

from terrace.catalog import queries as catalog
from terrace.http.photo_files import send_photo
from terrace.http.photos import clean_photo
from terrace.http.rest import (
    REFUSALS,
    Paged,
    PageNumber,
    QuantityValue,
    SortName,
    actor_of,
    paged,
    sort_named,
    sorted_by,
)
from terrace.http.sorting import in_order
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Forbidden
from terrace.kernel.paging import Computed
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.schemas import (
    BalanceOut,
    ChangedNoticeIn,
    MatchOut,
    NewNoticeIn,
    NoticeFilters,
    NoticeOut,
    VersionIn,
    matches_out,
    notices_out,
    terms_of,
)

router = Router(tags=["sourcing"])
AreaCode = Annotated[str, Field(max_length=32)]
ProductCode = Annotated[str, Field(max_length=40)]
Version = Annotated[int, Field(ge=1)]
BINARY = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Side:
    """Supply or demand: what its operations are called and what they call. The same operations serve both."""

    word: str
    records: str
    visible_to: Callable[[Actor], QuerySet[Any]]
    get: Callable[[Actor, str], NoticeRow]
    matches: Callable[..., list[queries.Match]]
    record: Callable[..., NoticeRow]
    change: Callable[..., NoticeRow]
    withdraw: Callable[..., NoticeRow]

    @property
    def path(self) -> str:
        """The address of its notices."""
        return f"/{self.word}-notices"

    def named(self, act: str, description: str) -> dict[str, Any]:
        """Return what the OpenAPI document says of one act, as if a function called `record_supply` stood here."""
        operation_id = f"{__package__}_{act}_{self.word}".replace(".", "_")
        return {"operation_id": operation_id, "summary": f"{act} {self.word}".title(), "description": description}


def _offer_reading(side: Side) -> None:
    word = side.word

    @router.get(
        side.path,
        response={200: Paged[NoticeOut], **REFUSALS},
        **side.named("list", f"List the {word} notices that the caller sees, open ones and near windows first."),
    )
    def list_notices(
        request: HttpRequest, filters: Query[NoticeFilters], sort: SortName = "", page: PageNumber = 1
    ) -> dict[str, Any]:
        actor = actor_of(request)
        rows = queries.narrowed(side.visible_to(actor), actor, **filters.dict(exclude_none=True))
        first = queries.nearest_first()
        return paged(sorted_by(rows, queries.NOTICE_SORTS, sort, ("closes_on", "-id"), first), notices_out, page)

    @router.get(
        side.path + "/{number}",
        response={200: NoticeOut, **REFUSALS},
        **side.named("get", f"Read one {word} notice."),
    )
    def get_notice(request: HttpRequest, number: str) -> NoticeOut:
        return _out(side.get(actor_of(request), number))

    @router.get(
        side.path + "/{number}/matches",
        response={200: list[MatchOut], **REFUSALS},
        **side.named("match", f"Read what fits an open {word} notice best, as far as the caller sees it."),
    )
    def matches_of_notice(request: HttpRequest, number: str) -> list[MatchOut]:
        actor = actor_of(request)
        notice = side.get(actor, number)
        return matches_out(side.matches(actor, notice, clock.today()) if notice.is_open else [])


def _offer_writing(side: Side) -> None:
    word = side.word

    @router.post(side.path, response={201: NoticeOut, **REFUSALS}, **side.named("record", side.records))
    def record_notice(request: HttpRequest, given: NewNoticeIn) -> Status[NoticeOut]:
        return Status(201, _out(side.record(by=actor_of(request), party=given.party, terms=given.terms())))

    @router.put(
        side.path + "/{number}",
        response={200: NoticeOut, **REFUSALS},
        **side.named("change", f"Change an open {word} notice that was read at `version`."),
    )
    def change_notice(request: HttpRequest, number: str, given: ChangedNoticeIn) -> NoticeOut:
        actor = actor_of(request)
        found = side.get(actor, number)
        return _out(side.change(by=actor, notice=found, version=given.version, terms=given.terms()))

    @router.post(
        side.path + "/{number}/withdraw",
        response={200: NoticeOut, **REFUSALS},
        **side.named("withdraw", f"End an open {word} notice."),
    )
    def withdraw_notice(request: HttpRequest, number: str, given: VersionIn) -> NoticeOut:
        actor = actor_of(request)
        return _out(side.withdraw(by=actor, notice=side.get(actor, number), version=given.version))


SUPPLY = Side(
    "supply",
    "Record what a producer will have for sale.",
    queries.supply_visible_to,
    queries.get_supply,
    queries.matches_of_supply,
    services.record_supply,
    services.change_supply,
    services.withdraw_supply,
)
DEMAND = Side(
    "demand",
    "Record what a shop, a group-buy leader or another buyer wants.",
    queries.demand_visible_to,
    queries.get_demand,
    queries.matches_of_demand,
    services.record_demand,
    services.change_demand,
    services.withdraw_demand,
)
for _side in (SUPPLY, DEMAND):
    _offer_reading(_side)
    _offer_writing(_side)


@router.get(
    "/supply-notices/{number}/photo",
    response={200: None, **REFUSALS},
    url_name="supply_photo",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"image/jpeg": {"schema": BINARY}}}}},
)
def get_photo(request: HttpRequest, number: str) -> HttpResponse:
    """Read the photo of a supply notice."""
    return send_photo(queries.get_supply(actor_of(request), number).photo)


@router.post("/supply-notices/{number}/photo", response={200: NoticeOut, **REFUSALS})
def set_photo(request: HttpRequest, number: str, version: Form[Version], photo: File[UploadedFile]) -> NoticeOut:
    """Put a photo to an open notice that was read at `version`, in place of the one it has: JPEG, PNG or WebP."""
    actor = actor_of(request)
    notice = queries.get_supply(actor, number)
    cleaned, terms = clean_photo(photo), terms_of(notice)
    return _out(services.change_supply(by=actor, notice=notice, version=version, terms=terms, photo=cleaned))


@router.post("/supply-notices/{number}/photo/remove", response={200: NoticeOut, **REFUSALS})
def remove_photo(request: HttpRequest, number: str, given: VersionIn) -> NoticeOut:
    """Take the photo away from an open notice that was read at `version`."""
    actor = actor_of(request)
    notice = queries.get_supply(actor, number)
    terms = terms_of(notice)
    return _out(services.change_supply(by=actor, notice=notice, version=given.version, terms=terms, drop_photo=True))


@router.get("/calls", response={200: Paged[MatchOut], **REFUSALS})
def list_calls(
    request: HttpRequest, area: AreaCode = "", product: ProductCode = "", sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List who should call whom about the supply of an area or of all the caller's, the most promising call first.

    No supply is promised twice over its quantity, and no demand gets more than it wants.
    """
    actor = actor_of(request)
    _require_somewhere(actor, Permission.VIEW)
    paths = [_own_place(actor, area).path] if area else actor.paths(Permission.VIEW)
    about = catalog.get_product(product).pk if product else None
    calls: Sequence[queries.Match] = queries.calls_under(actor, paths, clock.today(), about).calls
    if sort:
        calls = in_order(calls, sort_named(queries.CALL_SORTS, sort), sort.startswith("-"))
    return paged(Computed(calls), matches_out, page)


@router.get("/balance/{area}", response={200: list[BalanceOut], **REFUSALS})
def balance(request: HttpRequest, area: str) -> list[BalanceOut]:
    """Read supply against demand in an area for the present week and the seven after it."""
    place, today = _own_place(actor_of(request), area), clock.today()
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


def _out(notice: NoticeRow) -> NoticeOut:
    return notices_out([notice])[0]


def _own_place(actor: Actor, code: str) -> Area:
    """Return the area `code`; raise `Forbidden` outside the actor's areas."""
    place = network.get_area(code)
    actor.require(Permission.VIEW, place.path)
    return place


def _require_somewhere(actor: Actor, permission: Permission) -> None:
    if not actor.holds(permission):
        raise Forbidden(permission=permission.value)
