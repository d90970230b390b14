"""The REST interface of the public market and of a seller's offers.

Goods are everybody's to read on the pages; here, as everywhere in the interface, the caller is known by a token
or a session.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Path, Query, Router, Status, UploadedFile

from terrace.http.photos import clean_photo
from terrace.http.rest import REFUSALS, Paged, PageNumber, SortName, actor_of, paged, sorted_by
from terrace.kernel.errors import DomainError
from terrace.market import queries, services
from terrace.market.models import Offer
from terrace.market.schemas.offers import (
    ChangedOfferIn,
    GoodsFilters,
    GoodsOut,
    NewOfferIn,
    OfferFilters,
    OfferOut,
    OfferVersionIn,
    ReasonIn,
    ReviewAnswerIn,
    ReviewOut,
    StockIn,
    goods_out,
    offers_out,
    reviews_out,
)

router = Router(tags=["market"])
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Place = Annotated[int, Field(ge=0, le=50)]
PLACES = {"title_": "titles.", "story_": "stories.", "freight_": "freight."}
"""Where a body has what our forms have at fields whose names begin so."""


@router.get("/goods", response={200: Paged[GoodsOut], **REFUSALS})
def list_goods(
    request: HttpRequest, filters: Query[GoodsFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List what everybody can buy today, the newest first. Prices to narrow by are of one, in minor units."""
    rows = queries.public_shelf(
        text=filters.text,
        county=filters.county,
        product=filters.product,
        month=filters.month,
        lowest=filters.bound(filters.lowest),
        highest=filters.bound(filters.highest),
    )
    return paged(sorted_by(rows, queries.PUBLIC_SORTS, sort, ("-id",)), goods_out, page)


@router.get("/goods/{number}", response={200: GoodsOut, **REFUSALS})
def get_goods(request: HttpRequest, number: str) -> GoodsOut:
    """Read goods that are or were on the market."""
    return goods_out([queries.get_public_offer(number)])[0]


@router.get("/goods/{number}/reviews", response={200: Paged[ReviewOut], **REFUSALS})
def list_reviews(request: HttpRequest, number: str, page: PageNumber = 1) -> dict[str, Any]:
    """List what buyers say of goods, the newest first."""
    return paged(queries.reviews_of(queries.get_public_offer(number)), reviews_out, page)


@router.get("/offers", response={200: Paged[OfferOut], **REFUSALS})
def list_offers(
    request: HttpRequest, filters: Query[OfferFilters], sort: SortName = "", page: PageNumber = 1
) -> dict[str, Any]:
    """List the offers that the caller sees at work: of its areas, and its own."""
    actor = actor_of(request)
    rows = queries.offers_narrowed(queries.offers_visible_to(actor), actor, **filters.dict(exclude_none=True))
    return paged(sorted_by(rows, queries.OFFER_SORTS, sort, ("-id",), queries.what_sells_first()), offers_out, page)


@router.post("/offers", response={201: OfferOut, **REFUSALS})
def create_offer(request: HttpRequest, given: NewOfferIn) -> Status[OfferOut]:
    """Write an offer as a draft; nobody buys of it before it is put on sale."""
    with _refusals():
        offer = services.create_offer(
            by=actor_of(request), seller=given.seller, terms=given.terms(), stock=given.stock, notice=given.notice
        )
    return Status(201, _out(offer))


@router.get("/offers/{number}", response={200: OfferOut, **REFUSALS})
def get_offer(request: HttpRequest, number: str) -> OfferOut:
    """Read one offer at work."""
    return _out(queries.get_offer(actor_of(request), number))


@router.put("/offers/{number}", response={200: OfferOut, **REFUSALS})
def change_offer(request: HttpRequest, number: str, given: ChangedOfferIn) -> OfferOut:
    """Change an offer that was read at `version`."""
    actor = actor_of(request)
    offer = queries.get_offer(actor, number)
    with _refusals():
        return _out(services.change_offer(by=actor, offer=offer, version=given.version, terms=given.terms()))


@router.post("/offers/{number}/sell", response={200: OfferOut, **REFUSALS})
def put_on_sale(request: HttpRequest, number: str, given: OfferVersionIn) -> OfferOut:
    """Put a draft or paused offer on sale."""
    return _moved(request, number, given, services.put_on_sale)


@router.post("/offers/{number}/pause", response={200: OfferOut, **REFUSALS})
def pause_offer(request: HttpRequest, number: str, given: OfferVersionIn) -> OfferOut:
    """Take an offer off the market for a while."""
    return _moved(request, number, given, services.pause_offer)


