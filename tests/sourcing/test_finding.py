"""Finding notices by their number, by whose they are, or among the reader's own: on the page and over REST."""

import pytest

from terrace.sourcing import services
from terrace.sourcing.models import NoticeRow
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import terms


@pytest.fixture
def notices(cast: Cast) -> dict[str, NoticeRow]:
    """Let two households and a shop have apples, and the shop want some."""
    shop = cast.buyer.party.number
    wife = factories.HouseholdFactory(name="Liu Guifang", area=factories.AreaFactory(code=VILLAGE))
    return {
        "zhao": services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms()),
        "liu": services.record_supply(by=cast.keeper.actor, party=wife.number, terms=terms()),
        "shop": services.record_supply(by=cast.buyer.actor, party=shop, terms=terms()),
        "wish": services.record_demand(by=cast.buyer.actor, party=shop, terms=terms()),
    }


def found(cast: Cast, reader: str, side: str, **query: str) -> set[str]:
    """Return the numbers that the page lists; the REST interface lists the same."""
    client = getattr(cast, reader).client
    rows = client.get(f"/sourcing/{side}/", query).context["listing"].rows
    by_page = {row.url.split("/")[-2] for row in rows}
    own = {"own": "true"} if "own" in query else {}
    answer = client.get(f"/api/v1/{side}-notices", {**query, **own}).json()
    assert {item["number"] for item in answer["items"]} == by_page
    return by_page


@pytest.mark.parametrize(
    ("reader", "text", "names"),
    [
        ("keeper", "Zhao", ["zhao"]),
        ("keeper", "guifang liu", ["liu"]),
        ("farmer", "Suqin", ["zhao"]),
        ("buyer", "Zhao", []),  # reads "Household" on it, and learns no more by asking
        ("buyer", "Cloud Ridge", ["shop"]),
        ("centre", "Cloud Ridge", ["shop"]),
        ("centre", "nobody of that name", []),
    ],
)
def test_notices_are_found_by_whose_they_are_as_far_as_the_reader_may_know_that(
    cast: Cast, notices: dict[str, NoticeRow], reader: str, text: str, names: list[str]
) -> None:
    assert found(cast, reader, "supply", text=text) == {notices[name].number for name in names}


def test_a_number_read_aloud_and_typed_finds_its_notice(cast: Cast, notices: dict[str, NoticeRow]) -> None:
    number = notices["zhao"].number
    assert found(cast, "keeper", "supply", text=f" {number.lower()} ") == {number}
    assert found(cast, "buyer", "supply", text=number) == {number}
    assert found(cast, "neighbour", "supply", text=number) == set()


def test_a_partys_number_finds_what_is_its(cast: Cast, notices: dict[str, NoticeRow]) -> None:
    assert found(cast, "keeper", "supply", text=cast.farmer.party.number) == {notices["zhao"].number}


def test_who_trades_finds_its_own(cast: Cast, notices: dict[str, NoticeRow]) -> None:
    assert found(cast, "buyer", "supply", own="on") == {notices["shop"].number}
    assert found(cast, "buyer", "demand", own="on") == {notices["wish"].number}
    page = cast.keeper.client.get("/sourcing/supply/")
    assert "own" not in page.context["listing"].form.fields
