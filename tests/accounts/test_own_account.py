"""One's own account: all that is held handed out, the account closed, and its data erased by who manages people."""

import json
from io import BytesIO

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from terrace.accounts import queries, services
from terrace.accounts.domain import AccountClosed, NotYourself
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.audit.models import Act
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS
from terrace.kernel.errors import DomainError, Forbidden, NotFound
from terrace.messaging import services as messaging
from terrace.messaging.domain import Recipient, Topic
from terrace.network.models import ServiceUnit
from tests.conftest import VILLAGE, Cast, Member
from tests.factories import PASSWORD, PersonFactory, PostFactory

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def former(cast: Cast) -> Member:
    """Return somebody who kept the village's point until yesterday."""
    person = PersonFactory(name="He Jun", phone="+8613912345678", email="he.jun@example.org", area_path=VILLAGE)
    post = PostFactory(person=person, unit=ServiceUnit.objects.get(area_path=VILLAGE), role="point-keeper")
    services.end_post(by=cast.station.actor, post_id=post.pk)
    return Member(person)


def signed_in(person: Person) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": person.username, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_everybody_is_handed_all_that_is_held_about_their_account(former: Member) -> None:
    messaging.notify(to=[Recipient(former.person.pk)], topic=Topic.JOB, title="Your list is ready")
    client = signed_in(former.person)
    client.get(reverse("accounts:profile"), headers={"User-Agent": "Village Browser 3"})

    answer = client.post(reverse("accounts:data"), {"format": "json"}, headers=ENGLISH)

    held = json.loads(answer.content)
    told = json.dumps(held, ensure_ascii=False)
    for word in (former.person.username, "+8613912345678", "he.jun@example.org", "Your list is ready", "127.0.0.1"):
        assert word in told
    assert held["posts"][0]["role"] == "Village point keeper" or held["posts"][0]["unit"]
    assert {"accounts.end_post", "accounts.sign_in"} & {act["act"] for act in held["acts on the account"]}
    assert (answer["Cache-Control"], Act.objects.filter(act="accounts.export_account").count()) == ("no-store", 1)


def test_the_data_are_a_workbook_too(former: Member) -> None:
    answer = signed_in(former.person).post(reverse("accounts:data"), {"format": "xlsx"}, headers=ENGLISH)
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert {"Account", "Posts", "Devices"} <= set(book.sheet_names)
    assert former.person.username in book.get_sheet_by_name("Account").to_python()[1]


def test_a_visitor_and_a_token_have_no_account_to_hand_out(cast: Cast) -> None:
    assert Client().post(reverse("accounts:data"))["Location"].startswith(reverse("account_login"))
    with pytest.raises(Forbidden):
        services.export_account(by=ANONYMOUS)
    assert not Act.objects.filter(act="accounts.export_account").exists()


def test_an_account_is_closed_on_its_own_page_and_nobody_comes_back_into_it(cast: Cast, former: Member) -> None:
    link = services.let_back_in(by=cast.station.actor, person_id=former.person.pk)
    client = signed_in(former.person)
    address = reverse("accounts:close")
    assert client.get(address).status_code == 200

    client.post(address, {})

    former.person.refresh_from_db()
    assert (former.person.is_active, former.person.name) == (False, "He Jun")
    assert client.get(reverse("accounts:profile")).status_code == 302
    again = signed_in(former.person)
    assert again.get(reverse("accounts:profile")).status_code == 302
    assert Invitation.objects.get(pk=link.invitation.pk).revoked_at is not None
    assert Act.objects.get(act="accounts.close_account").area_path == VILLAGE
    with pytest.raises(AccountClosed):
        services.let_back_in(by=cast.station.actor, person_id=former.person.pk)


def test_a_closed_account_keeps_no_device_signed_in(former: Member) -> None:
    client, other = signed_in(former.person), PersonFactory()
    signed_in(other)
    UserSession.objects.create(user=former.person, session_key="a" * 32, ip="127.0.0.1", user_agent="Phone")
    UserSession.objects.create(user=other, session_key="b" * 32, ip="127.0.0.1", user_agent="Phone")

    client.post(reverse("accounts:close"), {})

    assert not UserSession.objects.filter(user=former.person).exists()
    assert UserSession.objects.filter(user=other).exists()


