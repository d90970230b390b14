"""A person's data is erased on request; the books, and whoever holds a post, stay."""

from dataclasses import replace

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from terrace.accounts import queries, services
from terrace.accounts.domain import Taken
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.audit.models import Act
from terrace.kernel.actors import SYSTEM
from terrace.kernel.errors import Invalid
from terrace.messaging import services as messaging
from terrace.messaging.domain import Channel, Recipient, Topic
from terrace.messaging.models import Notice, OutgoingMessage
from tests.conftest import VILLAGE, Cast
from tests.factories import PASSWORD, PersonFactory


def test_nothing_is_left_of_who_is_forgotten(db: None) -> None:
    person = PersonFactory(name="Zhao Suqin", phone="+8613912345678", email="zhao@example.org", area_path=VILLAGE)
    client = Client()
    client.post(reverse("account_login"), {"login": "13912345678", "password": PASSWORD})
    client.get(reverse("accounts:profile"))
    services.let_back_in(by=SYSTEM, person_id=person.pk)
    messaging.notify(to=[Recipient(person.pk)], topic=Topic.JOB, title="Zhao, your apples")
    assert services.forget_person(by=SYSTEM, person_id=person.pk)
    kept = Person.objects.values().get(pk=person.pk)
    assert not any(word in str(kept) for word in ("Zhao", "139123", "zhao@", person.username))
    assert not Notice.objects.filter(person_id=person.pk).exists()
    assert not UserSession.objects.filter(user=person).exists()
    assert not Invitation.objects.exclude(phone="", email="").exists()
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert Act.objects.filter(act="accounts.forget_person", area_path=VILLAGE).exists()


def test_the_tokens_of_who_is_forgotten_stop_and_that_is_on_record(cast: Cast) -> None:
    issued = services.issue_token(
        by=cast.centre.actor, name="County shop", permissions=["sourcing.view"], area_path=VILLAGE[:6]
    )
    services.end_post(by=cast.administrator.actor, post_id=Post.objects.get(person=cast.centre.person).pk)
    assert services.forget_person(by=cast.administrator.actor, person_id=cast.centre.person.pk)
    assert ApiToken.objects.get(pk=issued.token.pk).revoked_at is not None
    act = Act.objects.get(act="accounts.revoke_token")
    assert (act.subject_id, act.person_id) == (str(issued.token.pk), cast.administrator.person.pk)


def test_what_people_called_their_tokens_goes_with_them(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    of_person = services.issue_token(by=cast.farmer.actor, name="Zhao Suqin's phone", party_id=party.pk).token
    services.revoke_token(by=cast.farmer.actor, token_id=of_person.pk)
    speaking = replace(cast.keeper.actor, parties=frozenset({party.pk}))
    of_party = services.issue_token(by=speaking, name="The Zhaos' shop", party_id=party.pk).token

    services.forget_person(by=cast.centre.actor, person_id=cast.farmer.person.pk)
    assert set(ApiToken.objects.values_list("pk", "name")) == {(of_person.pk, ""), (of_party.pk, "The Zhaos' shop")}
    services.forget_party(by=cast.centre.actor, party_id=party.pk)

    assert not ApiToken.objects.exclude(name="").exists()
    assert "Zhao" not in str(list(Act.objects.filter(subject="accounts.apitoken").values()))


def test_who_may_no_longer_sign_in_is_told_nothing(cast: Cast) -> None:
    gone, there = cast.keeper.person, cast.station.person
    services.end_post(by=cast.station.actor, post_id=Post.objects.get(person=gone).pk)
    services.close_account(by=cast.keeper.actor)
    assert [one.person_id for one in queries.recipients([gone.pk, there.pk])] == [there.pk]


def test_an_erased_partys_tokens_and_links_end_on_record(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    issued = services.issue_token(by=cast.farmer.actor, name="Phone", party_id=party.pk)
    link = services.invite_for_party(by=cast.keeper.actor, party_id=party.pk, area_path=VILLAGE, name="Zhao")
    services.forget_party(by=cast.clerk.actor, party_id=party.pk)
    ended = {(act.act, act.subject_id) for act in Act.objects.filter(person_id=cast.clerk.person.pk)}
    assert ended == {
        ("accounts.revoke_token", str(issued.token.pk)),
        ("accounts.revoke_invitation", str(link.invitation.pk)),
    }
    assert ApiToken.objects.get().revoked_at is not None


def test_no_message_to_who_is_forgotten_is_left(db: None) -> None:
    person = PersonFactory(phone="+8613912345678", email="zhao@example.org", area_path=VILLAGE)
    services.let_back_in(by=SYSTEM, person_id=person.pk, link_base="https://terrace.example.org/accept/")
    messaging.send(channel=Channel.SMS, address="+8613912345679", subject="Other", text="stays")
    assert OutgoingMessage.objects.count() == 3
    services.forget_person(by=SYSTEM, person_id=person.pk)
    assert [message.address for message in OutgoingMessage.objects.order_by("id")] == ["+8613912345679"]


def test_an_erased_partys_invitations_end_and_keep_no_contacts(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    given = {"name": "Zhao Suqin", "phone": "13912345678", "email": "zhao@example.org"}
    issued = services.invite_for_party(
        by=cast.keeper.actor, party_id=party.pk, area_path=VILLAGE, link_base="https://terrace.example.org/", **given
    )
    messaging.send(channel=Channel.SMS, address="+8613909390001", subject="Zhao", text="your apples")
    services.forget_party(by=SYSTEM, party_id=party.pk, addresses=["+8613909390001", ""])
    kept = Invitation.objects.values().get(pk=issued.invitation.pk)
    assert not any(word in str(kept) for word in ("Zhao", "139123", "zhao@"))
    assert not OutgoingMessage.objects.exists()
    assert Client().get(reverse("accounts:accept", args=[issued.secret])).status_code == 410


def test_nobody_takes_the_name_that_stands_for_somebody_erased(cast: Cast) -> None:
    leaving = PersonFactory(area_path=VILLAGE)
    taken = f"Erased-{leaving.pk}"
    with pytest.raises(Taken) as refused:
        services.open_account(by=cast.administrator.actor, name="Li", username=taken, area_path=VILLAGE)
    with pytest.raises(Invalid):
        services.change_profile(by=cast.keeper.actor, name=taken.lower(), language="en")

    assert services.forget_person(by=SYSTEM, person_id=leaving.pk)

    assert refused.value.field == "username"
    assert list(Person.objects.filter(name__istartswith="erased-")) == [leaving]


def test_who_holds_a_post_is_kept(cast: Cast) -> None:
    person = cast.centre.person
    assert not services.forget_person(by=cast.administrator.actor, person_id=person.pk)
    assert Person.objects.get(pk=person.pk).name == person.name
    assert Authenticator.objects.filter(user=person).exists()
