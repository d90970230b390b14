"""Figures, statements and outlets by REST: the same as on the pages, and refused to the same people."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from terrace.accounts import services as accounts
from terrace.audit.models import Act
from terrace.network.models import ServiceUnit
from terrace.registry.models import Party
from terrace.statistics.models import OutletCost
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


RENT = {"amount": {"minor": 30_000, "currency": "CNY"}, "note": "the yard"}


def _outlet() -> str:
    return f"{API}/outlets/{ServiceUnit.objects.get(area=VILLAGE).number}/months"


def test_an_outlets_costs_are_entered_corrected_and_read_month_by_month(cast: Cast) -> None:
    client, address = cast.keeper.client, f"{_outlet()}/2026-08/costs/rent"

    first = client.put(address, RENT, content_type="application/json").json()
    less = {"amount": {"minor": 25_000, "currency": "CNY"}, "version": first["version"]}
    second = client.put(address, less, content_type="application/json").json()
    july, august, september = client.get(f"{_outlet()}?count=3").json()

    assert (first["kind"], first["note"], first["version"]) == ("rent", "the yard", 1)
    assert august["month"] == "2026-08-01"
    assert august["costs"] == [second]
    assert (august["spent"]["minor"], august["profit"]["minor"]) == (25_000, -25_000)
    assert july["costs"] == september["costs"] == []
    assert client.get(f"{_outlet()}?count=1&last=2026-08-31").json() == [august]
    assert Act.objects.filter(act="statistics.record_cost").count() == 2


@pytest.mark.parametrize(
    ("place", "changes", "status"),
    [
        ("2026-08/costs/rent", {"version": 0}, 409),
        ("2026-08/costs/rent", {"version": 7}, 409),
        ("2026-07/costs/rent", {"version": 1}, 409),
        ("2026-10/costs/rent", {}, 422),
        ("2026-08/costs/power", {"amount": {"minor": -1, "currency": "CNY"}}, 422),
        ("2026-08/costs/power", {"amount": {"minor": 1, "currency": "USD"}}, 422),
        ("2026-08/costs/power", {"note": "x" * 201}, 422),
        ("2026-08/costs/love", {}, 422),
        ("2026-13/costs/rent", {}, 404),
    ],
)
def test_a_cost_that_is_refused_changes_nothing(
    cast: Cast, place: str, changes: dict[str, object], status: int
) -> None:
    client = cast.keeper.client
    client.put(f"{_outlet()}/2026-08/costs/rent", RENT, content_type="application/json")

    refused = client.put(f"{_outlet()}/{place}", {**RENT, **changes}, content_type="application/json")

    assert refused.status_code == status, refused.content
    assert OutletCost.objects.get().amount_minor == 30_000
    assert Act.objects.filter(act="statistics.record_cost").count() == 1


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("keeper", 200, 200),
        ("station", 200, 200),
        ("bureau", 200, 403),
        ("neighbour", 404, 404),
        ("stranger", 404, 404),
        ("farmer", 404, 404),
    ],
)
def test_an_outlet_is_read_and_kept_by_whose_it_is(cast: Cast, who: str, reads: int, writes: int) -> None:
    client = getattr(cast, who).client

    sent = client.put(f"{_outlet()}/2026-08/costs/rent", RENT, content_type="application/json")

    assert client.get(_outlet()).status_code == reads
    assert sent.status_code == writes
    assert OutletCost.objects.exists() == (writes == 200)


def test_a_token_that_may_only_look_enters_no_costs(cast: Cast) -> None:
    issued = accounts.issue_token(
        by=cast.administrator.actor, name="Screen", permissions=["statistics.view"], area_path=VILLAGE
    )
    headers = {"Authorization": f"Bearer {issued.secret}"}

    sent = Client().put(f"{_outlet()}/2026-08/costs/rent", RENT, content_type="application/json", headers=headers)

    assert Client().get(_outlet(), headers=headers).status_code == 200
    assert sent.status_code == 403
    assert not OutletCost.objects.exists()
