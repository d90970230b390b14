"""The record of acts over REST is narrowed as its page is."""

from datetime import UTC, datetime

import pytest

from terrace.audit import services as audit
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory

URL = "/api/v1/acts"


@pytest.fixture
def acts(cast: Cast) -> None:
    """Record one act of the keeper, and one of the station officer in another village a day later."""
    near, far = AreaFactory(code=VILLAGE), AreaFactory(code=NEIGHBOUR_VILLAGE)
    told = (
        (cast.keeper, "registry.change_party", near, datetime(2026, 3, 1, 15, 59, tzinfo=UTC)),
        (cast.station, "registry.set_marks", far, datetime(2026, 3, 1, 16, 1, tzinfo=UTC)),
    )
    for who, act, area, now in told:
        audit.record(by=who.actor, act=act, subject=area, area_path=area.path, now=now)


@pytest.mark.parametrize(
    "query",
    ["act=registry.change_party", "person=keeper", "person=its name", f"area={VILLAGE}", "day=2026-03-01"],
)
def test_a_filter_leaves_what_fits(cast: Cast, acts: None, query: str) -> None:
    keeper = cast.keeper.person
    query = {"person=keeper": f"person={keeper.pk}", "person=its name": f"person={keeper.name}"}.get(query, query)

    found = cast.centre.client.get(f"{URL}?{query}").json()

    assert [act["act"] for act in found["items"]] == ["registry.change_party"]


@pytest.mark.parametrize("query", ["act=registry.fly", "day=0001-01-01", "day=soon", "person=%00"])
def test_a_filter_that_means_nothing_is_refused_at_its_field(cast: Cast, acts: None, query: str) -> None:
    answer = cast.centre.client.get(f"{URL}?{query}")

    assert answer.status_code == 422
    assert query.startswith(answer.json()["errors"][0]["field"].rpartition(".")[2])
