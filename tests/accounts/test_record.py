"""Every act of this context is on the record, and so is what ends with another act."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from terrace.accounts import services
from terrace.accounts.domain import ACTS, LOCK_AFTER
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.accounts.services.sign_in import self_of
from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS
from terrace.network.models import ServiceUnit
from tests.accounts.test_joining import ask, join
from tests.conftest import VILLAGE, Cast, Member
from tests.factories import PASSWORD, PersonFactory

NEW = "orchard-morning-42"


def _give_and_take_posts(cast: Cast) -> None:
    by, unit, today = cast.station.actor, ServiceUnit.objects.get(area_path=VILLAGE), clock.today()
    given = {"name": "He Jun", "username": "he.jun", "area_path": VILLAGE, "password": PASSWORD}
    helper = services.open_account(by=by, **given)
    kept = Post.objects.get(person=cast.keeper.person)
    services.act_for(by=by, post_id=kept.pk, person_id=helper.pk, starts_on=today, ends_on=today)
    post = services.give_post(by=by, person_id=PersonFactory().pk, unit_id=unit.pk, role="point-keeper")
    services.end_post(by=by, post_id=post.pk)


def _use_links(cast: Cast) -> None:
    by, unit, party = cast.station.actor, ServiceUnit.objects.get(area_path=VILLAGE), cast.farmer.party
    assert party is not None
    issued = services.invite_to_post(by=by, unit_id=unit.pk, role="point-keeper", name="Liu Fang")
    services.accept_invitation(by=ANONYMOUS, secret=issued.secret, name="Liu Fang", username="liu.fang", password=NEW)
    services.invite_for_party(by=cast.keeper.actor, party_id=party.pk, area_path=VILLAGE, name="Zhao Ping")
    services.revoke_invitation(by=by, invitation_id=Invitation.objects.latest("pk").pk)
    back = services.let_back_in(by=by, person_id=cast.keeper.person.pk, reset_factors=True)
    services.come_back_in(secret=back.secret, password=NEW)


def _look_after_oneself(cast: Cast) -> None:
    actor = cast.centre.actor
    services.change_profile(by=actor, name="Wang Lan", language="en")
    services.change_contact(by=actor, phone="13912345678", email="")
    services.export_account(by=actor)
    services.note_second_factor(person=cast.centre.person, kind="totp", is_added=True)
    token = services.issue_token(by=actor, name="Shop", permissions=["sourcing.view"], area_path=VILLAGE[:6]).token
    services.revoke_token(by=actor, token_id=token.pk)


def _join_as_a_buyer() -> None:
    buyer = join("+8613911113333")
    services.prove_phone(by=self_of(buyer), secret=ask("+8613911114444"))


def _sign_in_wrong_and_right(person: Person) -> None:
    for password in (*(["wrong"] * LOCK_AFTER), PASSWORD):
        Client().post(reverse("account_login"), {"login": person.username, "password": password})
    services.clear_tries(person_id=person.pk)
    Client().post(reverse("account_login"), {"login": person.username, "password": PASSWORD})


def _seal_anew(settings: Settings) -> None:
    settings.ENV = SimpleNamespace(field_key=(b"n" * 32, *settings.ENV.field_key))
    list(services.reseal_factors())


def test_every_act_is_recorded_and_has_words(cast: Cast, settings: Settings) -> None:
    _give_and_take_posts(cast)
    _use_links(cast)
    _look_after_oneself(cast)
    _join_as_a_buyer()
    leaver = Member(PersonFactory(area_path=VILLAGE))
    _sign_in_wrong_and_right(leaver.person)
    services.close_account(by=leaver.actor)
    services.erase_person(by=cast.station.actor, person_id=leaver.person.pk)
    _seal_anew(settings)

    assert set(Act.objects.filter(act__startswith="accounts.").values_list("act", flat=True)) == set(ACTS)


def test_a_sign_in_is_on_record_once_it_is_complete(cast: Cast) -> None:
    person = cast.keeper.person
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": "wrong"})
    assert not Act.objects.filter(act="accounts.sign_in").exists()
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    act = Act.objects.get(act="accounts.sign_in")
    assert (act.person_id, act.subject_id, act.area_path) == (person.pk, str(person.pk), VILLAGE)
    waiting = Client()
    waiting.post(reverse("account_login"), {"login": cast.centre.person.username, "password": PASSWORD})
    assert Act.objects.filter(act="accounts.sign_in").count() == 1  # the code is still missing


def test_a_newer_way_back_takes_the_older_back_on_record(cast: Cast) -> None:
    first = services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    act = Act.objects.get(act="accounts.revoke_invitation")
    assert (act.subject_id, act.person_id) == (str(first.invitation.pk), cast.station.person.pk)


def _issue(by: Member) -> ApiToken:
    given: dict[str, Any] = {"name": "Shop", "permissions": ["sourcing.view"], "area_path": VILLAGE[:6]}
    return services.issue_token(by=by.actor, **given).token


def test_coming_back_by_a_link_ends_the_tokens_that_were_issued_meanwhile(cast: Cast) -> None:
    token, other = _issue(cast.centre), _issue(cast.administrator)
    back = services.let_back_in(by=cast.administrator.actor, person_id=cast.centre.person.pk)
    services.come_back_in(secret=back.secret, password=NEW)
    token.refresh_from_db()
    other.refresh_from_db()
    assert token.revoked_at is not None
    assert other.revoked_at is None
    act = Act.objects.get(act="accounts.revoke_token")
    assert (act.subject_id, act.person_id) == (str(token.pk), cast.centre.person.pk)


def test_a_password_reset_by_email_ends_them_too(cast: Cast) -> None:
    token = _issue(cast.centre)
    services.change_contact(by=cast.centre.actor, phone="", email="centre@example.org")
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "centre@example.org"})
    link = next(word for word in str(mail.outbox[-1].body).split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    token.refresh_from_db()
    assert Person.objects.get(pk=cast.centre.person.pk).check_password(NEW)
    assert token.revoked_at is not None


@pytest.mark.parametrize("password", ["123", PASSWORD[:3]])
def test_a_way_back_that_is_refused_ends_no_token(cast: Cast, password: str) -> None:
    token = _issue(cast.centre)
    back = services.let_back_in(by=cast.administrator.actor, person_id=cast.centre.person.pk)
    client = Client()
    answer = client.post(reverse("accounts:accept", args=[back.secret]), {"password": password, "again": password})
    token.refresh_from_db()
    assert answer.status_code == 422
    assert token.revoked_at is None
