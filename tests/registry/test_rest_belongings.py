"""Letting parties rest, who belongs to whom and who speaks for whom, over REST; the list's filters."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from terrace.accounts.models import Invitation
from terrace.messaging.models import OutgoingMessage
from terrace.registry.models import Membership, Party, Representative
from tests.conftest import NEIGHBOUR_VILLAGE, OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory, PersonFactory, RepresentativeFactory

URL = "/api/v1/parties"


def post(client: Client, party: Party, place: str, body: dict[str, Any]) -> Any:
    return client.post(f"{URL}/{party.number}/{place}", body, content_type="application/json")


@pytest.fixture
def cooperative(cast: Cast) -> Party:
    return PartyFactory(name="Willow Cooperative", area=AreaFactory(code=VILLAGE[:9]))


@pytest.fixture
def household(cast: Cast) -> Party:
    assert cast.farmer.party is not None
    return cast.farmer.party


def test_the_list_is_narrowed_and_sorted_as_the_page_is(cast: Cast, household: Party, cooperative: Party) -> None:
    PartyFactory(kind="workshop", name="Weavers", area=AreaFactory(code=VILLAGE), is_active=False)
    Membership.objects.create(cooperative=cooperative, member=household, joined_on=date(2025, 3, 1))
    client = cast.station.client

    def names(query: str) -> list[str]:
        return [one["name"] for one in client.get(f"{URL}?{query}").json()["items"]]

    assert names("state=inactive") == ["Weavers"]
    assert names(f"area={VILLAGE}") == ["Weavers", "Zhao Suqin"]
    assert names(f"area={NEIGHBOUR_VILLAGE}") == []
    assert names(f"cooperative={cooperative.number}") == ["Zhao Suqin"]
    assert names("sort=-name") == ["Zhao Suqin", "Willow Cooperative", "Weavers"]
    assert client.get(f"{URL}?sort=phone").json()["errors"][0]["field"] == "sort"
    assert client.get(f"{URL}?state=asleep").status_code == 422


def test_a_keeper_lets_a_party_rest_and_return(cast: Cast, household: Party) -> None:
    client = cast.keeper.client

    rested = post(client, household, "rest", {"version": household.version})
    stale = post(client, household, "return", {"version": household.version})
    returned = post(client, household, "return", {"version": household.version + 1})

    assert (rested.status_code, rested.json()["state"]) == (200, "inactive")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert (returned.status_code, returned.json()["state"]) == (200, "active")


@pytest.mark.parametrize(("who", "status"), [("farmer", 403), ("bureau", 403), ("neighbour", 404), ("buyer", 404)])
def test_nobody_else_lets_a_party_rest(cast: Cast, household: Party, who: str, status: int) -> None:
    answer = post(getattr(cast, who).client, household, "rest", {"version": household.version})

    assert answer.status_code == status
    assert Party.objects.get(pk=household.pk).is_active


def test_a_household_joins_and_leaves_a_cooperative(cast: Cast, household: Party, cooperative: Party) -> None:
    client = cast.keeper.client
    given = {"cooperative": cooperative.number.lower(), "joined_on": "2025-03-01"}

    joined = post(client, household, "memberships", given)
    again = post(client, household, "memberships", given)
    listed = client.get(f"{URL}/{household.number}/memberships").json()["items"]
    left = post(client, household, f"memberships/{joined.json()['id']}/leave", {"left_on": "2025-06-01"})

    assert (joined.status_code, again.status_code, again.json()["code"]) == (201, 409, "already_member")
    assert listed == [joined.json()]
    assert listed[0]["cooperative"] == {"number": cooperative.number, "name": "Willow Cooperative"}
    assert (left.status_code, left.json()["left_on"]) == (200, "2025-06-01")


@pytest.mark.parametrize("joined_on", ["0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused(cast: Cast, household: Party, cooperative: Party, joined_on: str) -> None:
    given = {"cooperative": cooperative.number, "joined_on": joined_on}

    answer = post(cast.keeper.client, household, "memberships", given)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "joined_on")
    assert not Membership.objects.exists()


def test_a_cooperative_of_another_county_is_not_joined(cast: Cast, household: Party) -> None:
    far = PartyFactory(area=AreaFactory(code=OTHER_COUNTY_VILLAGE))

    answer = post(cast.keeper.client, household, "memberships", {"cooperative": far.number})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cooperative")
    assert not Membership.objects.exists()


def test_members_are_named_to_who_sees_them(cast: Cast, household: Party, cooperative: Party) -> None:
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE), name="Bai Yun")
    for member in (household, other):
        Membership.objects.create(cooperative=cooperative, member=member, joined_on=date(2025, 3, 1))
    elsewhere = Membership.objects.get(member=other)
    chair = Member(RepresentativeFactory(party=cooperative).person, cooperative)

    def names(member: Member) -> list[str]:
        items = member.client.get(f"{URL}/{cooperative.number}/members").json()["items"]
        return [one["member"]["name"] for one in items]

    assert names(cast.station) == ["Zhao Suqin"]
    assert names(cast.centre) == names(chair) == ["Bai Yun", "Zhao Suqin"]
    assert post(cast.station.client, cooperative, f"memberships/{elsewhere.pk}/leave", {}).status_code == 404
    assert chair.client.get(f"{URL}/{household.number}/memberships").status_code == 403
    elsewhere.refresh_from_db()
    assert elsewhere.left_on is None


def test_somebody_is_invited_to_speak_for_a_party_by_a_link_that_no_answer_shows(cast: Cast, household: Party) -> None:
    answer = post(cast.keeper.client, household, "representatives", {"name": "Zhao Jun", "phone": "13909390077"})

    invitation = Invitation.objects.get()
    assert (answer.status_code, set(answer.json())) == (201, {"id", "name", "expires_at"})
    assert invitation.party_id == household.pk
    assert "http" in OutgoingMessage.objects.get(address="+8613909390077").text


@pytest.mark.parametrize(
    ("who", "change", "status"),
    [
        ("keeper", {"phone": ""}, 422),
        ("keeper", {"phone": "12"}, 422),
        ("farmer", {}, 403),
        ("bureau", {}, 403),
        ("neighbour", {}, 404),
    ],
)
def test_an_invitation_that_cannot_be_sent_or_is_not_theirs_is_refused(
    cast: Cast, household: Party, who: str, change: dict[str, str], status: int
) -> None:
    body = {"name": "Zhao Jun", "phone": "13909390077", **change}

    answer = post(getattr(cast, who).client, household, "representatives", body)

    assert answer.status_code == status
    assert not Invitation.objects.exists()


def test_who_speaks_for_a_party_is_listed_and_removed(cast: Cast, household: Party) -> None:
    row = Representative.objects.create(party=household, person=PersonFactory(name="Zhao Jun"))
    client = cast.keeper.client

    listed = client.get(f"{URL}/{household.number}/representatives").json()
    strange = post(client, household, "representatives/999999/remove", {})
    removed = post(client, household, f"representatives/{row.pk}/remove", {})

    assert [one["name"] for one in listed][1:] == ["Zhao Jun"]
    assert (strange.status_code, removed.status_code) == (404, 204)
    assert not Representative.objects.filter(pk=row.pk).exists()
    assert cast.neighbour.client.get(f"{URL}/{household.number}/representatives").status_code == 404
