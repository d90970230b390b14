"""Members, marks, accounts, cooperatives, representatives and own data on pages."""

import pytest
from django.urls import reverse

from terrace.audit.models import Act
from terrace.http import workbooks
from terrace.registry import services
from terrace.registry.models import (
    BankAccount,
    Household,
    HouseholdMember,
    Membership,
    Party,
    Representative,
)
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory, RepresentativeFactory
from tests.registry.conftest import browser, text_of, url


def test_the_members_page_records_the_look_and_keeps_the_members(cast: Cast, household: Party) -> None:
    client = browser(cast.keeper)

    assert "Zhao Ping" in text_of(client.get(url("members", household)))
    assert Act.objects.filter(act="registry.look_at_personal").count() == 1

    client.post(url("members", household), {"name": "Zhao An", "sex": "m", "birth_year": "2001"})
    added = HouseholdMember.objects.get(name="Zhao An")
    client.post(
        url("member_change", household, added.pk),
        {"name": "Zhao Ann", "birth_year": "2001", "version": household.version},
    )
    added.refresh_from_db()
    assert added.name == "Zhao Ann"
    client.post(url("member_remove", household, added.pk), {"version": household.version + 1})
    assert not HouseholdMember.objects.filter(pk=added.pk).exists()


def test_a_member_of_another_household_cannot_be_opened(cast: Cast, household: Party) -> None:
    other = HouseholdFactory(area=AreaFactory(code=VILLAGE))
    member = HouseholdMember.objects.get(name="Zhao Ping")

    assert browser(cast.keeper).get(url("member_change", other, member.pk)).status_code == 404


def test_the_marks_page_sets_the_marks(cast: Cast, household: Party) -> None:
    client = browser(cast.keeper)
    assert "checked" in text_of(client.get(url("marks", household)))

    client.post(url("marks", household), {"marks": ["is_women_led"], "version": household.version})

    row = Household.objects.get(party=household)
    assert (row.is_women_led, row.is_low_income) == (True, False)


def test_a_clerk_enters_and_closes_an_account(cast: Cast, household: Party) -> None:
    client = browser(cast.clerk)
    given = {"bank": "Rural Credit", "holder": "Zhao Suqin", "account_number": "1234 5678 9012"}

    assert client.post(url("bank", household), {**given, "version": household.version}).status_code == 302
    assert BankAccount.objects.get(closed_at__isnull=True).last4 == "9012"
    client.post(url("bank_close", household), {"version": household.version + 1})
    assert not BankAccount.objects.filter(closed_at__isnull=True).exists()


@pytest.mark.parametrize("page", ["bank", "bank_close"])
def test_an_account_is_entered_by_nobody_else(cast: Cast, household: Party, page: str) -> None:
    for who in ("keeper", "centre", "farmer"):
        assert browser(getattr(cast, who)).post(url(page, household)).status_code == 403
    assert BankAccount.objects.filter(closed_at__isnull=True).count() == 1


