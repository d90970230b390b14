"""Invitations: who may send them, what becomes of their links, and the ways back in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from terrace.accounts import queries, services
from terrace.accounts.domain import INVITATION_LASTS, InvitationAccepted, LinkUnusable, NotYourself, Taken
from terrace.accounts.models import Invitation, Person, Post
from terrace.audit.models import Act
from terrace.kernel import clock, events
from terrace.kernel.actors import ANONYMOUS, Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.messaging.models import OutgoingMessage
from terrace.network.models import ServiceUnit
from terrace.sourcing.domain import Permission as Sourcing
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.factories import (
    PASSWORD,
    AreaFactory,
    PartyFactory,
    PersonFactory,
    PostFactory,
    RepresentativeFactory,
    UnitFactory,
)

NEW = "orchard-morning-42"


def invite(cast: Cast, **options: Any) -> services.Issued:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    given: dict[str, Any] = {"by": cast.station.actor, "unit_id": unit.pk, "role": "point-keeper", "name": "He Jun"}
    return services.invite_to_post(**(given | options))


def take_up(secret: str, **options: Any) -> Person:
    given: dict[str, Any] = {"by": ANONYMOUS, "name": "He Jun", "username": "he.jun", "password": NEW}
    return services.accept_invitation(secret=secret, **(given | options))


def test_an_invitation_makes_a_person_with_the_post(cast: Cast) -> None:
    person = take_up(invite(cast).secret, phone="139 1234 5678")
    assert (person.phone, person.area_path, person.check_password(NEW)) == ("+8613912345678", VILLAGE, True)
    assert Member(person).actor.may(Sourcing.RECORD_SUPPLY, VILLAGE)
    assert Act.objects.filter(act="accounts.accept_invitation", person_id=person.pk).exists()


def test_only_the_fingerprint_of_a_link_is_kept(cast: Cast) -> None:
    issued = invite(cast)
    kept = Invitation.objects.values().get()
    assert issued.secret not in str(kept)


def test_a_link_goes_out_by_sms_and_email_when_asked(cast: Cast) -> None:
    issued = invite(cast, phone="13912345678", email="He@Example.org", link_base="https://terrace.example.org/accept/")
    sent = {m.channel: (m.address, m.text) for m in OutgoingMessage.objects.order_by("id")}
    link = f"https://terrace.example.org/accept/{issued.secret}"
    assert sent["email"] == ("he@example.org", link)
    assert sent["sms"][0] == "+8613912345678"
    assert link in sent["sms"][1]


def test_a_signed_in_person_takes_up_a_second_post(cast: Cast) -> None:
    before = Person.objects.count()
    person = take_up(invite(cast).secret, by=cast.neighbour.actor)
    assert person == cast.neighbour.person
    assert Person.objects.count() == before
    assert cast.neighbour.actor.may(Sourcing.RECORD_SUPPLY, VILLAGE)


def test_the_registry_hears_who_speaks_for_a_party(cast: Cast) -> None:
    heard: list[InvitationAccepted] = []
    party = cast.farmer.party
    assert party is not None
    issued = services.invite_for_party(
        by=cast.keeper.actor, party_id=party.pk, area_path=VILLAGE, name="Zhao Suqin's son"
    )
    before = events.subscribers().get(InvitationAccepted, ())
    events.subscribe(InvitationAccepted, heard.append)
    try:
        person = take_up(issued.secret, username="zhao.son")
    finally:
        events._handlers[InvitationAccepted][:] = before
    assert heard == [InvitationAccepted(person_id=person.pk, party_id=party.pk)]
    assert not Post.objects.filter(person=person).exists()


@pytest.mark.parametrize("member", ["keeper", "farmer", "neighbour", "stranger", "bureau"])
def test_who_does_not_manage_a_place_invites_nobody_there(cast: Cast, member: str) -> None:
    with pytest.raises(Forbidden):
        invite(cast, by=getattr(cast, member).actor)
    assert not Invitation.objects.exists()


def test_a_link_works_once(cast: Cast) -> None:
    secret = invite(cast).secret
    take_up(secret)
    with pytest.raises(LinkUnusable):
        take_up(secret, username="somebody.else")
    assert not Person.objects.filter(username="somebody.else").exists()


def test_an_expired_taken_back_or_forged_link_opens_nothing(cast: Cast) -> None:
    expired = invite(cast, now=clock.now() - INVITATION_LASTS - timedelta(seconds=1))
    revoked = invite(cast)
    services.revoke_invitation(by=cast.station.actor, invitation_id=revoked.invitation.pk)
    before = Person.objects.count()
    for secret in (expired.secret, revoked.secret, "forged"):
        with pytest.raises(LinkUnusable):
            take_up(secret)
        answer = Client().get(reverse("accounts:accept", args=[secret]))
        assert answer.status_code == 410
        assert b"LinkUnusable" not in answer.content
    assert Person.objects.count() == before


def test_what_is_wrong_leaves_the_link_usable(cast: Cast) -> None:
    secret = invite(cast).secret
    cases: list[tuple[dict[str, object], type[DomainError], str]] = [
        ({"username": cast.keeper.person.username.upper()}, Taken, "username"),
        ({"username": "13912345678"}, Invalid, "username"),
        ({"password": "short"}, Invalid, "password"),
        ({"phone": "12"}, Invalid, "phone"),
        ({"name": " "}, Invalid, "name"),
    ]
    for options, refusal, field in cases:
        with pytest.raises(refusal) as refused:
            take_up(secret, **options)
        assert refused.value.field == field
    assert not Person.objects.filter(username="he.jun").exists()
    assert take_up(secret).username == "he.jun"


def test_nobody_accepts_their_own_invitation(cast: Cast) -> None:
    with pytest.raises(NotYourself):
        take_up(invite(cast).secret, by=cast.station.actor)
    assert not Post.objects.filter(person=cast.station.person, role="point-keeper").exists()


def test_only_who_manages_the_place_takes_an_invitation_back(cast: Cast) -> None:
    issued = invite(cast)
    for member in (cast.keeper, cast.stranger, cast.farmer):
        with pytest.raises(NotFound):
            services.revoke_invitation(by=member.actor, invitation_id=issued.invitation.pk)
    issued.invitation.refresh_from_db()
    assert issued.invitation.revoked_at is None


def test_the_whole_way_by_the_pages(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    desk = cast.station.client
    assert unit.number.encode() in desk.get(reverse("accounts:invite"), {"text": VILLAGE}).content
    shown = desk.post(
        f"{reverse('accounts:invite')}?unit={unit.number}", {"role": "point-keeper", "name": "He Jun", "phone": ""}
    )
    found = re.search(r"http://testserver(/people/accept/[^<]+/?)<", shown.content.decode())
    assert found is not None
    visitor, link = Client(), found[1]
    assert "He Jun" in visitor.get(link, follow=True).content.decode()
    given = {"name": "He Jun", "username": "he.jun", "password": NEW, "again": NEW}
    answer = visitor.post(link if link.endswith("/") else f"{link}/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.get(reverse("accounts:profile")).status_code == 200
    assert b"He Jun" in desk.get(reverse("accounts:invitations")).content


def test_passwords_that_differ_come_back_as_a_mistake(cast: Cast) -> None:
    link = reverse("accounts:accept", args=[invite(cast).secret])
    given = {"name": "He Jun", "username": "he.jun", "password": NEW, "again": f"{NEW}x"}
    assert Client().post(link, given).status_code == 422
    assert not Person.objects.filter(username="he.jun").exists()


def test_a_way_back_in_lifts_the_lock_and_keeps_the_second_factor(cast: Cast) -> None:
    person = cast.centre.person
    Person.objects.filter(pk=person.pk).update(failed_sign_ins=8, locked_until=clock.now() + timedelta(minutes=9))
    old_session = cast.centre.client
    issued = services.let_back_in(by=cast.administrator.actor, person_id=person.pk)
    services.come_back_in(secret=issued.secret, password=NEW)
    person.refresh_from_db()
    assert (person.check_password(NEW), person.failed_sign_ins, person.locked_until) == (True, 0, None)
    assert Authenticator.objects.filter(user=person).exists()
    assert old_session.get(reverse("accounts:profile")).status_code == 302


def test_a_way_back_in_takes_the_second_factor_only_when_asked_and_on_the_record(cast: Cast) -> None:
    person = cast.centre.person
    issued = services.let_back_in(by=cast.administrator.actor, person_id=person.pk, reset_factors=True)
    assert Authenticator.objects.filter(user=person).exists()
    services.come_back_in(secret=issued.secret, password=NEW)
    assert not Authenticator.objects.filter(user=person).exists()
    act = Act.objects.get(act="accounts.remove_second_factor")
    assert (act.person_id, act.subject_id) == (cast.administrator.person.pk, str(person.pk))


def test_a_newer_way_back_ends_the_older(cast: Cast) -> None:
    first = services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    with pytest.raises(LinkUnusable):
        services.come_back_in(secret=first.secret, password=NEW)
    cast.keeper.person.refresh_from_db()
    assert cast.keeper.person.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("giver", "who"),
    [
        ("station", "centre"),
        ("station", "neighbour"),
        ("stranger", "keeper"),
        ("keeper", "keeper"),
        ("centre", "administrator"),
        ("bureau", "keeper"),
        ("centre", "centre"),
    ],
)
def test_only_somebody_above_lets_back_in(cast: Cast, giver: str, who: str) -> None:
    with pytest.raises(DomainError):
        services.let_back_in(by=getattr(cast, giver).actor, person_id=getattr(cast, who).person.pk)
    assert not Invitation.objects.exists()


def test_who_gets_a_higher_post_soon_is_let_back_in_only_from_above(cast: Cast) -> None:
    PostFactory(
        person=cast.keeper.person,
        unit=UnitFactory(area=AreaFactory(code="62")),
        role="bureau-administrator",
        starts_on=clock.today() + timedelta(days=9),
    )
    with pytest.raises(Forbidden):
        services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("is_active", [True, False])
def test_who_speaks_for_a_party_elsewhere_is_not_let_back_in_from_here(cast: Cast, is_active: bool) -> None:
    party = PartyFactory(area=AreaFactory(code=OTHER_COUNTY_VILLAGE), is_active=is_active)
    RepresentativeFactory(person=cast.keeper.person, party=party)
    with pytest.raises(Forbidden):
        services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    assert not Invitation.objects.exists()


def test_who_speaks_for_a_party_here_is_let_back_in(cast: Cast) -> None:
    Person.objects.filter(pk=cast.farmer.person.pk).update(area_path=VILLAGE)
    issued = services.let_back_in(by=cast.station.actor, person_id=cast.farmer.person.pk)
    assert services.come_back_in(secret=issued.secret, password=NEW) == cast.farmer.person


def test_a_way_back_dies_when_the_person_comes_to_hold_more(cast: Cast) -> None:
    issued = services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    RepresentativeFactory(person=cast.keeper.person, party=PartyFactory(area=AreaFactory(code=OTHER_COUNTY_VILLAGE)))
    with pytest.raises(LinkUnusable):
        services.come_back_in(secret=issued.secret, password=NEW)
    cast.keeper.person.refresh_from_db()
    assert cast.keeper.person.check_password(PASSWORD)


@pytest.mark.parametrize("how", ["post ended", "account closed"])
def test_a_dismissed_persons_links_give_nothing_any_more(cast: Cast, how: str) -> None:
    giver = cast.station
    party = cast.farmer.party
    assert party is not None
    to_post = invite(cast)
    for_party = services.invite_for_party(by=giver.actor, party_id=party.pk, area_path=VILLAGE, name="He Jun")
    way_back = services.let_back_in(by=giver.actor, person_id=cast.keeper.person.pk)
    before = Person.objects.count()
    if how == "post ended":
        post = Post.objects.get(person=giver.person)
        services.end_post(by=cast.administrator.actor, post_id=post.pk)
    else:
        Person.objects.filter(pk=giver.person.pk).update(is_active=False)
    for issued in (to_post, for_party):
        with pytest.raises(LinkUnusable):
            take_up(issued.secret)
    with pytest.raises(LinkUnusable):
        services.come_back_in(secret=way_back.secret, password=NEW)
    assert Client().get(reverse("accounts:accept", args=[to_post.secret])).status_code == 410
    assert Person.objects.count() == before
    cast.keeper.person.refresh_from_db()
    assert cast.keeper.person.check_password(PASSWORD)


def test_a_program_invites_nobody(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    program = Actor(name="program", grants=cast.keeper.actor.grants, via="token")
    with pytest.raises(Forbidden):
        services.invite_for_party(by=program, party_id=party.pk, area_path=VILLAGE, name="He Jun")
    assert not Invitation.objects.exists()


def test_an_invitations_link_is_no_way_back_and_the_other_way_round(cast: Cast) -> None:
    invitation, way_back = invite(cast), services.let_back_in(by=cast.station.actor, person_id=cast.keeper.person.pk)
    with pytest.raises(NotFound):
        services.come_back_in(secret=invitation.secret, password=NEW)
    with pytest.raises(NotFound):
        take_up(way_back.secret)
    assert not Invitation.objects.filter(accepted_at__isnull=False).exists()


def test_who_belongs_to_a_place_without_a_post_is_let_in_by_it(cast: Cast) -> None:
    person = PersonFactory(area_path=VILLAGE)
    assert queries.visible_to(cast.station.actor).filter(pk=person.pk).exists()
    assert services.let_back_in(by=cast.station.actor, person_id=person.pk).invitation.area_path == VILLAGE


@pytest.mark.parametrize("table", ["invitations", "people"])
def test_nobody_sees_a_neighbours_people_or_invitations(cast: Cast, table: str) -> None:
    invite(cast)
    answer = cast.stranger.client.get(reverse(f"accounts:{table}"))
    assert b"He Jun" not in answer.content
    assert cast.keeper.person.name.encode() + b"<" not in answer.content


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("state", ["He Jun", "Ma Li", "Qi Wen", "Bai Yu"]),  # open, accepted, taken back, expired
        ("place", ["Qi Wen", "Ma Li", "Bai Yu", "He Jun"]),
    ],
)
def test_invitations_are_sorted_by_place_and_by_what_became_of_them(
    cast: Cast, sort: str, order: list[str], sign: str
) -> None:
    now = clock.now()
    ended = {
        "Bai Yu": {"expires_at": now, "area_path": f"{VILLAGE[:9]}201"},
        "He Jun": {"area_path": f"{VILLAGE[:9]}202"},
        "Qi Wen": {"revoked_at": now, "area_path": VILLAGE[:9]},
        "Ma Li": {"accepted_at": now, "expires_at": now},
    }
    for name, values in ended.items():
        invitation = invite(cast, name=name).invitation
        Invitation.objects.filter(pk=invitation.pk).update(**values)
    rows = cast.centre.client.get(reverse("accounts:invitations"), {"sort": f"{sign}{sort}"}).context["listing"].rows
    assert [row.cells[0].value for row in rows] == (order[::-1] if sign else order)