@router.post("/offers/{number}/end", response={200: OfferOut, **REFUSALS})
def end_offer(request: HttpRequest, number: str, given: OfferVersionIn) -> OfferOut:
    """End an offer for good."""
    return _moved(request, number, given, services.end_offer)


@router.post("/offers/{number}/restock", response={200: OfferOut, **REFUSALS})
def restock(request: HttpRequest, number: str, given: StockIn) -> OfferOut:
    """Put more into stock."""
    return _stocked(request, number, given, services.restock)


@router.post("/offers/{number}/take-out", response={200: OfferOut, **REFUSALS})
def take_out(request: HttpRequest, number: str, given: StockIn) -> OfferOut:
    """Take something out of what is left."""
    return _stocked(request, number, given, services.take_out)


@router.post("/offers/{number}/photos", response={201: OfferOut, **REFUSALS})
def add_photo(request: HttpRequest, number: str, photo: File[UploadedFile]) -> Status[OfferOut]:
    """Add a photo as the last one: JPEG, PNG or WebP."""
    actor = actor_of(request)
    offer = queries.get_offer(actor, number)
    services.add_photo(by=actor, offer=offer, photo=clean_photo(photo))
    return Status(201, _out(offer))


@router.post("/offers/{number}/photos/{photo_id}/move", response={200: OfferOut, **REFUSALS})
def move_photo(request: HttpRequest, number: str, photo_id: RowId, place: Place = 0) -> OfferOut:
    """Put a photo at `place` among the offer's, 0 for the first: the one that stands on the market."""
    actor = actor_of(request)
    offer = queries.get_offer(actor, number)
    services.move_photo(by=actor, photo=queries.get_photo(offer, photo_id), place=place)
    return _out(offer)


@router.delete("/offers/{number}/photos/{photo_id}", response={200: OfferOut, **REFUSALS})
def remove_photo(request: HttpRequest, number: str, photo_id: RowId) -> OfferOut:
    """Remove a photo."""
    actor = actor_of(request)
    offer = queries.get_offer(actor, number)
    services.remove_photo(by=actor, photo=queries.get_photo(offer, photo_id))
    return _out(offer)


@router.post("/offers/{number}/reviews/{review_id}/answer", response={200: ReviewOut, **REFUSALS})
def answer_review(request: HttpRequest, number: str, review_id: RowId, given: ReviewAnswerIn) -> ReviewOut:
    """Answer a review as the seller."""
    actor = actor_of(request)
    review = queries.get_review(queries.get_offer(actor, number), review_id)
    return reviews_out([services.answer_review(by=actor, review=review, text=given.answer)])[0]


@router.post("/offers/{number}/reviews/{review_id}/hide", response={200: ReviewOut, **REFUSALS})
def hide_review(request: HttpRequest, number: str, review_id: RowId, given: ReasonIn) -> ReviewOut:
    """Hide a review that breaks a rule; who decides disputes may, who sells may not."""
    actor = actor_of(request)
    review = queries.get_review(queries.get_offer(actor, number), review_id)
    return reviews_out([services.hide_review(by=actor, review=review, reason=given.reason)])[0]


@router.post("/offers/{number}/reviews/{review_id}/show", response={200: ReviewOut, **REFUSALS})
def show_review(request: HttpRequest, number: str, review_id: RowId) -> ReviewOut:
    """Show a hidden review again."""
    actor = actor_of(request)
    review = queries.get_review(queries.get_offer(actor, number), review_id)
    return reviews_out([services.show_review(by=actor, review=review)])[0]


def _moved(request: HttpRequest, number: str, given: OfferVersionIn, act: Callable[..., Offer]) -> OfferOut:
    actor = actor_of(request)
    return _out(act(by=actor, offer=queries.get_offer(actor, number), version=given.version))


def _stocked(request: HttpRequest, number: str, given: StockIn, act: Callable[..., Offer]) -> OfferOut:
    actor = actor_of(request)
    return _out(act(by=actor, offer=queries.get_offer(actor, number), quantity=given.quantity))


def _out(offer: Offer) -> OfferOut:
    return offers_out([offer])[0]


@contextmanager
def _refusals() -> Iterator[None]:
    """Let what is refused at a field of our forms be told at the place that a body has for it."""
    try:
        yield
    except DomainError as error:
        for start, place in PLACES.items():
            if error.field.startswith(start):
                error.field = place + error.field.removeprefix(start)
                break
        raise
