"""The pages of who sells: from a supply notice to an offer on the market."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import services
from terrace.market.domain import OfferStatus, OrderStatus
from terrace.market.models import Offer
from terrace.market.services import ReviewGiven
from terrace.registry import services as registry
from terrace.registry.models import Party
from terrace.sourcing import services as sourcing
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.market.selling import NOW, TODAY, a_line, a_photo, an_offer, goods

pytestmark = pytest.mark.usefixtures("autumn")


def _typed(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "seller": cast.buyer.party.number,
        "variety": "fuji",
        "sold_as": "pack:box-5kg",
        "price": "49",
        "stock": "20",
        "opens_on": "2026-10-10",
        "closes_on": "2026-11-30",
        "title_en": "Fuji apples",
        "most_per_order": "10",
        **changes,
    }


def _draft_of(cast: Cast, **changes: Any) -> Offer:
    goods()
    answer = cast.buyer.client.post("/market/offers/new/apple/", _typed(cast, **changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return Offer.objects.get()


def test_a_shop_writes_an_offer_and_puts_it_on_sale(cast: Cast) -> None:
    photo = SimpleUploadedFile("apples.jpg", a_photo().read(), content_type="image/jpeg")
    offer = _draft_of(cast, freight_first="8", photo=photo)
    assert (offer.price, offer.stocked, offer.photos.count()) == (Money(4900, "CNY"), 20, 1)
    assert offer.freight.first == Money(800, "CNY")
    page = cast.buyer.client.get(f"/market/offers/{offer.number}/").content.decode()
    assert "Nobody sees it yet." in page
    cast.buyer.client.post(f"/market/offers/{offer.number}/sell/", {"version": "1"})
    assert Offer.objects.get().status == OfferStatus.ON_SALE
    cast.buyer.client.post(f"/market/offers/{offer.number}/pause/", {"version": "2"})
    assert Offer.objects.get().status == OfferStatus.PAUSED


def test_a_stale_button_asks_again_and_changes_nothing(cast: Cast) -> None:
    offer = an_offer(cast)
    answer = cast.buyer.client.post(f"/market/offers/{offer.number}/pause/", {"version": "1"})
    assert answer.status_code == 422
    assert Offer.objects.get().status == OfferStatus.ON_SALE


def test_an_offer_begins_with_a_supply_notice(cast: Cast) -> None:
    goods()
    given = sourcing.Terms("apple", Quantity(800_000, Unit.KILOGRAM), date(2026, 10, 5), date(2026, 10, 30))
    notice = sourcing.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=given, now=NOW)
    page = cast.keeper.client.get("/market/offers/new/")
    ((_goods, said, url),) = page.context["notices"]
    assert "800" in said
    assert f"seller={cast.farmer.party.number}" in url
    typed = _typed(cast, seller=cast.farmer.party.number)
    assert cast.keeper.client.post(url, typed).status_code == 302
    offer = Offer.objects.get()
    assert (offer.notice_id, offer.area_path, offer.seller_id) == (notice.pk, VILLAGE, cast.farmer.party.pk)


def test_a_refusal_stands_at_its_field_and_the_price_is_asked_about(cast: Cast) -> None:
    goods()
    price = sourcing.PriceGiven("apple", TODAY, VILLAGE[:6], Money(600, "CNY"))
    sourcing.set_reference_price(by=cast.centre.actor, given=price, now=NOW)
    client = cast.buyer.client
    refused = client.post("/market/offers/new/apple/", _typed(cast, price="490"))
    assert (refused.status_code, Offer.objects.count()) == (422, 0)
    assert "far from the reference price" in refused.content.decode()
    assert 'type="checkbox" name="sure_of_price"' in refused.content.decode()
    assert client.post("/market/offers/new/apple/", _typed(cast, price="490", sure_of_price="on")).status_code == 302


def test_a_place_is_found_by_its_name_and_asked_for_where_several_fit(cast: Cast) -> None:
    goods()
    client = cast.buyer.client
    many = client.post("/market/offers/new/apple/", _typed(cast, area="place 621226"))
    assert (many.status_code, Offer.objects.count()) == (422, 0)
    assert f'value="{NEIGHBOUR_VILLAGE}"' in many.content.decode()
    nowhere = client.post("/market/offers/new/apple/", _typed(cast, area="atlantis"))
    assert "There is no place of this name here." in nowhere.content.decode()
    client.post("/market/offers/new/apple/", _typed(cast, area=f"place {NEIGHBOUR_VILLAGE}"))
    assert Offer.objects.get().area_path == NEIGHBOUR_VILLAGE


def test_a_change_shows_what_is_there_and_what_it_changed(cast: Cast) -> None:
    offer = _draft_of(cast)
    address = f"/market/offers/{offer.number}/change/"
    form = cast.buyer.client.get(address).context["form"]
    assert (form.initial["sold_as"], form.initial["price"]) == ("pack:box-5kg", Money(4900, "CNY"))
    typed = {
        name: value for name, value in _typed(cast, price="55", version="1").items() if name not in ("seller", "stock")
    }
    assert cast.buyer.client.post(address, typed).status_code == 302
    page = cast.buyer.client.get(f"/market/offers/{offer.number}/").content.decode()
    assert "CN¥49.00" in page
    assert "CN¥55.00" in page
    assert cast.buyer.client.post(address, typed).status_code in (409, 422)


def test_stock_goes_in_and_out_and_never_below_what_is_left(cast: Cast) -> None:
    offer = an_offer(cast, stock=3)
    client, page = cast.buyer.client, f"/market/offers/{offer.number}"
    client.post(f"{page}/restock/", {"quantity": "5"})
    client.post(f"{page}/take-out/", {"quantity": "2"})
    offer.refresh_from_db()
    assert (offer.stocked, offer.available) == (6, 6)
    a_line(offer, quantity=4)
    refused = client.post(f"{page}/take-out/", {"quantity": "3"})
    assert refused.status_code == 422
    assert "Only 2 are left." in refused.content.decode()
    offer.refresh_from_db()
    assert (offer.stocked, offer.available, offer.sold) == (6, 2, 4)


@pytest.mark.parametrize("act", ["change", "sell", "pause", "end", "restock", "take-out", "photos", "reviews/1/answer"])
def test_who_sees_an_offer_but_does_not_sell_it_acts_not(cast: Cast, act: str) -> None:
    offer = an_offer(cast)
    for who, status in (("packer", 403), ("bureau", 403), ("keeper", 404), ("stranger", 404)):
        assert getattr(cast, who).client.post(f"/market/offers/{offer.number}/{act}/").status_code == status
    assert Offer.objects.get().version == 2
    assert Client().post(f"/market/offers/{offer.number}/{act}/").status_code == 302


def test_the_list_is_each_ones_own_and_a_sheet_of_it(cast: Cast) -> None:
    offer = an_offer(cast)
    for who, count in (("buyer", 1), ("clerk", 1), ("packer", 1), ("keeper", 0)):
        answer = getattr(cast, who).client.get("/market/offers/")
        assert len(answer.context["listing"].rows) == count
    for query in ("text=cloud", "status=on_sale", "product=apple", "own=on", f"text={offer.number}", "sort=-status"):
        assert len(cast.buyer.client.get(f"/market/offers/?{query}").context["listing"].rows) == 1, query
    assert not cast.buyer.client.get("/market/offers/?status=draft").context["listing"].rows
    sheet = cast.buyer.client.get("/market/offers/?export=xlsx")
    assert "spreadsheet" in sheet["Content-Type"]


def test_the_list_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    client = cast.buyer.client

    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/market/offers/")
        return len(asked)

    an_offer(cast)
    client.get("/market/offers/")
    one = ask()
    for _each in range(9):
        an_offer(cast)
    assert ask() == one


def test_a_review_is_answered_and_hidden_on_the_offers_page(cast: Cast) -> None:
    line = a_line(an_offer(cast))
    given = ReviewGiven(2, "Two were bruised.")
    review = services.review(by=cast.stranger.actor, line=line, given=given, has_order=True, now=NOW)
    page = f"/market/offers/{line.offer.number}/reviews/{review.pk}"
    cast.buyer.client.post(f"{page}/answer/", {"answer": "We are sorry."})
    assert "We are sorry." in cast.stranger.client.get(f"/market/goods/{line.offer.number}/").content.decode()
    assert cast.buyer.client.post(f"{page}/hide/", {"reason": "No"}).status_code == 403
    cast.clerk.client.post(f"{page}/hide/", {"reason": "Insulting"})
    assert "Two were bruised." not in cast.stranger.client.get(f"/market/goods/{line.offer.number}/").content.decode()
    assert "Insulting" in cast.clerk.client.get(f"/market/offers/{line.offer.number}/").content.decode()


def test_what_has_ended_is_offered_again(cast: Cast) -> None:
    offer = an_offer(cast)
    services.end_offer(by=cast.buyer.actor, offer=offer, version=2, now=NOW)
    page = cast.buyer.client.get(f"/market/offers/{offer.number}/")
    assert "Offer it again" in page.content.decode()
    form = cast.buyer.client.get(page.context["primary"]["url"]).context["form"]
    assert (form.initial["title_en"], form.initial["opens_on"]) == ("Fuji apples from the terraces", TODAY)


def _erased(cast: Cast) -> Party:
    party = Party.objects.get(pk=cast.farmer.party.pk)
    asked = registry.ask_erasure(by=cast.farmer.actor, party=party, version=party.version)
    registry.erase_party(by=cast.centre.actor, party=asked, version=asked.version)
    return party


def test_an_erased_household_sells_nothing_and_its_words_and_photos_are_gone(cast: Cast) -> None:
    offer = an_offer(cast, seller=cast.farmer, photos=[a_photo()], stories={"en": "My grandfather planted them."})
    line = a_line(offer, status=OrderStatus.COMPLETED, completed_at=NOW)
    services.answer_review(
        by=cast.farmer.actor,
        review=services.review(by=cast.buyer.actor, line=line, given=ReviewGiven(5), has_order=True, now=NOW),
        text="Thank you, Zhao Suqin.",
        now=NOW,
    )
    _erased(cast)
    offer.refresh_from_db()
    assert (offer.status, offer.stories, offer.titles) == (OfferStatus.ENDED, {}, offer.product.names)
    assert (offer.photos.count(), offer.reviews.get().answer, offer.rating_count) == (0, "", 1)
    assert Client().get(f"/market/goods/{offer.number}/").status_code == 404
