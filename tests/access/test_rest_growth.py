"""Every list over REST asks the database as often for many rows as for one, and a new one without a line here fails."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from terrace.registry import services as registry
from terrace.registry.models import Party
from tests import factories
from tests.access.lists import Case, gathered
from tests.access.test_query_growth import LISTS as PAGES
from tests.access.test_query_growth import MANY
from tests.access.world import World
from tests.conftest import VILLAGE, Cast
from tests.described import description


def _cooperative(cast: Cast) -> Party:
    """Return the cooperative of the village whose members are listed, a new one when first asked for."""
    return Party.objects.filter(number="P-COOP").first() or factories.PartyFactory(
        number="P-COOP", kind="cooperative", area=factories.AreaFactory(code=VILLAGE)
    )


def _member(cast: Cast, number: int) -> None:
    member = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
    registry.join_cooperative(by=cast.keeper.actor, member=member, cooperative=_cooperative(cast))


def _membership(cast: Cast, number: int) -> None:
    cooperative = factories.PartyFactory(kind="cooperative", area=factories.AreaFactory(code=VILLAGE))
    registry.join_cooperative(by=cast.keeper.actor, member=cast.farmer.party, cooperative=cooperative)


LISTS = {
    "/acts?act=registry.register_party": PAGES["audit:acts"],
    "/advice": PAGES["sourcing:advice"],
    "/advice/{advice}/receipts": PAGES["sourcing:advice_detail"],
    "/areas?text=place": PAGES["network:area"],
    "/areas/{station}/children": PAGES["network:area"],
    "/calls": PAGES["sourcing:calls"],
    "/demand-notices": PAGES["sourcing:demand"],
    "/notices": PAGES["messaging:notices"],
    "/parties": PAGES["registry:parties"],
    "/parties/P-COOP/members": Case(_member),
    "/parties/{party}/memberships": Case(_membership),
    "/people": PAGES["accounts:people"],
    "/products": PAGES["catalog:products"],
    "/reference-prices": PAGES["sourcing:prices"],
    "/supply-notices": PAGES["sourcing:supply"],
    "/units": PAGES["network:units"],
    **gathered("REST"),
}
"""How each list gets a row more, by its address; values in braces are the world's."""


def _lists() -> set[str]:
    """Return the addresses of the interface that answer with pages of a list, without what is given in them."""
    ways = description()["paths"].items()
    return {_plain(path.removeprefix("/api/v1")) for path, way in ways if _is_list(way)}


def _is_list(way: dict[str, Any]) -> bool:
    answer = way.get("get", {}).get("responses", {}).get(200, {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return "/Paged_" in schema.get("$ref", "")


def _plain(path: str) -> str:
    """Return an address without its question, with a star for each value that is given in it."""
    parts = path.partition("?")[0].split("/")
    return "/".join("*" if part.startswith("{") or part == "P-COOP" else part for part in parts)


def _read(client: Client, address: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(answer.json()["items"]), [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_over_rest_asks_as_often_for_many_rows_as_for_one(world: World, path: str) -> None:
    cast = world.cast
    case = LISTS[path]
    client = getattr(cast, case.reader).client
    address = f"/api/v1{path.format(**world.own, station=VILLAGE[:9])}"
    case.grow(cast, 0)
    client.get(address)  # what is asked once for each process is asked here
    few, before = _read(client, address)

    for number in range(1, MANY + 1):
        case.grow(cast, number)
    many, after = _read(client, address)

    assert 0 < few < many
    assert len(after) == len(before), "\n".join(after)


def test_every_list_over_rest_is_tried() -> None:
    assert _lists() == {_plain(path) for path in LISTS}
