"""First pages between harvest and money: what waits for each desk is counted, and money is told to its owner."""

from datetime import time, timedelta
from typing import Any

import pytest

from terrace.accounts.models import Person
from terrace.accounts.services.sign_in import self_of
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.ledger import services as ledger
from terrace.logistics import services as logistics
from terrace.logistics.services import TourGiven, VehicleGiven
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import PayRule
from terrace.web import workspaces
from tests import factories
from tests.conftest import VILLAGE, Cast, Member
from tests.market.orders import make_offer, paid_order, place
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.sold import pay, sell

PACK, DRIVE, SEND = "/market/pack/", "/logistics/drive/", "/logistics/consignments/new/"


@pytest.fixture(autouse=True)
def _at_harvest(db: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    factories.VarietyFactory()


def _counts(actor: Actor) -> dict[str, int]:
    return {todo.url: todo.count for todo in workspaces.of(actor)["todo"] if todo.count}


def _figures(actor: Actor) -> dict[str, str]:
    return {str(figure.label): figure.number for figure in workspaces.of(actor)["figures"]}


def test_a_paid_order_waits_for_its_seller_and_the_packer(cast: Cast) -> None:
    assert cast.buyer.party is not None
    sell(cast.buyer.party, NOW, area=VILLAGE)
    sell(cast.buyer.party, None, area=VILLAGE)

    assert _counts(cast.packer.actor)[PACK] == 1
    assert _counts(cast.buyer.actor)[PACK] == 1
    assert PACK not in _counts(cast.farmer.actor)
    assert PACK not in _counts(cast.stranger.actor)


def test_somebody_with_an_account_reads_what_the_own_orders_wait_for(cast: Cast) -> None:
    assert cast.buyer.party is not None
    person: Person = factories.PersonFactory(area_path="")
    actor = self_of(person)
    place({make_offer(cast.buyer.party): 1}, by=actor)

    assert _counts(actor) == {"/market/orders/mine/?status=placed": 1}
    assert {todo.url for todo in workspaces.of(actor)["todo"]} >= {"/market/", "/market/addresses/"}
    assert Member(person).client.get("/market/orders/mine/?status=placed").status_code == 200


def test_what_is_late_comes_first_and_a_clerk_calls_instead_of_packing(cast: Cast, time_machine: Any) -> None:
    assert cast.buyer.party is not None
    paid_order(make_offer(cast.buyer.party))
    time_machine.move_to(NOW + timedelta(days=5), tick=False)
    for who in (cast.buyer, cast.packer):
        assert list(_counts(who.actor))[:2] == ["/market/sell/orders/?late=on", PACK]
    clerk = _counts(cast.clerk.actor)
    assert clerk["/market/desk/"] == 1
    assert PACK not in clerk


def test_a_lot_that_was_bought_waits_at_the_keepers_point(cast: Cast) -> None:
    bought(cast)

    assert _counts(cast.keeper.actor)[SEND] == 1
    assert SEND not in _counts(cast.neighbour.actor)


def test_a_driver_opens_on_the_tour_of_today_and_on_nothing_else(cast: Cast) -> None:
    centre = ServiceUnit.objects.filter(area=VILLAGE[:6]).order_by("id")[0]
    van = logistics.add_vehicle(by=cast.centre.actor, unit_id=centre.pk, given=VehicleGiven("K1A26", 3_000_000))
    for day in (clock.today(), clock.today() + timedelta(days=1)):
        given = TourGiven(van.pk, cast.driver.person.pk, day, time(8, 30))
        logistics.plan_tour(by=cast.clerk.actor, unit_id=centre.pk, given=given)

    page = workspaces.of(cast.driver.actor)

    assert [(todo.url, todo.count) for todo in page["todo"]] == [(DRIVE, 1)]
    assert (page["figures"], page["notices"], page["layout"]) == ([], [], "layouts/phone.html")


def test_a_household_reads_what_it_has_what_is_owed_and_what_was_bought_last(cast: Cast) -> None:
    assert cast.farmer.party is not None
    bought(cast, pay_rule=PayRule.AT_SALE)
    last = bought(cast)
    pay(cast.farmer.party.pk, 700, NOW)

    figures = _figures(cast.farmer.actor)

    assert figures["On the account"] == f"CN¥{(last.amount_minor + 700) / 100:.2f}"
    assert figures["Still owed"] == figures["Last purchase"] == f"CN¥{last.amount_minor / 100:.2f}"


def test_a_firm_reads_what_it_has(cast: Cast) -> None:
    assert cast.buyer.party is not None
    ledger.account_of_party(cast.buyer.party.pk)

    assert _figures(cast.buyer.actor) == {"On the account": "CN¥0.00"}


def test_staff_read_what_their_area_sold_this_month(cast: Cast) -> None:
    assert cast.farmer.party is not None
    sell(cast.farmer.party, NOW, boxes=3)
    pay(cast.farmer.party.pk, 900, NOW)

    for member in (cast.keeper, cast.centre, cast.bureau):
        figures = _figures(member.actor)
        assert (figures["Sales"], figures["Household income"]) == ("CN¥150.00", "CN¥9.00")


@pytest.mark.parametrize(
    "who", ["keeper", "station", "centre", "clerk", "packer", "driver", "bureau", "farmer", "buyer"]
)
def test_everybodys_first_page_leads_only_where_they_may_go(cast: Cast, who: str) -> None:
    bought(cast)
    assert cast.buyer.party is not None
    sell(cast.buyer.party, NOW, area=VILLAGE)
    member = getattr(cast, who)
    client, page = member.client, workspaces.of(member.actor)

    for url in [*(todo.url for todo in page["todo"]), *(figure.url for figure in page["figures"] if figure.url)]:
        assert client.get(url).status_code == 200, url
    for entry in client.get("/").context["navigation"]:
        assert client.get(entry.url, follow=True).status_code == 200, entry.url
