"""Posts that need a second factor admit nothing before there is one, and codes cannot be guessed."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from terrace.accounts import queries
from terrace.accounts.adapter import SecondFactorAdapter
from terrace.accounts.domain import LOCK_AFTER
from terrace.accounts.models import Person
from terrace.audit.models import Act
from terrace.kernel import clock
from tests.conftest import VILLAGE, Cast
from tests.factories import PASSWORD, AreaFactory, PersonFactory, PostFactory, UnitFactory
from tests.one_time_codes import code

pytestmark = pytest.mark.usefixtures("fresh_codes")

SET_UP = "/people/second-factor/"


@pytest.fixture
def newcomer(db: None) -> Person:
    """Return somebody with a new centre post and no second factor."""
    unit = UnitFactory(area=AreaFactory(code=VILLAGE[:6]))
    person: Person = PostFactory(unit=unit, role="centre-clerk", person=PersonFactory(username="new.clerk")).person
    return person


def signed_in(person: Person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    return client


@pytest.mark.parametrize("address", ["/", "/people/", "/people/me/", "/notices/", "/audit/", "/sourcing/supply/"])
def test_nothing_opens_before_a_second_factor_is_set_up(newcomer: Person, address: str) -> None:
    answer = signed_in(newcomer).get(address)
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_the_way_to_one_stays_open(newcomer: Person) -> None:
    client = signed_in(newcomer)
    assert client.get(SET_UP).status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.post(reverse("set_language"), {"language": "en", "next": SET_UP})["Location"] == SET_UP
    assert client.post(reverse("web:theme"), {"theme": "dark", "next": SET_UP})["Location"] == SET_UP
    assert client.post(reverse("account_logout"))["Location"] != SET_UP


def test_the_api_says_so_to_a_program(newcomer: Person) -> None:
    answer = signed_in(newcomer).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")


def test_a_keeper_needs_none(cast: Cast) -> None:
    assert cast.keeper.client.get("/people/me/").status_code == 200


def test_the_demo_asks_for_none(newcomer: Person, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert signed_in(newcomer).get("/people/me/").status_code == 200


def test_an_app_is_set_up_and_then_everything_opens(newcomer: Person) -> None:
    client = signed_in(newcomer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = client.session["mfa.totp.secret"]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get("/people/me/").status_code == 200
    kept = Authenticator.objects.get(user=newcomer, type="totp").data["secret"]
    assert secret not in kept
    assert SecondFactorAdapter().decrypt(kept) == secret


def test_setting_one_up_asks_for_the_password_again(newcomer: Person) -> None:
    answer = signed_in(newcomer).get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_signing_in_asks_for_the_code_and_takes_the_right_one(cast: Cast) -> None:
    client = signed_in(cast.centre.person)
    assert client.get("/people/me/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 302
    assert client.get("/people/me/").status_code == 200
    cast.centre.person.refresh_from_db()
    assert cast.centre.person.failed_sign_ins == 0


def test_wrong_codes_lock_the_sign_in_even_with_the_right_password_between(cast: Cast) -> None:
    person = cast.centre.person
    for _try in range(LOCK_AFTER):
        signed_in(person).post(reverse("mfa_authenticate"), {"code": "000000"})
    client = signed_in(person)
    assert client.post(reverse("mfa_authenticate"), {"code": code()})["Location"] == reverse("account_login")
    assert client.get("/people/me/").status_code == 302
    assert Act.objects.filter(act="accounts.lock_sign_in", subject_id=str(person.pk)).exists()


def test_wrong_codes_on_the_page_that_confirms_lock_the_sign_in_as_well(cast: Cast) -> None:
    client, person = cast.centre.client, cast.centre.person
    again = reverse("mfa_reauthenticate")
    for _try in range(LOCK_AFTER):
        assert client.post(again, {"code": "000000"}).status_code == 200
    assert client.post(again, {"code": code()}).status_code == 200
    assert client.get(reverse("accounts:change_contact"))["Location"].startswith(reverse("account_reauthenticate"))
    person.refresh_from_db()
    assert person.locked_until is not None
    assert Act.objects.filter(act="accounts.lock_sign_in", subject_id=str(person.pk)).exists()


def test_a_right_code_confirms_and_costs_no_try(cast: Cast) -> None:
    client, again = cast.centre.client, reverse("mfa_reauthenticate")
    client.post(again, {"code": "000000"})
    assert client.post(again, {"code": code()}).status_code == 302
    assert client.get(reverse("accounts:change_contact")).status_code == 200
    cast.centre.person.refresh_from_db()
    assert cast.centre.person.failed_sign_ins == 1


def test_a_used_code_opens_nothing_again(cast: Cast) -> None:
    person = cast.centre.person
    with time_machine.travel(time.time(), tick=False):
        used = code()
        assert signed_in(person).post(reverse("mfa_authenticate"), {"code": used}).status_code == 302
        assert signed_in(person).post(reverse("mfa_authenticate"), {"code": used}).status_code == 200


def test_a_recovery_code_opens_once(cast: Cast) -> None:
    client = signed_in(cast.centre.person)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    with time_machine.travel(time.time() + timedelta(minutes=1).total_seconds()):
        client.post(reverse("mfa_reauthenticate"), {"code": code()})
        client.post(reverse("mfa_generate_recovery_codes"))
        page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
        recovery = re.findall(r"\b\d{8}\b", page)[0]
        assert signed_in(cast.centre.person).post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 302
        assert signed_in(cast.centre.person).post(reverse("mfa_authenticate"), {"code": recovery}).status_code == 200


def test_the_last_second_factor_of_such_a_post_stays(cast: Cast) -> None:
    client = signed_in(cast.centre.person)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    with time_machine.travel(time.time() + timedelta(minutes=1).total_seconds()):
        client.post(reverse("mfa_reauthenticate"), {"code": code()})
        client.post(reverse("mfa_deactivate_totp"))
    assert queries.ids_with_second_factor([cast.centre.person.pk]) == {cast.centre.person.pk}


def test_the_page_for_a_passkey_opens_under_the_policy(newcomer: Person) -> None:
    client = signed_in(newcomer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    scripts = re.findall(r"<script\b([^>]*)>", page.content.decode())
    assert scripts
    assert all("src=" in script or "application/json" in script for script in scripts)


def test_a_second_factor_is_on_record(newcomer: Person, django_capture_on_commit_callbacks: Any) -> None:
    client = signed_in(newcomer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(client.session["mfa.totp.secret"])})
    act = Act.objects.filter(act="accounts.add_second_factor", person_id=newcomer.pk).order_by("id")[0]
    assert act.area_path == VILLAGE[:6]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_of_passkeys_names_each_and_lets_it_be_removed(newcomer: Person, language: str) -> None:
    client = signed_in(newcomer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    data = {"name": "Mei's phone", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    keys = [
        Authenticator.objects.create(user=newcomer, type="webauthn", data={**data, "name": name}, last_used_at=used)
        for name, used in (("Mei's phone", clock.now()), ("Spare key", None))
    ]

    page = client.get(reverse("mfa_list_webauthn"), headers={"Accept-Language": language})

    assert page.status_code == 200
    shown = page.content.decode()
    assert "Mei&#x27;s phone" in shown
    assert "Spare key" in shown
    for key in keys:
        assert f'href="{reverse("mfa_remove_webauthn", args=[key.pk])}"' in shown
