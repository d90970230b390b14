"""The list of parties, its filters and its workbook."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from terrace.audit.models import Act
from terrace.http import workbooks
from terrace.registry import queries, services
from terrace.registry.models import (
    Membership,
    Party,
)
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory, RepresentativeFactory
from tests.registry.conftest import browser, text_of, url


@pytest.mark.parametrize(
    ("who", "sees"),
    [("keeper", True), ("station", True), ("bureau", True), ("farmer", True), ("neighbour", False), ("buyer", False)],
)
def test_the_list_shows_what_the_reader_sees(cast: Cast, household: Party, who: str, sees: bool) -> None:
    page = browser(getattr(cast, who)).get(reverse("registry:parties"))

    assert page.status_code == 200
    assert ("Zhao Suqin" in text_of(page)) is sees


@pytest.mark.parametrize(
    "query",
    ["text=suqin", "text=0001", "kind=household", f"area={VILLAGE}", "area=Place+621226101200", "state=active"],
)
def test_filters_leave_what_fits(cast: Cast, household: Party, query: str) -> None:
    PartyFactory(kind="workshop", name="Far Workshop", area=AreaFactory(code=VILLAGE[:9]), is_active=False)

    page = text_of(browser(cast.station).get(f"{reverse('registry:parties')}?{query}"))

    assert "Zhao Suqin" in page
    assert "Far Workshop" not in page


def test_the_cooperative_filter_leaves_its_members(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", name="Willow Cooperative", area=AreaFactory(code=VILLAGE))
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    page = text_of(browser(cast.keeper).get(f"{reverse('registry:parties')}?cooperative={cooperative.number}"))

    assert "Zhao Suqin" in page
    assert f'href="{url("party", cooperative)}"' not in page


def test_a_filter_tells_a_cooperative_no_more_of_its_members_than_name_and_number(cast: Cast, household: Party) -> None:
    own, other = (PartyFactory(kind="cooperative", area=AreaFactory(code=NEIGHBOUR_VILLAGE)) for _ in range(2))
    for cooperative in (own, other):
        Membership.objects.create(cooperative=cooperative, member=household, joined_on="2025-03-01")
    RepresentativeFactory(party=own, person=cast.neighbour.person)
    client = browser(cast.neighbour)

    def finds(query: str) -> bool:
        return "Zhao Suqin" in text_of(client.get(f"{reverse('registry:parties')}?{query}"))

    assert finds("")
    assert finds(f"cooperative={own.number}")
    assert [
        query
        for query in (f"cooperative={other.number}", f"area={VILLAGE}", "kind=household", "state=active")
        if finds(query)
    ] == []


def test_listing_by_a_mark_is_recorded_and_for_few(cast: Cast, household: Party) -> None:
    other = HouseholdFactory(area=AreaFactory(code=VILLAGE), name="Not Marked")
    address = f"{reverse('registry:parties')}?mark=is_low_income"

    page = text_of(browser(cast.keeper).get(address))
    assert "Zhao Suqin" in page
    assert other.name not in page
    assert Act.objects.filter(act="registry.look_for_mark", person_id=cast.keeper.person.pk).count() == 1

    page = text_of(browser(cast.station).get(address))
    assert other.name in page
    assert 'name="mark"' not in page
    assert Act.objects.filter(act="registry.look_for_mark").count() == 1


def test_a_list_makes_the_same_number_of_queries_for_one_row_and_for_a_hundred(cast: Cast) -> None:
    client = browser(cast.station)
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{reverse('registry:parties')}?size=100")
        return len(captured)

    client.get(reverse("registry:parties"))
    few = count()
    for n in range(99):
        member = HouseholdFactory(area=AreaFactory(code=f"62122610120{n % 10}"))
        Membership.objects.create(cooperative=cooperative, member=member, joined_on="2024-01-01")

    assert count() == few


def test_the_exported_list_sent_back_changes_nothing(cast: Cast, household: Party) -> None:
    PartyFactory(kind="workshop", name="Weavers", area=AreaFactory(code=VILLAGE), email="weave@example.org")
    before = list(Party.objects.order_by("pk").values())
    exported = browser(cast.keeper).get(f"{reverse('registry:parties')}?export=xlsx")

    run = services.start_import(by=cast.keeper.actor, content=exported.content, file_name="parties.xlsx")

    assert (run.state, run.unchanged_count, run.problems) == ("done", 2, [])
    assert list(Party.objects.order_by("pk").values()) == before
    assert not Act.objects.filter(act="registry.change_party").exists()


def test_the_exported_list_has_the_contacts_that_an_import_reads(cast: Cast, household: Party) -> None:
    Party.objects.filter(pk=household.pk).update(email="zhao@example.org")

    def row(member: Member) -> dict[str, str]:
        exported = browser(member).get(f"{reverse('registry:parties')}?export=xlsx")
        rows = workbooks.read(BytesIO(exported.content), services.SHEET)
        found = next(row.values for row in rows if row.values["number"] == household.number)
        return {name: str(found.get(name, "")) for name in ("email", "address")}

    assert row(cast.keeper) == {"email": "zhao@example.org", "address": "Willow Lane 3"}
    assert row(cast.bureau) == {"email": "", "address": ""}
    assert "zhao@example.org" not in text_of(browser(cast.keeper).get(reverse("registry:parties")))


def test_the_exported_list_of_who_sees_no_phones_holds_none(cast: Cast, household: Party) -> None:
    exported = browser(cast.bureau).get(f"{reverse('registry:parties')}?export=xlsx")

    rows = workbooks.read(BytesIO(exported.content), services.SHEET)
    phones = {row.values["name"]: row.values["phone"] for row in rows}
    assert phones["Zhao Suqin"] == "•••• 0001"


@pytest.mark.parametrize(("who", "finds"), [("keeper", True), ("farmer", True), ("bureau", False), ("station", True)])
def test_a_phone_is_found_by_its_digits_only_by_who_sees_it(
    cast: Cast, household: Party, who: str, finds: bool
) -> None:
    actor = getattr(cast, who).actor
    assert queries.sees_contact(actor, household) is finds

    for tail in ("0001", "90001", "13909390001"):
        found = queries.search(actor, queries.visible_to(actor), tail)

        assert found.filter(pk=household.pk).exists() is finds


def test_the_phone_of_a_firm_is_found_by_whoever_sees_the_firm(cast: Cast) -> None:
    firm = PartyFactory(kind="workshop", phone="+8613909390077", area=AreaFactory(code=VILLAGE))

    found = queries.search(cast.bureau.actor, queries.visible_to(cast.bureau.actor), "0077")

    assert list(found.order_by("pk")) == [firm]


def test_taking_contacts_away_as_a_file_is_recorded_once(cast: Cast, household: Party) -> None:
    buyer = PartyFactory(kind="buyer", name="Bao Hua", area=AreaFactory(code=VILLAGE), phone="+8613909390011")
    PartyFactory(kind="workshop", area=AreaFactory(code=VILLAGE))
    client = browser(cast.keeper)

    client.get(reverse("registry:parties"))
    assert not Act.objects.filter(act="registry.export_contacts").exists()
    client.get(f"{reverse('registry:parties')}?export=xlsx")
    client.get(f"{reverse('registry:parties')}?export=xlsx&kind=buyer")

    acts = list(Act.objects.filter(act="registry.export_contacts").order_by("pk"))
    assert [(act.person_id, act.area_path) for act in acts] == [(cast.keeper.person.pk, VILLAGE)] * 2
    assert [act.details for act in acts] == [{"count": 2}, {"count": 1}]
    assert all(buyer.name not in f"{act.label} {act.details}" for act in acts)


@pytest.mark.parametrize(("who", "query"), [("bureau", ""), ("farmer", ""), ("keeper", "&kind=workshop")])
def test_a_file_without_the_contacts_of_persons_is_no_act(cast: Cast, household: Party, who: str, query: str) -> None:
    PartyFactory(kind="workshop", area=AreaFactory(code=VILLAGE))

    answer = browser(getattr(cast, who)).get(f"{reverse('registry:parties')}?export=xlsx{query}")

    assert answer["Content-Type"] == workbooks.XLSX
    assert not Act.objects.filter(act="registry.export_contacts").exists()
