"""The page of a party: who sees what, and that looks are recorded."""

from datetime import date

import pytest

from terrace.audit.models import Act
from terrace.registry import services
from terrace.registry.models import Membership, Party
from terrace.registry.views import party
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory, RepresentativeFactory
from tests.registry.conftest import NUMBER, browser, text_of, url


@pytest.mark.parametrize("who", ["keeper", "station", "bureau", "clerk", "farmer"])
def test_a_party_page_opens_without_personal_data_or_the_full_account(cast: Cast, household: Party, who: str) -> None:
    page = browser(getattr(cast, who)).get(url("party", household))

    assert page.status_code == 200
    assert "Zhao Suqin" in text_of(page)
    assert "•••• 7890" in text_of(page)
    for hidden in ("Zhao Ping", "Low income", NUMBER):
        assert hidden not in text_of(page)
    assert page["Cache-Control"] == "no-store"
    assert not Act.objects.filter(act="registry.look_at_personal").exists()


@pytest.mark.parametrize("who", ["neighbour", "stranger", "buyer"])
def test_a_party_page_is_missing_for_who_does_not_see_it(cast: Cast, household: Party, who: str) -> None:
    assert browser(getattr(cast, who)).get(url("party", household)).status_code == 404


def test_a_cooperative_sees_name_and_number_of_its_member(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE[:9]))
    chair = Member(RepresentativeFactory(party=cooperative).person, cooperative)
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    page = text_of(browser(chair).get(url("party", household)))

    assert "Zhao Suqin" in page
    assert household.number in page
    for hidden in ("0001", "Willow Lane", "7890", VILLAGE):
        assert hidden not in page


def test_a_cooperatives_page_names_the_members_that_its_reader_sees_and_counts_the_others(
    cast: Cast, household: Party
) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE), name="Bai Yun")
    for member in (household, other):
        Membership.objects.create(cooperative=cooperative, member=member, joined_on=date(2025, 3, 1))
    membership = Membership.objects.get(member=other)

    near, far = (text_of(browser(who).get(url("party", cooperative))) for who in (cast.keeper, cast.bureau))
    leaving = browser(cast.keeper).get(url("leave", cooperative, membership.pk))

    assert "Zhao Suqin" in near
    assert "Bai Yun" not in near + text_of(leaving)
    assert other.number not in near
    assert "1 more member lives outside your area." in near
    assert leaving.status_code == 404
    assert "Bai Yun" in far
    assert "outside your area" not in far


def test_who_speaks_for_a_cooperative_ends_the_membership_of_whom_it_sees_by_name_only(
    cast: Cast, household: Party
) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    chair = Member(RepresentativeFactory(party=cooperative).person, cooperative)
    membership = services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    page = text_of(browser(chair).get(url("party", cooperative)))
    left = browser(chair).post(url("leave", cooperative, membership.pk), {"left_on": membership.joined_on.isoformat()})

    assert "Zhao Suqin" in page
    assert left.status_code == 302


def test_a_cooperatives_page_says_how_many_members_it_leaves_to_the_list(
    cast: Cast, household: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(party, "SHOWN_MEMBERS", 1)
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    for member in (household, HouseholdFactory(area=AreaFactory(code=VILLAGE), name="Bai Yun")):
        Membership.objects.create(cooperative=cooperative, member=member, joined_on=date(2025, 3, 1))

    page = text_of(browser(cast.keeper).get(url("party", cooperative)))

    assert "Bai Yun" in page
    assert "Zhao Suqin" not in page
    assert "1 more member is in the list." in page


@pytest.mark.parametrize("who", ["keeper", "clerk", "farmer"])
def test_the_show_button_shows_personal_data_and_records_the_look(cast: Cast, household: Party, who: str) -> None:
    client = browser(getattr(cast, who))

    whole = client.post(url("personal", household))
    part = client.post(url("personal", household), headers={"HX-Request": "true", "HX-Target": "section#personal"})

    for page in (whole, part):
        assert "Zhao Ping" in text_of(page)
        assert "Low income" in text_of(page)
        assert page["Cache-Control"] == "no-store"
    assert "<html" not in text_of(part)
    assert Act.objects.filter(act="registry.look_at_personal").count() == 2


@pytest.mark.parametrize("who", ["station", "bureau", "neighbour", "buyer"])
def test_nobody_else_is_shown_personal_data(cast: Cast, household: Party, who: str) -> None:
    page = browser(getattr(cast, who)).post(url("personal", household))

    assert page.status_code in (403, 404)
    assert "Zhao Ping" not in text_of(page)
    assert not Act.objects.filter(act="registry.look_at_personal").exists()


def test_looking_at_personal_data_by_a_link_is_not_possible(cast: Cast, household: Party) -> None:
    assert browser(cast.keeper).get(url("personal", household)).status_code == 405


def test_a_clerk_is_shown_the_account_number_and_that_is_recorded(cast: Cast, household: Party) -> None:
    page = browser(cast.clerk).post(url("account_number", household))

    assert NUMBER in text_of(page)
    assert Act.objects.filter(act="registry.look_at_account").count() == 1


@pytest.mark.parametrize("who", ["keeper", "centre", "bureau", "farmer"])
def test_nobody_else_is_shown_the_account_number(cast: Cast, household: Party, who: str) -> None:
    page = browser(getattr(cast, who)).post(url("account_number", household))

    assert page.status_code == 403
    assert NUMBER not in text_of(page)
