"""From a party's page to its notices and back."""

import pytest
from django.urls import reverse

from terrace.http.ways import ways_from
from terrace.sourcing import services
from tests.conftest import Cast
from tests.sourcing.conftest import NOW, terms
from tests.sourcing.purchases import bought


def urls(cast: Cast, reader: str, party: str) -> list[str]:
    """Return where a reader can go from the page of somebody's party."""
    return [way.url for way in ways_from(getattr(cast, reader).actor, getattr(cast, party).party)]


def own_urls(cast: Cast, reader: str, party: str) -> list[str]:
    """Return those of the ways that lead to notices and purchases; other contexts test their own."""
    return [url for url in urls(cast, reader, party) if url.startswith("/sourcing/")]


def _end(page: str) -> str:
    return "/" if page.endswith("new/") else ""


@pytest.mark.parametrize(
    ("reader", "party", "pages"),
    [
        ("keeper", "farmer", ["supply/?text=", "supply/new/?party=", "purchases/?text=", "purchases/new/"]),
        ("farmer", "farmer", ["supply/?text=", "supply/new/?party=", "purchases/?text="]),
        ("bureau", "farmer", ["supply/?text=", "purchases/?text="]),
        (
            "buyer",
            "buyer",
            ["supply/?text=", "supply/new/?party=", "demand/?text=", "demand/new/?party=", "purchases/?text="],
        ),
    ],
)
def test_a_party_leads_to_what_the_reader_may_see_and_record(
    cast: Cast, reader: str, party: str, pages: list[str]
) -> None:
    number = getattr(cast, party).party.number
    assert own_urls(cast, reader, party) == [f"/sourcing/{page}{number}{_end(page)}" for page in pages]


@pytest.mark.parametrize(("reader", "party"), [("neighbour", "farmer"), ("keeper", "buyer")])
def test_who_may_not_see_a_party_is_led_nowhere(cast: Cast, reader: str, party: str) -> None:
    assert urls(cast, reader, party) == []


def test_nothing_is_recorded_for_who_rests(cast: Cast) -> None:
    cast.farmer.party.is_active = False
    assert [url for url in urls(cast, "keeper", "farmer") if "new" in url] == []


def test_page_and_ways_agree(cast: Cast) -> None:
    page = cast.keeper.client.get(reverse("registry:party", args=[cast.farmer.party.number])).content.decode()
    assert all(f'href="{url}"' in page for url in urls(cast, "keeper", "farmer"))


@pytest.mark.parametrize(("reader", "leads"), [("keeper", True), ("farmer", True), ("buyer", False)])
def test_a_notice_leads_to_whose_it_is_for_who_may_open_that(cast: Cast, reader: str, leads: bool) -> None:
    notice = services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(), now=NOW)
    page = getattr(cast, reader).client.get(reverse("sourcing:supply_detail", args=[notice.number])).content.decode()
    assert (f'href="{reverse("registry:party", args=[cast.farmer.party.number])}"' in page) is leads


def test_the_search_for_a_product_keeps_whose_it_is(cast: Cast) -> None:
    query = {"party": cast.farmer.party.number, "text": "apple"}
    fragment = cast.keeper.client.get(
        reverse("sourcing:supply_new"), query, headers={"HX-Request": "true", "HX-Target": "ul#tiles"}
    ).content.decode()
    assert f'href="/sourcing/supply/new/apple/?party={cast.farmer.party.number}"' in fragment
    page = cast.keeper.client.get(reverse("sourcing:supply_new"), query).content.decode()
    assert 'hx-include="closest form"' in page


def test_a_purchase_leads_its_buyer_and_its_producer_to_the_lot(cast: Cast) -> None:
    purchase = bought(cast)
    link = f"/lots/{purchase.lot.number}/"
    for member in (cast.buyer, cast.farmer, cast.keeper):
        page = member.client.get(f"/sourcing/purchases/{purchase.number}/").content.decode()
        assert f'href="{link}"' in page
        assert member.client.get(link).status_code == 200
