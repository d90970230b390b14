"""What each first page says: what to do next in its order, what is short, what is new."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity, Unit
from terrace.sourcing import queries, services
from terrace.sourcing.domain import Permission
from terrace.sourcing.models import Advice, DemandNotice, SupplyNotice
from terrace.web import workspaces
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW, TODAY, terms

COUNTY = VILLAGE[:6]


@pytest.fixture(autouse=True)
def harvest(db: None, time_machine: Any) -> None:
    """Let it be harvest time, and apples be known."""
    time_machine.move_to(NOW, tick=False)
    factories.VarietyFactory()


def _advise(cast: Cast) -> None:
    services.give_advice(by=cast.centre.actor, area=COUNTY, title="Hold the walnuts", text="Prices rise.")


def _todo(actor: Actor) -> list[str]:
    return [todo.url for todo in workspaces.of(actor)["todo"]]


def _without(actor: Actor, permission: Permission) -> Actor:
    return replace(actor, grants={name: paths for name, paths in actor.grants.items() if name != permission.value})


SUPPLY, DEMAND = "/sourcing/supply/new/", "/sourcing/demand/new/"
PARTY, ADVICE, ADVISE = "/registry/new/", "/sourcing/advice/", "/sourcing/advice/new/"
WEIGH, OFFER = "/sourcing/purchases/new/", "/market/offers/new/"
BALANCE, PRICE, INVITE = "/sourcing/balance/", "/sourcing/prices/new/", "/people/invite/"


@pytest.mark.parametrize(
    ("who", "todo"),
    [
        ("keeper", [WEIGH, SUPPLY, PARTY, ADVICE, BALANCE]),
        ("station", [ADVICE, ADVISE, BALANCE, INVITE, WEIGH, SUPPLY, DEMAND, PARTY]),
        ("centre", [ADVISE, BALANCE, PRICE, INVITE, WEIGH, SUPPLY, DEMAND, PARTY]),
        ("clerk", [BALANCE, PRICE, DEMAND, PARTY]),
        ("bureau", [ADVISE, BALANCE, PRICE]),
        ("farmer", [SUPPLY, OFFER, "/sourcing/demand/"]),
        ("buyer", [DEMAND, SUPPLY, OFFER, "/sourcing/supply/", "/sourcing/demand/"]),
    ],
)
def test_what_to_do_next_stands_in_the_order_of_ones_work(cast: Cast, who: str, todo: list[str]) -> None:
    _advise(cast)
    assert _todo(getattr(cast, who).actor) == todo


def test_advice_waits_until_it_is_acknowledged_and_only_for_who_may_do_so(cast: Cast) -> None:
    _advise(cast)
    _advise(cast)
    (waiting,) = [todo for todo in workspaces.of(cast.keeper.actor)["todo"] if todo.url == ADVICE]
    assert waiting.count == 2
    assert ADVICE not in _todo(_without(cast.keeper.actor, Permission.ACKNOWLEDGE))
    for advice in Advice.objects.order_by("id"):
        services.acknowledge_advice(by=cast.keeper.actor, advice=advice.number)
    assert ADVICE not in _todo(cast.keeper.actor)


def _record(cast: Cast, product: str, offered: int, wanted: int) -> None:
    """Offer and want so many kilograms of the product in the county."""
    factories.ProductFactory(code=product, names={"en": product}, search=product)
    sides = (
        (services.record_supply, cast.farmer.party, offered),
        (services.record_demand, cast.buyer.party, wanted),
    )
    for record, party, kilograms in sides:
        if kilograms:
            given = terms(product=product, variety="", quantity=Quantity(kilograms * 1000, Unit.KILOGRAM))
            record(by=cast.centre.actor, party=party.number, terms=given)


def test_the_centre_is_told_when_somebody_should_call(cast: Cast) -> None:
    calls = "/sourcing/calls/"
    _record(cast, "apple", 800, 0)
    assert calls not in _todo(cast.centre.actor)
    _record(cast, "apple", 0, 500)
    assert _todo(cast.centre.actor)[:2] == [calls, ADVISE]
    for member in (cast.keeper, cast.station, cast.bureau, cast.farmer, cast.buyer):
        assert calls not in _todo(member.actor)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("bureau", True), ("centre", True), ("station", True), ("farmer", False), ("buyer", False)],
)
def test_the_list_of_calls_stands_in_the_navigation_of_who_may_open_it(cast: Cast, who: str, sees: bool) -> None:
    client = getattr(cast, who).client
    urls = [entry.url for entry in client.get("/").context["navigation"]]
    assert ("/sourcing/calls/" in urls) is sees
    if sees:
        (active,) = [entry for entry in client.get("/sourcing/calls/").context["navigation"] if entry.active]
        assert active.url == "/sourcing/calls/"


def test_what_is_short_comes_in_the_order_of_how_much_of_the_demand_is_missing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for product, offered, wanted in (
        ("apple", 8000, 10_000),  # a fifth is missing: most in kilograms, least in share
        ("walnut", 0, 50),  # all of it
        ("potato", 300, 600),  # half
        ("egg", 300, 100),  # more than enough
        ("bean", 70, 70),  # just enough
    ):
        _record(cast, product, offered, wanted)
    missing = [(gap.names["en"], gap.short) for gap in workspaces.of(cast.centre.actor)["gaps"]]
    assert missing == [
        ("walnut", Quantity(50_000, Unit.KILOGRAM)),
        ("potato", Quantity(300_000, Unit.KILOGRAM)),
        ("Apple", Quantity(2_000_000, Unit.KILOGRAM)),
    ]
    (figure,) = [figure for figure in workspaces.of(cast.centre.actor)["figures"] if figure.url == BALANCE]
    assert figure.number == "3"
    monkeypatch.setattr(workspaces, "MOST_GAPS", 2)
    assert [gap.names["en"] for gap in workspaces.of(cast.centre.actor)["gaps"]] == ["walnut", "potato"]


def test_the_latest_supply_is_what_is_open_the_newest_first(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(**changes: Any) -> SupplyNotice:
        return services.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms(**changes))

    first, passed, withdrawn, last = record(), record(), record(), record()
    yesterday = TODAY - timedelta(days=1)
    SupplyNotice.objects.filter(pk=passed.pk).update(opens_on=yesterday, closes_on=yesterday)
    services.withdraw_supply(by=cast.keeper.actor, notice=withdrawn, version=1)
    shown = [f"/sourcing/supply/{notice.number}/" for notice in (last, first)]
    for member in (cast.keeper, cast.centre, cast.buyer):
        assert _lines(member.actor, "Latest supply") == shown
    monkeypatch.setattr(workspaces, "MOST_NOTICES", 1)
    assert _lines(cast.keeper.actor, "Latest supply") == shown[:1]
    assert _lines(cast.neighbour.actor, "Latest supply") == []


def _card(actor: Actor, title: str) -> Any:
    (card,) = [card for card in workspaces.of(actor)["notices"] if card.title == title]
    return card


def _lines(actor: Actor, title: str) -> list[str]:
    return [notice.url for notice in _card(actor, title).lines]


def test_who_has_or_wants_something_finds_it_with_who_fits_on_the_first_page(cast: Cast) -> None:
    _record(cast, "apple", 800, 500)
    _record(cast, "walnut", 0, 50)
    (supply,), (wished, lonely) = SupplyNotice.objects.all(), DemandNotice.objects.order_by("id")

    (offered,) = _card(cast.farmer.actor, "What you have").lines
    assert (offered.url, offered.fits) == (f"/sourcing/supply/{supply.number}/", "1 buyer wants it")
    wanted = {line.url: line.fits for line in _card(cast.buyer.actor, "What you want").lines}
    assert wanted == {
        f"/sourcing/demand/{wished.number}/": "1 offer fits",
        f"/sourcing/demand/{lonely.number}/": "0 offers fit",
    }
    assert _lines(cast.farmer.actor, "Latest demand") == [
        f"/sourcing/demand/{notice.number}/" for notice in (lonely, wished)
    ]
    assert [name for name, _url in workspaces.of(cast.farmer.actor)["breadcrumb"]][-1]


def test_as_many_fit_as_the_notices_own_page_finds(cast: Cast) -> None:
    for wanted in (100, 200, 300):
        _record(cast, "apple", 50, wanted)
    supply, demand = queries.own_open(cast.farmer.actor, TODAY)
    assert (
        [notice.fits for notice in supply]
        == [len(queries.matches_of_supply(cast.farmer.actor, notice, TODAY)) for notice in supply]
        == [3, 3, 3]
    )
    assert not demand


def test_the_figures_count_what_is_open_today_and_lead_to_the_same_list(cast: Cast, time_machine: Any) -> None:
    _record(cast, "walnut", 100, 50)
    time_machine.move_to(NOW + timedelta(days=12), tick=False)  # the day after its last one; no job has run
    figures = {figure.url: figure.number for figure in workspaces.of(cast.centre.actor)["figures"]}
    lists = {f"/sourcing/{side}/?status=open&area={COUNTY}" for side in ("supply", "demand")}
    assert {url: number for url, number in figures.items() if url in lists} == dict.fromkeys(lists, "0")
    for address in lists:
        assert cast.centre.client.get(address).context["listing"].page.total == 0
