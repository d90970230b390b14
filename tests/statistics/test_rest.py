"""Figures, statements and outlets by REST: the same as on the pages, and refused to the same people."""

from collections.abc import Iterator

import pytest
import time_machine

from terrace.audit.models import Act
from terrace.registry.models import Party
from tests import factories
from tests.conftest import VILLAGE, Cast
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import bought
from tests.statistics.sold import sell

API = "/api/v1/figures"


@pytest.fixture(autouse=True)
def _on_that_day(db: None) -> Iterator[None]:
    factories.VarietyFactory()
    with time_machine.travel(NOW, tick=False):
        yield


def _party(cast: Cast) -> Party:
    assert cast.farmer.party is not None
    return cast.farmer.party


def test_figures_are_read_with_those_before_and_below(cast: Cast) -> None:
    sell(_party(cast), NOW, boxes=3)

    told = cast.centre.client.get(f"{API}/areas/{VILLAGE[:6]}").json()

    sales = {"figure": "sales", "money": {"minor": 15_000, "currency": "CNY"}, "count": None}
    assert told["figures"][0] == sales
    assert told["days"] == {"first": "2026-09-01", "last": "2026-09-20"}
    assert told["before"][0]["money"]["minor"] == 0
    assert {below["area"]: below["figures"][0]["money"]["minor"] for below in told["below"]}[VILLAGE[:9]] == 15_000


def test_a_season_is_one_of_a_product(cast: Cast) -> None:
    address = f"{API}/areas/{VILLAGE}?span=season"

    refused = cast.keeper.client.get(address)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "product")
    assert cast.keeper.client.get(f"{address}&product=apple").json()["days"]["first"] == "2026-09-01"


@pytest.mark.parametrize(("who", "status"), [("neighbour", 403), ("stranger", 403), ("farmer", 403), ("bureau", 200)])
def test_figures_are_for_staff_of_the_area_and_above(cast: Cast, who: str, status: int) -> None:
    client = getattr(cast, who).client

    assert client.get(f"{API}/areas/{VILLAGE}").status_code == status
    assert client.get(f"{API}/outlets?area={VILLAGE}").status_code == status


def test_a_household_reads_its_statement_and_staff_are_recorded(cast: Cast) -> None:
    paid = bought(cast)
    address = f"{API}/households/{_party(cast).number}/statement"

    own = cast.farmer.client.get(address).json()
    assert not Act.objects.filter(act="statistics.look_at_statement").exists()
    theirs = cast.clerk.client.get(address).json()

    assert own == theirs
    assert own["closing"] == {"minor": paid.amount_minor, "currency": "CNY"}
    assert own["flows"] == [{"flow": "sales", "amount": own["closing"]}]
    assert [one["number"] for one in own["purchases"]] == [paid.number]
    assert Act.objects.filter(act="statistics.look_at_statement").count() == 1


def test_nobody_else_reads_a_statement(cast: Cast) -> None:
    address = f"{API}/households/{_party(cast).number}/statement"

    assert [getattr(cast, who).client.get(address).status_code for who in ("neighbour", "stranger")] == [404, 404]


def test_outlets_are_listed_with_what_they_have_left(cast: Cast) -> None:
    found = cast.centre.client.get(f"{API}/outlets?area={VILLAGE[:6]}").json()

    assert {one["profit"]["minor"] for one in found} == {0}
    assert len(found) == 3
    assert cast.centre.client.get(f"{API}/outlets?area={VILLAGE}&month=0001-01-01").status_code == 422