def test_a_keeper_records_joining_and_leaving_a_cooperative(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", name="Willow Cooperative", area=AreaFactory(code=VILLAGE[:6]))
    client = browser(cast.keeper)

    client.post(url("join", household), {"cooperative": cooperative.number, "joined_on": "2025-03-01"})
    membership = Membership.objects.get(member=household)
    assert "Willow Cooperative" in text_of(client.get(url("party", household)))

    client.post(url("leave", household, membership.pk), {"left_on": "2026-03-01"})
    membership.refresh_from_db()
    assert str(membership.left_on) == "2026-03-01"


def test_a_membership_of_others_is_not_found(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    membership = Membership.objects.create(cooperative=cooperative, member=other, joined_on="2025-01-01")

    assert browser(cast.keeper).post(url("leave", household, membership.pk)).status_code == 404
    membership.refresh_from_db()
    assert membership.left_on is None


def test_a_cooperative_does_not_learn_what_else_its_member_belongs_to(cast: Cast, household: Party) -> None:
    own, other = (
        PartyFactory(kind="cooperative", name=f"{name} Cooperative", area=AreaFactory(code=VILLAGE))
        for name in ("Willow", "Poplar")
    )
    chair = RepresentativeFactory(party=own, person=cast.buyer.person)
    first, second = (
        services.join_cooperative(by=cast.keeper.actor, cooperative=one, member=household) for one in (own, other)
    )
    client = browser(cast.buyer)

    page = client.get(url("leave", household, second.pk))

    assert chair.person == cast.buyer.person
    assert page.status_code == 404
    assert "Poplar" not in text_of(page)
    assert client.post(url("leave", household, second.pk), {"left_on": "2026-03-01"}).status_code == 404
    assert "Willow" in text_of(client.get(url("leave", household, first.pk)))
    assert not Membership.objects.filter(left_on__isnull=False).exists()


def test_a_change_of_a_member_or_an_account_from_an_old_page_is_refused(cast: Cast, household: Party) -> None:
    keeper, clerk = browser(cast.keeper), browser(cast.clerk)
    member = HouseholdMember.objects.get(household=household.pk)
    page = text_of(keeper.get(url("member_change", household, member.pk)))
    assert f'name="version" value="{household.version}"' in page
    old = {"version": household.version}
    keeper.post(url("member_change", household, member.pk), {"name": "Zhao Ann", **old})
    account = {"bank": "Rural Credit", "holder": "Zhao Suqin", "account_number": "1234 5678 9012"}

    answers = [
        clerk.post(url("member_change", household, member.pk), {"name": "Zhao Lost", **old}),
        clerk.post(url("member_remove", household, member.pk), old),
        clerk.post(url("bank", household), {**account, **old}),
        clerk.post(url("bank_close", household), old),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert "Somebody changed this in the meantime" in text_of(answer)
    member.refresh_from_db()
    assert member.name == "Zhao Ann"
    assert BankAccount.objects.get(closed_at__isnull=True).last4 == "7890"


def test_an_invitation_shows_its_link_once(cast: Cast, household: Party) -> None:
    answer = browser(cast.keeper).post(url("representative_invite", household), {"name": "Zhao Jun"})

    assert answer.status_code == 200
    assert reverse("accounts:accept", args=["-"]).removesuffix("-/") in text_of(answer)
    assert "no-store" in answer["Cache-Control"]


def test_the_invitation_carries_no_key_that_would_keep_the_answer_with_its_link(cast: Cast, household: Party) -> None:
    page = text_of(browser(cast.keeper).get(url("representative_invite", household)))

    assert 'name="phone"' in page
    assert "idempotency_key" not in page


def test_a_representative_is_removed(cast: Cast, household: Party) -> None:
    row = Representative.objects.get(party=household)

    browser(cast.keeper).post(url("representative_remove", household, row.pk))

    assert not Representative.objects.filter(pk=row.pk).exists()


def test_a_representative_of_another_party_is_not_found(cast: Cast, household: Party) -> None:
    row = RepresentativeFactory(party=HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE)))

    assert browser(cast.keeper).post(url("representative_remove", household, row.pk)).status_code == 404
    assert Representative.objects.filter(pk=row.pk).exists()


def test_own_data_come_as_json_and_as_a_workbook(cast: Cast, household: Party) -> None:
    client = browser(cast.farmer)

    as_json = client.post(url("data", household), {"format": "json"})
    as_workbook = client.post(url("data", household), {"format": "xlsx"})

    assert as_json.json()["members"][0]["name"] == "Zhao Ping"
    assert household.number in as_json["Content-Disposition"]
    assert as_workbook["Content-Type"] == workbooks.XLSX
    assert Act.objects.filter(act="registry.export_data").count() == 2


def test_a_farmer_asks_a_clerk_confirms(cast: Cast, household: Party) -> None:
    browser(cast.farmer).post(url("erasure", household), {"version": household.version})
    household.refresh_from_db()
    assert household.erasure_asked_at is not None

    answer = browser(cast.clerk).post(url("erase", household), {"version": household.version})

    assert answer.status_code == 302
    assert Party.objects.get(pk=household.pk).name == household.number
    assert "Zhao" not in text_of(browser(cast.clerk).get(url("party", household)))


def test_who_asks_from_an_old_page_does_not_take_back_what_another_of_the_house_asked(
    cast: Cast, household: Party
) -> None:
    seen = household.version
    browser(cast.farmer).post(url("erasure", household), {"version": seen})

    answer = browser(cast.farmer).post(url("erasure", household), {"version": seen})

    assert answer.status_code == 422
    assert "Somebody changed this in the meantime." in answer.content.decode()
    assert Party.objects.get(pk=household.pk).erasure_asked_at is not None


def test_the_page_says_what_stands_against_erasing(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", name="Willow Cooperative", area=AreaFactory(code=VILLAGE))
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    page = text_of(browser(cast.centre).get(url("erase", household)))

    assert "Willow Cooperative" in page
    assert "btn-danger" not in page


@pytest.mark.parametrize("who", ["keeper", "clerk", "bureau", "farmer"])
def test_nobody_else_erases(cast: Cast, household: Party, who: str) -> None:
    answer = browser(getattr(cast, who)).post(url("erase", household), {"version": household.version})

    assert answer.status_code == 403
    assert Party.objects.get(pk=household.pk).erased_at is None


def test_own_leads_a_farmer_to_the_own_page(cast: Cast, household: Party) -> None:
    answer = browser(cast.farmer).get(reverse("registry:own"))

    assert answer["Location"] == url("party", household)
