"""What buyers read of a household's name: nothing, until the household says more."""

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.registry import queries, services
from terrace.registry.domain import Kind, TraceName, surname
from terrace.registry.models import Household, Party
from tests import factories
from tests.conftest import VILLAGE, Cast


@pytest.fixture
def household(cast: Cast) -> Party:
    """Return the farmer's household."""
    assert cast.farmer.party
    return cast.farmer.party


def _read(party: Party) -> tuple[str, bool]:
    grower = queries.growers_on_trace([party.pk])[party.pk]
    return grower.name, grower.is_surname


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        (TraceName.NOTHING, ("", False)),
        (TraceName.SURNAME, ("Zhao", True)),
        (TraceName.FULL, ("Zhao Suqin", False)),
    ],
)
def test_buyers_read_what_the_household_lets_them(
    cast: Cast, household: Party, shown: TraceName, read: tuple[str, bool]
) -> None:
    assert _read(household) == ("", False)
    services.set_trace_name(by=cast.farmer.actor, party=household, version=household.version, shown=shown)
    assert _read(household) == read
    assert Act.objects.get(act="registry.set_trace_name").details == {"before": "nothing", "after": shown.value}


def test_the_keeper_may_set_it_as_the_household_says_and_nobody_else(cast: Cast, household: Party) -> None:
    for member in (cast.neighbour, cast.stranger, cast.buyer, cast.packer, cast.bureau):
        with pytest.raises(Forbidden):
            services.set_trace_name(by=member.actor, party=household, version=1, shown=TraceName.FULL)
    assert Household.objects.get(pk=household.pk).shown_on_trace == "nothing"
    services.set_trace_name(by=cast.keeper.actor, party=household, version=1, shown=TraceName.SURNAME)
    with pytest.raises(Stale):
        services.set_trace_name(by=cast.keeper.actor, party=household, version=1, shown=TraceName.FULL)
    assert _read(household) == ("Zhao", True)


def test_firms_are_read_by_name_and_buyers_not_at_all(cast: Cast) -> None:
    area = factories.AreaFactory(code=VILLAGE)
    firm = factories.PartyFactory(area=area, kind="cooperative", name="Cloud Ridge Cooperative")
    leader = factories.PartyFactory(area=area, kind="buyer", name="Ma Lin")
    assert _read(firm) == ("Cloud Ridge Cooperative", False)
    assert _read(leader) == ("", False)
    with pytest.raises(Invalid):
        services.set_trace_name(by=cast.keeper.actor, party=firm, version=1, shown=TraceName.FULL)


def test_an_erased_household_has_no_name_any_more(cast: Cast, household: Party) -> None:
    services.set_trace_name(by=cast.farmer.actor, party=household, version=1, shown=TraceName.FULL)
    party = services.ask_erasure(by=cast.farmer.actor, party=Party.objects.get(pk=household.pk), version=2)
    services.erase_party(by=cast.clerk.actor, party=party, version=3)
    grower = queries.growers_on_trace([household.pk])[household.pk]
    assert (grower.kind, grower.name) == (Kind.HOUSEHOLD, "")


@pytest.mark.parametrize(("name", "first"), [("赵素琴", "赵"), ("欧阳素琴", "欧阳"), ("Zhao Suqin", "Zhao"), ("", "")])
def test_a_surname_comes_first(name: str, first: str) -> None:
    assert surname(name) == first


def test_the_household_sets_it_on_its_page(cast: Cast, household: Party) -> None:
    client = cast.farmer.client
    page = client.get(f"/registry/{household.number}/").content.decode()
    assert f"/registry/{household.number}/trace-name/" in page
    answer = client.post(f"/registry/{household.number}/trace-name/", {"shown": "surname", "version": 1})
    assert answer.status_code == 302
    assert "The surname" in client.get(f"/registry/{household.number}/").content.decode()
    stale = client.post(f"/registry/{household.number}/trace-name/", {"shown": "full", "version": 1})
    assert (stale.status_code, _read(household)) == (422, ("Zhao", True))
    assert cast.bureau.client.get(f"/registry/{household.number}/trace-name/").status_code == 403


def test_a_program_sets_it(cast: Cast, household: Party) -> None:
    url = f"/api/v1/parties/{household.number}/trace-name"
    body = {"version": 1, "shown": "full"}
    answer = cast.keeper.client.put(url, body, content_type="application/json")
    assert (answer.status_code, answer.json()) == (
        200,
        {"number": household.number, "version": 2, "shown": "full"},
    )
    assert cast.stranger.client.put(url, body, content_type="application/json").status_code == 404
    assert _read(household) == ("Zhao Suqin", False)
