"""Erasing a person reaches what imports and kept answers hold, and the record of acts never had the name."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrace.audit.models import Act
from terrace.http.models import KeptAnswer
from terrace.registry import services
from terrace.registry.domain import ImportState
from terrace.registry.models import ImportRun, Party
from terrace.registry.services import Profile, imports
from tests.conftest import VILLAGE, Cast
from tests.registry.sheets import GOOD, send

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


def test_a_stopped_file_of_the_area_goes_with_the_person(
    cast: Cast, household: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    near, far = send(cast.keeper.actor, GOOD), send(cast.stranger.actor, GOOD)
    ImportRun.objects.update(state=ImportState.FAILED)

    erase(cast, household)

    for run in (near, far):
        run.refresh_from_db()
    assert (near.content, near.state) == (None, ImportState.REFUSED)
    assert far.content is not None
    assert far.state == ImportState.FAILED


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
