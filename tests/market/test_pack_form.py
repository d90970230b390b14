"""The form of who packs: the lots to take first, few of them, and others by what their label says."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.market import queries
from terrace.market.domain import OrderStatus
from terrace.market.models import Order
from terrace.sourcing.domain import PayRule
from terrace.traceability import services as traceability
from terrace.traceability.domain import EventKind, link_path
from terrace.traceability.models import Lot
from tests import factories
from tests.amounts import grams
from tests.conftest import VILLAGE, Cast
from tests.journeys.harvest import Season, begin, buy
from tests.market.orders import paid_order


@pytest.fixture
def season(cast: Cast) -> Season:
    """Return a season in which two lots lie at the centre and are on sale."""
    return begin(cast)


def more_lots(season: Season, ages: list[int]) -> list[Lot]:
    """Buy 40 kg each, harvested so many days ago, and bring them to the centre."""
    made = []
    for age in ages:
        grower = factories.HouseholdFactory(area=factories.AreaFactory(code=VILLAGE))
        day = clock.today() - timedelta(days=age)
        lot = buy(season.cast, grower, PayRule.AT_SALE, harvested_on=day).lot
        bring(season, lot)
        made.append(lot)
    return made


def bring(season: Season, lot: Lot) -> None:
    """Let a lot come to the centre."""
    traceability.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.SENT, unit_id=season.point_id)
    traceability.note(by=SYSTEM, lot_ids=[lot.pk], kind=EventKind.ARRIVED, unit_id=season.centre_id)


def shown(client: Client, order: Order, query: str = "", status: int = 200) -> str:
    """Return the packer's page."""
    answer = client.get(f"/market/sell/orders/{order.number}/pack/{query}")
    assert answer.status_code == status
    return answer.content.decode()


def lots_on(page: str) -> list[str]:
    """Return the lots that the page asks how much is taken of, from the top down."""
    return re.findall(r"<label[^>]*>\s*Lot (B-\w+)", page)


def amounts_on(page: str) -> list[str]:
    """Return what stands in the fields of the lots."""
    fields = re.findall(r"<input[^>]*name=\"line\d+_lot\d+\"[^>]*>", page)
    return [(re.findall(r'value="([^"]*)"', field) or [""])[0] for field in fields]


def test_a_packer_is_shown_the_oldest_harvest_first_and_few_lots_in_all(season: Season) -> None:
    old, oldest, young = more_lots(season, [20, 30, 10])
    order = paid_order(season.offer, 2)
    page = shown(season.cast.packer.client, order)
    assert lots_on(page) == [oldest.number, old.number, young.number]
    assert amounts_on(page) == ["10", "", ""]
    assert "2 more lots lie here" in page
    assert "best before" in page


def test_as_many_lots_are_shown_as_the_order_needs(season: Season) -> None:
    made = more_lots(season, [40, 30, 20, 10])
    for lot in made:
        lot.refresh_from_db()
        traceability.pack(by=SYSTEM, lot_id=lot.pk, quantity=grams(37_000), reference="parcel/W-OTHER001")
    order = paid_order(season.offer, 2)
    page = shown(season.cast.packer.client, order)
    assert lots_on(page) == [lot.number for lot in made]
    assert amounts_on(page) == ["3", "3", "3", "1"]


def test_what_is_past_its_best_comes_last(season: Season) -> None:
    (past,) = more_lots(season, [200])
    (stock,) = queries.stock_for(paid_order(season.offer, 1), season.centre_id)
    assert stock.lots[-1] == past
    assert stock.best_before(past) < clock.today()
    assert past.pk not in stock.proposed


@pytest.mark.parametrize("by_camera", [False, True])
def test_a_lot_comes_to_the_top_by_what_its_label_says(season: Season, by_camera: bool) -> None:
    *_older, youngest = more_lots(season, [40, 30, 20, 0])
    order, packer = paid_order(season.offer, 2), season.cast.packer.client
    assert youngest.number not in shown(packer, order)
    said = f"https://terrace.example{link_path(youngest.gtin, youngest.number)}" if by_camera else youngest.number
    page = shown(packer, order, f"?lot={said.lower() if not by_camera else said}")
    assert lots_on(page)[0] == youngest.number
    assert amounts_on(page)[0] == "10"
    assert f'name="lot" value="{youngest.number}"' in page
    (line,) = order.lines.all()
    sent = {f"line{line.pk}_lot{youngest.pk}": "10", "parcels": "1", "weight": "10.5", "version": str(order.version)}
    assert packer.post(f"/market/sell/orders/{order.number}/pack/?lot={said}", sent).status_code == 302
    youngest.refresh_from_db()
    assert youngest.left == grams(30_000)


def test_several_lots_are_named_one_after_the_other(season: Season) -> None:
    first, second, third, _fourth = more_lots(season, [40, 30, 20, 10])
    order = paid_order(season.offer, 1)
    page = shown(season.cast.packer.client, order, f"?lot={third.number}&lot={second.number}&lot=")
    assert lots_on(page)[:2] == [third.number, second.number]
    assert first.number in page


def test_a_lot_that_cannot_go_in_is_refused_with_the_reason(season: Season) -> None:
    order, packer = paid_order(season.offer, 1), season.cast.packer.client
    elsewhere = buy(season.cast, season.at_sale.producer, PayRule.AT_SALE).lot
    foreign = factories.ProductFactory(code="walnut")
    recalled, other = more_lots(season, [5, 5])
    traceability.recall(by=season.cast.centre.actor, lot=recalled, reason="Bring it back")
    given = traceability.NewLot(foreign.pk, None, grams(5_000), None, VILLAGE, season.centre_id)
    walnuts = traceability.create_lot(by=SYSTEM, new=given)
    traceability.set_aside(by=SYSTEM, lot_ids=[other.pk], reference="consignment/K-OTHER001")
    for lot, reason in (
        ("B-NOTHERE1", "There is no such lot"),
        (elsewhere.number, "does not lie here"),
        (recalled.number, "was recalled"),
        (walnuts.number, "other goods"),
        (other.number, "wait to go elsewhere"),
    ):
        page = shown(packer, order, f"?lot={lot}")
        assert reason in page, lot
        assert lot not in lots_on(page)
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_what_was_sent_of_a_lot_is_read_though_it_is_no_longer_offered(season: Season) -> None:
    *_older, youngest = more_lots(season, [40, 30, 20, 0])
    order, packer = paid_order(season.offer, 1), season.cast.packer.client
    (line,) = order.lines.all()
    sent = {f"line{line.pk}_lot{youngest.pk}": "5", "parcels": "1", "weight": "5.5", "version": str(order.version)}
    assert packer.post(f"/market/sell/orders/{order.number}/pack/", sent).status_code == 302
    youngest.refresh_from_db()
    assert youngest.left == grams(35_000)