def test_closing_asks_for_the_password_again(former: Member) -> None:
    assert former.client.get(reverse("accounts:close"))["Location"].startswith(reverse("account_reauthenticate"))


def test_a_closed_accounts_tokens_stop(cast: Cast) -> None:
    services.issue_token(by=cast.centre.actor, name="Shop", permissions=["sourcing.view"], area_path=VILLAGE[:6])
    post = Post.objects.get(person=cast.centre.person)
    services.end_post(by=cast.administrator.actor, post_id=post.pk)
    services.close_account(by=cast.centre.actor)
    assert ApiToken.objects.get().revoked_at is not None
    assert Act.objects.filter(act="accounts.revoke_token").count() == 1


@pytest.mark.parametrize(("who", "reason"), [("keeper", "The post as"), ("farmer", "Speaking for Zhao Suqin")])
def test_who_holds_a_post_or_speaks_for_somebody_stays(cast: Cast, who: str, reason: str) -> None:
    person = getattr(cast, who).person
    client = signed_in(person)
    page = client.get(reverse("accounts:close"), headers=ENGLISH).content.decode()
    assert reason in page
    assert 'class="btn btn-danger"' not in page
    assert client.post(reverse("accounts:close"), {}).status_code == 422
    person.refresh_from_db()
    assert person.is_active
    assert not Act.objects.filter(act="accounts.close_account").exists()


def test_a_former_keepers_data_are_erased_by_who_manages_people_there(cast: Cast, former: Member) -> None:
    page = reverse("accounts:person", args=[former.person.pk])
    address = reverse("accounts:erase", args=[former.person.pk])
    assert address.encode() in cast.station.client.get(page).content
    assert cast.station.client.get(address).status_code == 200
    in_post = reverse("accounts:person", args=[cast.keeper.person.pk])
    assert b"/erase/" not in cast.station.client.get(in_post).content

    cast.station.client.post(address, {})

    kept = str(Person.objects.values().get(pk=former.person.pk))
    assert not any(word in kept for word in ("He Jun", "139123", "he.jun@"))
    assert Post.objects.filter(person=former.person).exists()
    assert Act.objects.get(act="accounts.forget_person").person_id == cast.station.person.pk
    after = cast.station.client.get(page)
    assert after.status_code == 200
    assert address.encode() not in after.content
    assert b"erased-" not in after.content
    listed = cast.station.client.get(reverse("accounts:people"), {"state": "closed"}, headers=ENGLISH)
    assert [row.cells[0].value for row in listed.context["listing"].rows] == [
        f"Person no. {former.person.pk}, whose data were erased"
    ]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("keeper", NotFound), ("farmer", NotFound), ("stranger", NotFound), ("bureau", Forbidden), ("clerk", NotFound)],
)
def test_nobody_else_erases_them(cast: Cast, former: Member, who: str, refusal: type[DomainError]) -> None:
    actor = getattr(cast, who).actor
    with pytest.raises(refusal):
        services.erase_person(by=actor, person_id=former.person.pk)
    client = getattr(cast, who).client
    assert client.get(reverse("accounts:erase", args=[former.person.pk])).status_code in (403, 404)
    former.person.refresh_from_db()
    assert former.person.name == "He Jun"


def test_nobody_erases_who_is_in_post_or_themselves(cast: Cast) -> None:
    with pytest.raises(services.StillHeld):
        services.erase_person(by=cast.station.actor, person_id=cast.keeper.person.pk)
    with pytest.raises((NotYourself, services.StillHeld)):
        services.erase_person(by=cast.administrator.actor, person_id=cast.administrator.person.pk)
    assert not Act.objects.filter(act="accounts.forget_person").exists()


def test_a_post_to_come_keeps_the_account_too(cast: Cast, former: Member) -> None:
    services.give_post(
        by=cast.station.actor,
        person_id=former.person.pk,
        unit_id=ServiceUnit.objects.get(area_path=VILLAGE).pk,
        role="point-keeper",
        starts_on=clock.today().replace(year=clock.today().year + 1, day=1),
    )
    assert len(queries.against_leaving(former.person.pk)) == 1
    with pytest.raises(services.StillHeld):
        services.close_account(by=former.actor)
