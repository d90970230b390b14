"""The REST interface of the registry."""

from typing import Any

import pytest
from django.test import Client

from terrace.audit.models import Act
from terrace.registry import services
from terrace.registry.models import Household, Party
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast, Member
from tests.factories import AreaFactory, PartyFactory, RepresentativeFactory

URL = "/api/v1/parties"
GIVEN = {"kind": "household", "name": "Ma Lanying", "area": VILLAGE, "phone": "13909390002"}


def send(client: Client, method: str, url: str, body: dict[str, Any]) -> Any:
    return getattr(client, method)(url, body, content_type="application/json", headers={"Accept-Language": "en"})


@pytest.fixture
def household(cast: Cast) -> Party:
    party = cast.farmer.party
    assert party is not None
    Party.objects.filter(pk=party.pk).update(phone="+8613909390001")
    Household.objects.filter(party=party).update(is_low_income=True)
    return Party.objects.get(pk=party.pk)


def test_lists_what_the_caller_sees_in_pages(cast: Cast, household: Party) -> None:
    body = cast.keeper.client.get(URL).json()

    assert (body["total"], body["page"], body["pages"]) == (1, 1, 1)
    assert body["items"][0]["number"] == household.number
    assert cast.neighbour.client.get(URL).json()["total"] == 0


def test_a_page_of_persons_phones_read_by_a_program_is_recorded_once(cast: Cast, household: Party) -> None:
    area = AreaFactory(code=VILLAGE)
    PartyFactory(kind="buyer", area=area, phone="+8613909390011")
    PartyFactory(kind="workshop", area=area)

    cast.keeper.client.get(URL)
    cast.keeper.client.get(f"{URL}?size=1&kind=workshop")
    cast.bureau.client.get(URL)
    cast.farmer.client.get(URL)

    [act] = Act.objects.filter(act="registry.list_contacts")
    assert (act.person_id, act.area_path, act.details) == (cast.keeper.person.pk, VILLAGE, {"count": 2})


def test_a_persons_phone_read_by_a_program_is_recorded_with_the_person(cast: Cast, household: Party) -> None:
    firm = PartyFactory(kind="workshop", area=AreaFactory(code=VILLAGE), phone="+8613909390011")

    read = cast.keeper.client.get(f"{URL}/{household.number}").json()
    cast.keeper.client.get(f"{URL}/{firm.number}")
    masked = cast.bureau.client.get(f"{URL}/{household.number}").json()
    own = cast.farmer.client.get(f"{URL}/{household.number}").json()

    assert (read["phone"], own["phone"]) == (household.phone, household.phone)
    assert masked["phone"] != household.phone
    [act] = Act.objects.filter(act="registry.read_contact")
    assert (act.person_id, act.subject_id, act.area_path) == (cast.keeper.person.pk, str(household.pk), VILLAGE)


def test_a_household_learns_of_no_other_phone_by_changing_its_own(cast: Cast, household: Party) -> None:
    PartyFactory(phone="+8613909390077", area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    body = {"name": household.name, "area": VILLAGE, "phone": "13909390077", "version": household.version}

    answer = send(cast.farmer.client, "put", f"{URL}/{household.number}", body)

    assert (answer.status_code, answer.json()["phone"]) == (200, "+8613909390077")


def test_finds_by_text_and_kind(cast: Cast, household: Party) -> None:
    PartyFactory(kind="workshop", name="Weavers", area=AreaFactory(code=VILLAGE))
    names = lambda query: [one["name"] for one in cast.keeper.client.get(f"{URL}?{query}").json()["items"]]  # noqa: E731

    assert names("text=suqin") == ["Zhao Suqin"]
    assert names("kind=workshop") == ["Weavers"]
    assert cast.keeper.client.get(f"{URL}?kind=castle").status_code == 422


def test_a_party_is_read_without_marks_members_or_account(cast: Cast, household: Party) -> None:
    body = cast.clerk.client.get(f"{URL}/{household.number}").json()

    assert body["phone"] == "+8613909390001"
    assert set(body) == {
        "number", "name", "kind", "state", "area", "place", "phone", "email", "address", "cooperatives", "version",
    }  # fmt: skip
    assert not Act.objects.filter(act__startswith="registry.look").exists()


def test_a_phone_is_masked_for_who_does_not_need_it(cast: Cast, household: Party) -> None:
    assert cast.bureau.client.get(f"{URL}/{household.number}").json()["phone"] == "•••• 0001"


def test_a_cooperative_reads_name_and_number_of_its_member(cast: Cast, household: Party) -> None:
    cooperative = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    chair = Member(RepresentativeFactory(party=cooperative).person, cooperative)
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    body = chair.client.get(f"{URL}/{household.number}").json()

    assert (body.pop("name"), body.pop("number")) == ("Zhao Suqin", household.number)
    assert not any(body.values())


def test_registers_and_changes(cast: Cast) -> None:
    client = cast.keeper.client

    made = send(client, "post", URL, GIVEN)
    assert (made.status_code, made.json()["state"]) == (201, "active")
    number = made.json()["number"]
    changed = send(client, "put", f"{URL}/{number}", {**GIVEN, "name": "Ma Lan", "version": 1})

    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "Ma Lan", 2)


@pytest.mark.parametrize(
    ("who", "change", "status", "code"),
    [
        ("keeper", {"phone": "12"}, 422, "invalid"),
        ("keeper", {"name": "Ma 621226188501011233"}, 422, "identity_number"),
        ("keeper", {"area": "999"}, 422, "invalid"),
        ("keeper", {"kind": "castle"}, 422, "invalid"),
        ("keeper", {"phone": "13909390001"}, 409, "looks_registered"),
        ("neighbour", {}, 403, "forbidden"),
        ("bureau", {}, 403, "forbidden"),
        ("farmer", {}, 403, "forbidden"),
    ],
)
def test_refuses_with_a_code_and_writes_nothing(
    cast: Cast, household: Party, who: str, change: dict[str, str], status: int, code: str
) -> None:
    before = Party.objects.count()

    answer = send(getattr(cast, who).client, "post", URL, {**GIVEN, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert Party.objects.count() == before


def test_a_likely_twin_is_registered_once_confirmed(cast: Cast, household: Party) -> None:
    answer = send(cast.keeper.client, "post", URL, {**GIVEN, "phone": "13909390001", "is_new": True})

    assert answer.status_code == 201


@pytest.mark.parametrize(("who", "status"), [("neighbour", 404), ("buyer", 404), ("bureau", 403)])
def test_a_change_by_others_is_refused(cast: Cast, household: Party, who: str, status: int) -> None:
    body = {"name": "Taken", "area": VILLAGE, "version": household.version}

    answer = send(getattr(cast, who).client, "put", f"{URL}/{household.number}", body)

    assert answer.status_code == status
    assert Party.objects.get(pk=household.pk).name == "Zhao Suqin"


def test_a_change_from_an_old_version_is_refused(cast: Cast, household: Party) -> None:
    body = {"name": "Late", "area": VILLAGE, "version": household.version + 5}

    answer = send(cast.keeper.client, "put", f"{URL}/{household.number}", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert Party.objects.get(pk=household.pk).name == "Zhao Suqin"


def test_nobody_unknown_is_answered() -> None:
    assert Client().get(URL).status_code == 401
