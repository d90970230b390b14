"""The public market and the page of goods, for everybody."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.market import queries, services
from terrace.market.domain import SaleUnit
from terrace.market.models import Offer
from terrace.market.services import ReviewGiven
from terrace.network.models import Area
from terrace.registry.domain import TraceName
from terrace.registry.models import Household
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.market.selling import FREIGHT, NOW, a_line, a_photo, an_offer

pytestmark = pytest.mark.usefixtures("autumn")


def _found(client: Client, query: str = "") -> set[str]:
    answer = client.get(f"/market/?{query}")
    assert answer.status_code == 200
    return {row.cells[0].value.offer.number for row in answer.context["listing"].rows}


def test_everybody_reads_the_market_without_signing_in(cast: Cast, client: Client) -> None:
    an_offer(cast, photos=[a_photo()])
    page = client.get("/market/").content.decode()
    for words in (
        "Fuji apples from the terraces",
        "CN¥49.00",
        "5\N{NO-BREAK SPACE}kg",
        "CN¥9.80",
        f"Place {VILLAGE[:6]}",
    ):
        assert words in page
    assert re.search(r'small\.jpg"\s+alt=""\s+width="480"\s+height="320"\s+loading="lazy"', page)


def test_only_what_can_be_bought_today_is_on_the_shelf(cast: Cast, client: Client) -> None:
    shown = an_offer(cast)
    an_offer(cast, on_sale=False)
    an_offer(cast, opens_on=date(2026, 10, 11))
    sold_out, paused = an_offer(cast), an_offer(cast)
    Offer.objects.filter(pk=sold_out.pk).update(available=0)
    services.pause_offer(by=cast.buyer.actor, offer=paused, version=2, now=NOW)
    assert _found(client) == {shown.number}


@pytest.mark.parametrize(
    "text",
    [
        "fuji",
        "FUJI",
        "ＦＵＪＩ",
        "富士",
        "hongfushi",
        "hfs",
        "pingguo",
        "pg",
        "terraces apples",
        "cloud ridge",
        "地方6212",
    ],
)
def test_goods_are_found_in_characters_pinyin_initials_english_and_by_seller_and_place(
    cast: Cast, client: Client, text: str
) -> None:
    offer = an_offer(cast)
    assert _found(client, f"text={text}") == {offer.number}
    assert _found(client, f"text={text}+nowhere") == set()


def test_a_households_name_finds_nothing(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, seller=cast.farmer)
    assert _found(client, "text=zhao") == set()
    assert _found(client, f"text={offer.number}") == {offer.number}


def test_filters_leave_what_fits(cast: Cast, client: Client) -> None:
    factories.ProductFactory(code="lychee", names={"en": "Lychee"}, season_from=6, season_to=7)
    factories.AreaFactory(code=OTHER_COUNTY_VILLAGE)
    apples = an_offer(cast, area=VILLAGE)
    lychee = an_offer(
        cast,
        product="lychee",
        variety="",
        pack="",
        sold_as=SaleUnit.WEIGHT,
        price=Money(2_500, "CNY"),
        area=OTHER_COUNTY_VILLAGE,
    )
    assert _found(client, f"county={OTHER_COUNTY_VILLAGE[:6]}") == {lychee.number}
    assert _found(client, "product=apple") == {apples.number}
    assert _found(client, "season=now") == {apples.number}
    assert _found(client, "season=7") == {lychee.number}
    assert _found(client, "highest=30") == {lychee.number}
    assert _found(client, "lowest=30&highest=60") == {apples.number}
    assert _found(client, "county=nowhere") == {apples.number, lychee.number}  # a wrong filter filters nothing


def test_a_varietys_own_season_goes_before_its_products(cast: Cast, client: Client) -> None:
    factories.VarietyFactory(code="late", names={"en": "Late"}, season_from=11, season_to=11)
    late, fuji = an_offer(cast, variety="late"), an_offer(cast)
    assert _found(client, "season=now") == {fuji.number}
    assert _found(client, "season=11") == {fuji.number, late.number}


def test_the_shelf_is_sorted_by_price_by_the_kilogram_and_by_rating(cast: Cast, client: Client) -> None:
    big = an_offer(cast, pack="", content=Quantity(10_000, Unit.KILOGRAM), price=Money(6_000, "CNY"))
    small = an_offer(cast)
    services.review(by=cast.stranger.actor, line=a_line(big), given=ReviewGiven(5), has_order=True, now=NOW)

    def order(sort: str) -> list[str]:
        rows = client.get(f"/market/?sort={sort}").context["listing"].rows
        return [row.cells[0].value.offer.number for row in rows]

    assert order("price") == [small.number, big.number]
    assert order("unit_price") == [big.number, small.number]
    assert order("-rating") == [big.number, small.number]
    assert order("") == order("nonsense") == [small.number, big.number]


def test_an_empty_shelf_and_an_empty_search_say_so(cast: Cast, client: Client) -> None:
    assert "The shelf is empty today" in client.get("/market/").content.decode()
    an_offer(cast)
    page = client.get("/market/?text=nothing").content.decode()
    assert "Nothing on the shelf fits this" in page
    assert "See everything" in page


def test_a_fragment_is_the_list_alone(cast: Cast, client: Client) -> None:
    an_offer(cast)
    part = client.get("/market/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="div#list").content.decode()
    assert part.strip().startswith('<div class="list"')
    assert "Fuji apples" in part


def test_the_shelf_asks_as_often_for_many_as_for_one(cast: Cast, client: Client) -> None:
    def ask() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/market/")
        return len(asked)

    an_offer(cast, photos=[a_photo()])
    client.get("/market/")
    one = ask()
    for _each in range(11):
        an_offer(cast, photos=[a_photo()])
    assert ask() == one


def test_the_page_of_goods_says_what_a_buyer_wants_to_know(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, photos=[a_photo(), a_photo("green")], stories={"en": "Grown at 1,900 m."}, area=VILLAGE)
    page = client.get(f"/market/goods/{offer.number}/").content.decode()
    for words in (
        "Grown at 1,900 m.",
        "Cloud Ridge Shop",
        f"Place {VILLAGE}",
        "September to November",
        "CN¥8.00 for the",
    ):
        assert words in page
    assert page.count("large.jpg") == 3  # the first one's address stands in its link and in its set of sources
    assert 'width="900"' in page
    assert f"/market/basket/add/{offer.number}/" in page


def test_goods_written_in_one_language_say_so_to_who_reads_another(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, titles={"zh-hans": "梯田红富士"})
    page = client.get(f"/market/goods/{offer.number}/").content.decode()
    assert '<h1 lang="zh-hans">梯田红富士</h1>' in page


def test_a_household_is_told_by_its_village_alone(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, seller=cast.farmer)
    for language in ("en", "zh-hans"):
        with override(language):
            page = client.get(f"/market/goods/{offer.number}/", HTTP_ACCEPT_LANGUAGE=language).content.decode()
        assert "Zhao Suqin" not in page
    assert f"{VILLAGE}" in page


def test_a_draft_is_nobodys_and_what_has_ended_is_still_read(cast: Cast, client: Client) -> None:
    draft = an_offer(cast, on_sale=False, photos=[a_photo()])
    photo = draft.photos.get()
    assert client.get(f"/market/goods/{draft.number}/").status_code == 404
    assert client.get(f"/market/goods/{draft.number}/photos/{photo.pk}/small.jpg").status_code == 404
    own = cast.buyer.client.get(f"/market/goods/{draft.number}/photos/{photo.pk}/small.jpg")
    assert (own.status_code, own["Content-Type"]) == (200, "image/jpeg")
    assert "private" in own["Cache-Control"]
    ended = an_offer(cast, photos=[a_photo()])
    services.end_offer(by=cast.buyer.actor, offer=ended, version=2, now=NOW)
    page = client.get(f"/market/goods/{ended.number}/").content.decode()
    assert "It is no longer sold." in page
    assert "basket/add" not in page
    large = client.get(f"/market/goods/{ended.number}/photos/{ended.photos.get().pk}/large.jpg")
    assert "public" in large["Cache-Control"]
    assert client.get(f"/market/goods/{ended.number}/photos/999999/large.jpg").status_code == 404


def test_the_sketch_map_shows_the_place_to_everybody(cast: Cast, client: Client) -> None:
    Area.objects.filter(code=VILLAGE).update(latitude=34.0, longitude=105.1)
    offer = an_offer(cast, area=VILLAGE)
    place = client.get(f"/market/goods/{offer.number}/place.json").json()
    assert place["features"][0]["geometry"]["coordinates"] == [105.1, 34.0]
    assert client.get(f"/market/goods/{offer.number}/outlines.json").status_code == 200
    draft = an_offer(cast, area=VILLAGE, on_sale=False)
    assert client.get(f"/market/goods/{draft.number}/place.json").status_code == 404


def test_freight_is_said_in_a_line(cast: Cast, client: Client) -> None:
    free = an_offer(cast, freight=None)
    assert "included in the price" in client.get(f"/market/goods/{free.number}/").content.decode()
    assert FREIGHT.free_from is not None
    dear = an_offer(cast)
    assert "free from CN¥200.00 on" in client.get(f"/market/goods/{dear.number}/").content.decode()


def test_the_first_page_leads_to_the_market(db: None, client: Client) -> None:
    assert 'href="/market/"' in client.get("/").content.decode()


def test_search_follows_names_that_change_elsewhere(cast: Cast, client: Client) -> None:
    offer = an_offer(cast)
    product = offer.product
    product.names = {"en": "Apple of the hills", "zh-hans": "山苹果"}
    product.save()
    assert _found(client, "text=hills") == set()
    assert services.refresh_search(now=NOW) == 1
    assert _found(client, "text=hills") == {offer.number}
    assert services.refresh_search(now=NOW) == 0
    assert queries.public_offers().get().version == 2


def test_a_household_that_consents_is_named(cast: Cast, client: Client) -> None:
    address = f"/market/goods/{an_offer(cast, seller=cast.farmer).number}/"
    household = Household.objects.filter(pk=cast.farmer.party.pk)
    household.update(shown_on_trace=TraceName.SURNAME)
    page = client.get(address).content.decode()
    assert f"household of Place {VILLAGE}" in page
    assert "Suqin" not in page
    household.update(shown_on_trace=TraceName.FULL)
    assert "Zhao Suqin" in client.get(address).content.decode()
