"""Buyers open accounts themselves, by a link to their own phone or e-mail address; nobody else's account opens so."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from terrace.accounts import services
from terrace.accounts.domain import LinkUnusable, Taken
from terrace.accounts.models import ContactLink, Person
from terrace.accounts.services.sign_in import self_of
from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.messaging.models import OutgoingMessage
from tests.conftest import Cast

PHONE, EMAIL, PASSWORD = "+8613911112222", "lin@example.org", "terraced-fields-9"


@pytest.fixture(autouse=True)
def _no_counts(db: None) -> None:
    cache.clear()


def ask(contact: str) -> str:
    """Ask for a link; return the secret of the message that went out, "" when it has none."""
    services.send_contact_link(
        contact=contact, link_base="http://testserver/join/", sign_in_url="http://testserver/in/"
    )
    message = OutgoingMessage.objects.latest("pk")
    found = re.search(r"/join/([\w-]+)/", message.text)
    return found[1] if found else ""


def join(contact: str = PHONE, name: str = "Lin Yue", password: str = PASSWORD) -> Person:
    return services.join(secret=ask(contact), name=name, password=password)


@pytest.mark.parametrize(("contact", "kept"), [("139 1111 2222", (PHONE, None)), ("Lin@Example.org", (None, EMAIL))])
def test_who_holds_an_address_opens_an_account(contact: str, kept: tuple[str | None, str | None]) -> None:
    person = join(contact)

    assert (person.phone, person.email) == kept
    assert person.holds_phone == (kept[0] is not None)
    assert (person.area_path, person.check_password(PASSWORD)) == ("", True)
    assert not ContactLink.objects.exists()
    assert Act.objects.filter(act="accounts.join").count() == 1


def test_a_link_works_once_and_for_an_hour_and_only_the_youngest() -> None:
    old, young = ask(PHONE), ask(PHONE)
    for secret in (old, "nothing"):
        with pytest.raises(LinkUnusable):
            services.join(secret=secret, name="Lin", password=PASSWORD)
    late = clock.now() + timedelta(hours=1, seconds=1)
    with pytest.raises(LinkUnusable):
        services.join(secret=young, name="Lin", password=PASSWORD, now=late)
    assert not Person.objects.exists()

    services.join(secret=young, name="Lin", password=PASSWORD)

    with pytest.raises(LinkUnusable):
        services.join(secret=young, name="Lin", password=PASSWORD)
    assert Person.objects.count() == 1


def test_a_weak_password_opens_nothing_and_leaves_the_link() -> None:
    secret = ask(PHONE)

    with pytest.raises(Invalid):
        services.join(secret=secret, name="Lin", password="12345678")

    assert not Person.objects.exists()
    assert services.join(secret=secret, name="Lin", password=PASSWORD).pk


def test_the_same_way_leads_back_in() -> None:
    person = join()

    again = join(name="Somebody else", password="hills-and-terraces-3")

    person.refresh_from_db()
    assert (again.pk, person.name) == (person.pk, "Lin Yue")
    assert person.check_password("hills-and-terraces-3")


@pytest.mark.parametrize("name", ["keeper", "farmer", "centre"])
def test_who_works_or_speaks_for_a_party_is_told_to_sign_in(cast: Cast, name: str) -> None:
    person = getattr(cast, name).person
    Person.objects.filter(pk=person.pk).update(phone=PHONE, password="as it was")

    assert ask(PHONE) == ""

    assert "http://testserver/in/" in OutgoingMessage.objects.latest("pk").text
    assert not ContactLink.objects.exists()


def test_who_got_a_post_after_the_link_was_sent_is_not_taken_over(cast: Cast) -> None:
    secret = ask(PHONE)
    Person.objects.filter(pk=cast.keeper.person.pk).update(phone=PHONE, password="as it was")

    with pytest.raises(Taken):
        services.join(secret=secret, name="Lin", password=PASSWORD)

    assert Person.objects.get(pk=cast.keeper.person.pk).password == "as it was"


def test_a_number_that_was_only_typed_goes_to_who_holds_it() -> None:
    first = join(EMAIL)
    services.change_contact(by=self_of(first), phone=PHONE, email=EMAIL)

    second = join(PHONE)

    first.refresh_from_db()
    assert (first.phone, second.phone) == (None, PHONE)
    assert first.pk != second.pk


def test_who_is_signed_in_shows_to_hold_a_phone() -> None:
    person = join(EMAIL)

    services.prove_phone(by=self_of(person), secret=ask(PHONE))

    person.refresh_from_db()
    assert (person.phone, person.holds_phone) == (PHONE, True)
    services.change_contact(by=self_of(person), phone="+8613911113333", email=EMAIL)
    person.refresh_from_db()
    assert not person.holds_phone


def test_nobody_takes_a_phone_that_somebody_else_holds() -> None:
    holder, other = join(PHONE), join(EMAIL)
    secret = ask(PHONE)

    with pytest.raises(Taken):
        services.prove_phone(by=self_of(other), secret=secret)

    other.refresh_from_db()
    holder.refresh_from_db()
    assert (holder.phone, other.phone) == (PHONE, None)


@pytest.mark.parametrize("by", [ANONYMOUS, Actor(None, "A program", issuer_id=1)])
def test_only_people_hold_phones(by: Actor) -> None:
    secret = ask(PHONE)

    with pytest.raises(Forbidden):
        services.prove_phone(by=by, secret=secret)

    assert ContactLink.objects.exists()


@pytest.mark.parametrize("contact", ["", "nobody", "12", "@", "a@b"])
def test_what_is_no_address_is_refused(contact: str) -> None:
    with pytest.raises(Invalid):
        services.send_contact_link(contact=contact, link_base="http://testserver/", sign_in_url="http://testserver/")

    assert not ContactLink.objects.exists()
    assert not OutgoingMessage.objects.exists()


def test_a_closed_account_of_a_buyer_is_erased_at_once() -> None:
    person = join()

    services.close_account(by=self_of(person))

    person.refresh_from_db()
    assert (person.phone, person.proven_phone, person.is_active) == (None, "", False)
    assert "Lin" not in person.name
    assert join(PHONE).pk != person.pk


def test_pages_lead_from_the_address_to_the_account(cast: Cast) -> None:
    client = Client()
    known = cast.keeper.person
    Person.objects.filter(pk=known.pk).update(phone="+8613911114444")
    page = reverse("accounts:join")

    answers = [client.post(page, {"contact": contact}) for contact in (PHONE, "+8613911114444")]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, reverse("accounts:join_sent"))}
    message = OutgoingMessage.objects.filter(address=PHONE).get()
    found = re.search(r"http://testserver(\S+)", message.text)
    assert found
    assert client.get(found[1]).status_code == 200
    given = {"name": "Lin Yue", "password": PASSWORD, "again": PASSWORD}
    assert client.post(found[1], given)["Location"] == reverse("web:home")
    assert client.get(reverse("market:orders_mine")).status_code == 200
    assert Client().get(found[1]).status_code == 410


def test_tries_are_limited() -> None:
    client, page = Client(), reverse("accounts:join")

    answers = [client.post(page, {"contact": PHONE}).status_code for _try in range(6)]

    assert answers == [302] * 4 + [429] * 2
    assert OutgoingMessage.objects.count() == 4
