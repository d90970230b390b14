"""The public market and the page of goods, for everybody."""

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.market.selling import a_photo, an_offer

pytestmark = pytest.mark.usefixtures("autumn")


def _names(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/market/?{query}")
    assert answer.status_code == 200
    return [row.cells[0].value.offer.number for row in answer.context["listing"].rows]


def test_everybody_reads_the_market_without_signing_in(cast: Cast, client: Client) -> None:
    an_offer(cast, photos=[a_photo()])
    page = client.get("/market/").content.decode()
    assert "Fuji apples from the terraces" in page
    assert "¥49.00" in page
    assert "¥9.80" in page


def test_goods_page(cast: Cast, client: Client) -> None:
    offer = an_offer(cast, photos=[a_photo(), a_photo("green")], stories={"en": "Grown at 1,900 m."})
    page = client.get(f"/market/goods/{offer.number}/").content.decode()
    assert "Grown at 1,900 m." in page
    assert "Cloud Ridge Shop" in page
