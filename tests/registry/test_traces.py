"""Erasing a person reaches what imports and kept answers hold, and the record of acts never had the name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrace.audit.models import Act
from terrace.config.actors import actor_for
from terrace.http.models import KeptAnswer
from terrace.kernel.actors import SYSTEM
from terrace.messaging.models import Notice
from terrace.registry import services, tasks
from terrace.registry.domain import ImportState
from terrace.registry.models import ImportRun, Party
from terrace.registry.services import Profile, imports
from tests.conftest import VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PostFactory, UnitFactory
from tests.meanwhile import meanwhile
from tests.registry.conftest import browser, text_of
from tests.registry.sheets import GOOD, send, sheet

URL = "/api/v1/parties"


def erase(cast: Cast, party: Party) -> None:
    services.erase_party(by=cast.centre.actor, party=party, version=Party.objects.get(pk=party.pk).version)


@pytest.mark.parametrize(
    "row",
    [
        {"name": "zhao  suqin", "phone": "12"},
        {"name": "", "phone": "139 0939 0001"},
        {"name": "Z.", "phone": "", "email": "ZHAO@example.org", "area": "nowhere"},
        {"name": "Z.", "phone": "12", "number": "its own"},
    ],
)
def test_erasing_takes_the_persons_rows_out_of_refused_files(cast: Cast, household: Party, row: dict[str, str]) -> None:
    Party.objects.filter(pk=household.pk).update(email="zhao@example.org")
    household.refresh_from_db()
    given = {**GOOD, **row} | ({"number": household.number} if "number" in row else {})
    run = send(cast.keeper.actor, given, {**GOOD, "name": "Li Guifang", "phone": "12"})
    assert {kept["number"] for kept in run.bad_rows} == {2, 3}

    erase(cast, household)

    run.refresh_from_db()
    assert [kept["values"]["name"] for kept in run.bad_rows] == ["Li Guifang"]
    assert {problem["row"] for problem in run.problems} == {3}


@pytest.mark.parametrize("state", ["waiting", "checking", "writing", "failed"])
def test_a_file_of_the_area_that_waits_or_stopped_goes_with_the_person(
    cast: Cast, household: Party, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    near, far = send(cast.keeper.actor, {**GOOD, "is_new": "yes"}), send(cast.stranger.actor, GOOD)
    ImportRun.objects.update(state=state)

    erase(cast, household)
    tasks.run_import(near.pk)

    for run in (near, far):
        run.refresh_from_db()
    assert (near.content, near.state, near.bad_rows) == (None, ImportState.REFUSED, [])
    assert (far.content is None, far.state) == (False, state)
    assert not Party.objects.filter(phone="+8613909390001").exists()
    assert Notice.objects.filter(person_id=cast.keeper.person.pk).count() == 1
    page = text_of(browser(cast.keeper).get(reverse("registry:import_run", args=[near.number])))
    assert "data were erased meanwhile, so the file was not read" in page


def test_a_file_goes_with_the_person_though_its_sender_keeps_the_register_of_two_places(
    cast: Cast, household: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    lower = UnitFactory(area=AreaFactory(code="621226100200"))
    PostFactory(unit=lower, person=cast.keeper.person)
    run = send(cast.keeper.actor, GOOD)
    assert run.area_path == lower.area_path

    erase(cast, household)

    run.refresh_from_db()
    assert run.content is None


def test_a_file_sent_after_the_erasure_keeps_of_the_persons_row_its_number_alone(cast: Cast, household: Party) -> None:
    erase(cast, household)

    run = send(cast.keeper.actor, {**GOOD, "name": "Zhao Suqin", "number": household.number})

    assert [kept["values"] for kept in run.bad_rows] == [{"number": household.number}]
    assert [(problem["column"], problem["reason"]) for problem in run.problems] == [
        ("Number", "The data of this party were erased.")
    ]


@pytest.mark.django_db(transaction=True)
def test_an_import_that_ends_while_a_person_is_erased_keeps_nothing_of_the_person() -> None:
    sender = PostFactory(unit=UnitFactory(area=AreaFactory(code=VILLAGE)), role="point-keeper").person
    party = HouseholdFactory(area=AreaFactory(code=VILLAGE), name="Zhao Suqin", phone="+8613909390001")
    content = sheet({**GOOD, "name": "Zhao Suqin"}, {"number": party.number, "address": "Lane 2"})
    run = ImportRun.objects.create(number="I-1", person=sender, area_path=VILLAGE, content=content, total=2)

    def erased() -> object:
        return services.erase_party(by=SYSTEM, party=Party.objects.get(pk=party.pk), version=1)

    said = meanwhile(lambda: services.run_import(run_id=run.pk, by=actor_for(sender)), erased)

    run.refresh_from_db()
    assert isinstance(said, Party)
    assert (run.state, run.bad_rows) == (ImportState.REFUSED, [])


def _register(client: Client, key: str, name: str) -> Any:
    body = {"kind": "household", "name": name, "area": VILLAGE}
    return client.post(URL, body, content_type="application/json", headers={"Idempotency-Key": key})


def test_kept_answers_about_the_person_are_forgotten(cast: Cast) -> None:
    gone, stays = (_register(cast.keeper.client, name, name).json()["number"] for name in ("Ma Lan", "Li Jun"))
    assert KeptAnswer.objects.count() == 2

    erase(cast, Party.objects.get(number=gone))

    kept = bytes(KeptAnswer.objects.get().body).decode()
    assert stays in kept
    assert "Ma Lan" not in kept


def test_what_a_household_did_itself_is_recorded_without_its_name(cast: Cast, household: Party) -> None:
    profile = Profile(household.name, VILLAGE, phone="13909390002")
    services.change_party(by=cast.farmer.actor, party=household, version=household.version, profile=profile)
    cast.farmer.client.post(reverse("accounts:profile"), {"name": "Zhao Suqin", "language": "en"})

    acts = list(Act.objects.filter(person_id=cast.farmer.person.pk).order_by("pk"))
    assert {act.act for act in acts} >= {"registry.change_party"}
    assert {act.person_name for act in acts} == {household.number}


def test_who_holds_a_post_answers_by_name(cast: Cast, household: Party) -> None:
    services.look_at_personal(by=cast.keeper.actor, party=household)

    assert Act.objects.get(act="registry.look_at_personal").person_name == cast.keeper.person.name
