"""Signing in: by what, how wrong passwords are counted, and how one gets out of a lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from terrace.accounts import queries, services
from terrace.accounts.domain import LOCK_AFTER, LOCK_FOR, Taken
from terrace.accounts.models import Person
from terrace.audit.models import Act
from terrace.config.actors import actor_for
from terrace.http.models import KeptAnswer
from terrace.kernel import clock
from terrace.kernel.errors import Invalid
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import Cast
from tests.factories import PASSWORD, PersonFactory

WRONG = "not-the-password"
NEW = "orchard-morning-42"


@pytest.fixture
def person(db: None) -> Person:
    """Return somebody with a phone and an e-mail address."""
    found: Person = PersonFactory(username="mei.li", phone="+8613912345678", email="mei@example.org")
    return found


def sign_in(login: str, password: str = PASSWORD, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("account_login"), {"login": login, "password": password})


def is_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"] == "/"


@pytest.mark.parametrize(
    "login",
    [
        "mei.li",
        "MEI.LI",
        " Mei.Li ",
        "13912345678",
        "139 1234 5678",
        "+86 139-1234-5678",
        "mei@example.org",
        "Mei@Example.ORG",
    ],
)
def test_a_person_signs_in_by_any_of_their_names(person: Person, login: str) -> None:
    assert is_in(sign_in(login))


def test_a_wrong_password_an_unknown_name_and_a_lock_are_answered_alike(person: Person) -> None:
    def said(login: str) -> list[str]:
        return [str(error) for error in sign_in(login, WRONG).context["form"].non_field_errors()]

    wrong, unknown = said("mei.li"), said("nobody.here")
    for _try in range(LOCK_AFTER):
        sign_in("mei.li", WRONG)
    locked = said("mei.li")
    assert wrong == unknown == locked
    assert said("13900000000") == said("nobody@example.org") == wrong


def test_too_many_wrong_passwords_lock_out_the_right_one_too(person: Person) -> None:
    for _try in range(LOCK_AFTER):
        assert not is_in(sign_in("mei.li", WRONG))
    assert not is_in(sign_in("mei.li"))
    assert not is_in(sign_in("+8613912345678"))
    assert Act.objects.filter(act="accounts.lock_sign_in", subject_id=str(person.pk)).count() == 1
    assert Notice.objects.filter(person_id=person.pk).count() == 1


def test_who_is_locked_out_is_told_where_no_sign_in_is_needed(
    person: Person,
) -> None:
    Person.objects.filter(pk=person.pk).update(phone="+8613909390001", email="mei.li@example.org")
    for _try in range(LOCK_AFTER):
        sign_in("mei.li", WRONG)
    told = OutgoingMessage.objects.order_by("channel").values_list("channel", "address")
    assert list(told) == [("email", "mei.li@example.org"), ("sms", "+8613909390001")]


def test_one_try_less_does_not_lock_and_a_sign_in_begins_the_count_anew(person: Person) -> None:
    for _try in range(LOCK_AFTER - 1):
        sign_in("mei.li", WRONG)
    assert is_in(sign_in("mei.li"))
    person.refresh_from_db()
    assert person.failed_sign_ins == 0


def test_waiting_is_a_way_out(person: Person) -> None:
    for _try in range(LOCK_AFTER):
        sign_in("mei.li", WRONG)
    with time_machine.travel(clock.now() + LOCK_FOR + timedelta(seconds=1), tick=False):
        assert is_in(sign_in("mei.li"))


def test_after_a_lock_the_count_begins_at_one(person: Person) -> None:
    now = clock.now()
    for _try in range(LOCK_AFTER):
        services.begin_try(person_id=person.pk, now=now)
    assert services.begin_try(person_id=person.pk, now=now + LOCK_FOR)
    person.refresh_from_db()
    assert (person.failed_sign_ins, person.locked_until) == (1, None)


def test_wrong_tries_while_locked_do_not_prolong_the_lock(person: Person) -> None:
    now = clock.now()
    for _try in range(LOCK_AFTER):
        services.begin_try(person_id=person.pk, now=now)
    assert not services.begin_try(person_id=person.pk, now=now + timedelta(minutes=10))
    person.refresh_from_db()
    assert person.locked_until == now + LOCK_FOR


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_counted_one_by_one() -> None:
    person, now = PersonFactory(), clock.now()

    def guess(_number: int) -> bool:
        try:
            return services.begin_try(person_id=person.pk, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(guess, range(24)))
    assert sum(looked_at) == LOCK_AFTER


def test_a_password_reset_by_email_is_a_way_out(person: Person) -> None:
    for _try in range(LOCK_AFTER):
        sign_in("mei.li", WRONG)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "mei@example.org"})
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert is_in(sign_in("mei.li", NEW))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Forgotten password", "Look into your mail", "Choose a new password", "no longer works", "is changed")),
        ("zh-hans", ("忘记密码", "请查看邮箱", "设置新密码", "链接已失效", "密码已修改")),
    ],
)
def test_the_way_back_by_email_is_told_in_the_readers_language(
    person: Person, language: str, words: tuple[str, ...]
) -> None:
    client = Client(headers={"Accept-Language": language})
    asked = client.get(reverse("account_reset_password"))
    sent = client.post(reverse("account_reset_password"), {"email": "mei@example.org"}, follow=True)
    message = mail.outbox[0]
    link = next(word for word in str(message.body).split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    kept = client.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW}, follow=True)
    used = client.get(link, follow=True)

    for page, word in zip((asked, sent, form, used, kept), words, strict=True):
        assert word in page.content.decode()
    assert words[2] in message.subject
    assert "mei.li" in message.body
    assert ("Password Reset" in sent.content.decode(), "Hello from" in message.body) == (False, False)


def test_an_unknown_address_gets_no_hint_on_the_page(person: Person) -> None:
    known = Client().post(reverse("account_reset_password"), {"email": "mei@example.org"})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_the_page_of_ways_back_opens_for_strangers(db: None) -> None:
    answer = Client().get(reverse("accounts:ways_back"))
    assert answer.status_code == 200
    assert reverse("accounts:ways_back").encode() in Client().get(reverse("account_login")).content


def test_a_closed_account_signs_in_nowhere(person: Person) -> None:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert not is_in(sign_in("mei.li"))


def test_the_page_speaks_the_persons_language_after_signing_in(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(language="zh-hans")
    assert sign_in("mei.li").cookies["language"].value == "zh-hans"


def test_a_switch_of_language_is_remembered(person: Person) -> None:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    client.post(reverse("set_language"), {"language": "zh-hans", "next": "/"})
    person.refresh_from_db()
    assert person.language == "zh-hans"
    client.post(reverse("set_language"), {"language": "tlh", "next": "/"})
    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_a_visitor_switches_language_without_being_anybody(db: None) -> None:
    answer = Client().post(reverse("set_language"), {"language": "zh-hans", "next": "/people/ways-back/"})
    assert (answer.cookies["language"].value, answer["Location"]) == ("zh-hans", "/people/ways-back/")


def test_nobody_opens_an_account_by_themselves(db: None) -> None:
    Client().post(
        reverse("account_signup"),
        {"username": "intruder", "email": "", "phone": "", "password1": NEW, "password2": NEW},
    )
    assert not Person.objects.filter(username="intruder").exists()


def test_signing_out_others_leaves_only_this_device(person: Person) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        assert is_in(sign_in("mei.li", client=client))
        assert client.get(reverse("accounts:profile")).status_code == 200
    assert here.get(reverse("usersessions_list")).status_code == 200
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("accounts:profile")).status_code == 200
    assert there.get(reverse("accounts:profile")).status_code == 302


def confirmed(person: Person) -> Client:
    """Return a browser in which the person has signed in and just entered the password again."""
    client = Client()
    sign_in(person.username, client=client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_phone_and_email_change_only_after_the_password_was_entered_again(person: Person) -> None:
    client, given = Client(), {"phone": "13700000000", "email": ""}
    sign_in("mei.li", client=client)
    assert client.get(reverse("accounts:change_contact"))["Location"].startswith(reverse("account_reauthenticate"))
    confirmed(person).post(reverse("accounts:change_contact"), given)
    person.refresh_from_db()
    assert (person.phone, person.email) == ("+8613700000000", None)


def test_an_old_address_resets_no_password_any_more(person: Person) -> None:
    Client().post(reverse("account_reset_password"), {"email": "mei@example.org"})
    services.change_contact(by=actor_for(person), phone="", email="mei.new@example.org")
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": "mei@example.org"})
    assert not any("/password/reset/key/" in str(message.body) for message in mail.outbox)
    assert queries.find_by_login("mei.new@example.org") == person


def test_somebody_elses_phone_is_refused(person: Person, cast: Cast) -> None:
    with pytest.raises(Taken) as refused:
        services.change_contact(by=cast.keeper.actor, phone="13912345678", email="")
    assert refused.value.field == "phone"
    cast.keeper.person.refresh_from_db()
    assert cast.keeper.person.phone is None


def test_changing_the_password_ends_the_other_sessions(person: Person) -> None:
    other = confirmed(person)
    client = confirmed(person)
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), given)
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert Act.objects.filter(act="accounts.change_password", person_id=person.pk).exists()


@pytest.mark.parametrize("weak", ["short", "password123", "1234567890123"])
def test_a_weak_password_is_refused_and_changes_nothing(person: Person, weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.change_password(person=person, password=weak)
    assert refused.value.field == "password"
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_name_and_language_change_on_ones_own_page(person: Person) -> None:
    client = Client()
    sign_in("mei.li", client=client)
    answer = client.post(reverse("accounts:change_profile"), {"name": "Li Mei", "language": "zh-hans"})
    person.refresh_from_db()
    assert (person.name, person.language) == ("Li Mei", "zh-hans")
    assert answer.cookies["language"].value == "zh-hans"


def test_a_page_asks_the_database_little_about_who_asks(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = cast.keeper.client
    client.get(reverse("accounts:ways_back"))
    with django_assert_max_num_queries(5):
        # session, person, posts, parties, unread notices
        client.get(reverse("accounts:ways_back"))


def test_an_anonymous_visitor_costs_no_query(db: None, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert isinstance(Client().get(reverse("accounts:ways_back")).wsgi_request.user, AnonymousUser)


def test_a_form_sent_after_the_confirmation_ran_out_asks_for_the_password_and_is_then_done(person: Person) -> None:
    client, address = Client(), reverse("accounts:change_contact")
    sign_in("mei.li", client=client)
    given = {"phone": "13700000000", "email": "", "idempotency_key": "once"}

    asked = client.post(address, given)

    person.refresh_from_db()
    assert asked["Location"] == f"{reverse('account_reauthenticate')}?next={quote(address, safe='')}"
    assert person.phone != "+8613700000000"
    assert not KeptAnswer.objects.exists()

    client.post(asked["Location"], {"password": PASSWORD, "next": address})

    person.refresh_from_db()
    assert person.phone == "+8613700000000"
