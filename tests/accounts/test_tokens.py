"""Tokens: what they may do, when they stop, and how requests with and without them are treated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from terrace.accounts import queries, services
from terrace.accounts.domain import Permission
from terrace.accounts.models import ApiToken, Post
from terrace.audit import queries as audit
from terrace.audit.models import Act
from terrace.config.actors import actor_of
from terrace.kernel import clock
from terrace.kernel.actors import EVERYWHERE, Actor
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from terrace.messaging import services as messaging
from terrace.messaging.domain import Recipient, Topic
from terrace.messaging.models import Notice
from terrace.registry import services as registry
from terrace.registry.models import Representative
from terrace.sourcing.domain import Permission as Sourcing
from tests.conftest import VILLAGE, Cast, Member
from tests.factories import PASSWORD

COUNTY = VILLAGE[:6]


def issue(by: Actor, **options: Any) -> services.IssuedToken:
    given: dict[str, Any] = {"name": "County shop", "permissions": ["sourcing.view"], "area_path": COUNTY}
    return services.issue_token(by=by, **(given | options))


def me(secret: str) -> tuple[int, dict[str, object]]:
    answer = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    return answer.status_code, answer.json()


def test_a_token_may_do_what_it_was_given_and_no_more(cast: Cast) -> None:
    status, said = me(issue(cast.centre.actor).secret)
    assert (status, said["permissions"], said["parties"]) == (200, {"sourcing.view": [COUNTY]}, [])
    assert (said["person_id"], said["via"]) == (None, "token")


def test_a_partys_token_speaks_for_that_party_alone(cast: Cast) -> None:
    party = cast.buyer.party
    assert party is not None
    issued = issue(cast.buyer.actor, permissions=(), area_path="", party_id=party.pk)
    status, said = me(issued.secret)
    assert (status, said["permissions"], said["parties"]) == (200, {}, [party.pk])


@pytest.mark.parametrize(
    ("member", "options"),
    [
        ("keeper", {}),
        ("bureau", {}),
        ("stranger", {}),
        ("centre", {"area_path": VILLAGE[:4]}),
        ("centre", {"permissions": ["registry.bank"]}),
        ("centre", {"permissions": ["accounts.manage"]}),
        ("centre", {"permissions": ["no.such"]}),
        ("centre", {"permissions": []}),
        ("centre", {"name": " "}),
        ("farmer", {"permissions": [], "area_path": "", "party_id": 0}),
        ("farmer", {"permissions": ["sourcing.view"]}),
    ],
)
def test_nobody_issues_more_than_they_hold(cast: Cast, member: str, options: dict[str, object]) -> None:
    with pytest.raises(DomainError):
        issue(getattr(cast, member).actor, **options)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=400)])
def test_a_token_that_is_over_already_is_not_issued(cast: Cast, ago: timedelta) -> None:
    now = clock.now()
    with pytest.raises(Invalid) as refused:
        issue(cast.centre.actor, expires_at=now - ago, now=now)
    assert refused.value.field == "expires_on"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("last", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_a_token_ends_on_no_day_centuries_off(cast: Cast, last: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        issue(cast.centre.actor, expires_at=last)
    assert refused.value.field == "expires_on"
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("last", ["9999-12-31", "0001-01-01"])
def test_a_tokens_last_day_centuries_off_comes_back_on_the_form(cast: Cast, last: str) -> None:
    client = cast.centre.client
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    given = {"name": "Shop", "scope": f"area:{COUNTY}", "permissions": ["sourcing.view"], "expires_on": last}
    answer = client.post(reverse("accounts:issue_token"), given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["expires_on"])
    assert not ApiToken.objects.exists()


def test_who_issues_tokens_everywhere_sees_none_of_a_party(cast: Cast) -> None:
    party = cast.buyer.party
    assert party is not None
    of_party = issue(cast.buyer.actor, permissions=(), area_path="", party_id=party.pk).token
    of_area = issue(cast.centre.actor).token
    everywhere = Actor(cast.administrator.person.pk, "A", {Permission.TOKENS.value: (EVERYWHERE,)})
    assert list(queries.tokens_visible_to(everywhere)) == [of_area]
    with pytest.raises(NotFound):
        services.revoke_token(by=everywhere, token_id=of_party.pk)
    of_party.refresh_from_db()
    assert of_party.revoked_at is None


def test_only_the_fingerprint_of_a_token_is_kept(cast: Cast) -> None:
    issued = issue(cast.centre.actor)
    assert issued.secret not in str(ApiToken.objects.values().get())


def test_a_token_issues_no_token(cast: Cast) -> None:
    token = issue(cast.centre.actor).token
    with pytest.raises(Forbidden):
        issue(actor_of(token))
    assert ApiToken.objects.count() == 1


def test_a_token_taken_back_or_over_or_wrong_is_refused_as_a_problem(cast: Cast) -> None:
    revoked, over = issue(cast.centre.actor), issue(cast.centre.actor, expires_at=clock.now() + timedelta(seconds=9))
    services.revoke_token(by=cast.centre.actor, token_id=revoked.token.pk)
    ApiToken.objects.filter(pk=over.token.pk).update(expires_at=clock.now())
    for secret in (revoked.secret, over.secret, "forged", ""):
        status, said = me(secret)
        assert (status, said["code"]) == (401, "unauthenticated")


def test_a_wrong_token_is_refused_in_a_signed_in_browser_too(cast: Cast) -> None:
    client = cast.keeper.client
    assert client.get("/api/v1/me").status_code == 200
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer forged"})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert client.get("/api/v1/me", headers={"Authorization": "Basic Zm9yZ2Vk"}).status_code == 401


def test_a_token_ends_with_its_issuers_post(cast: Cast) -> None:
    issued = issue(cast.centre.actor)
    services.end_post(by=cast.administrator.actor, post_id=Post.objects.get(person=cast.centre.person).pk)
    assert me(issued.secret)[0] == 401


def test_a_partys_token_ends_when_its_issuer_no_longer_speaks_for_it(cast: Cast) -> None:
    party = cast.buyer.party
    assert party is not None
    issued = issue(cast.buyer.actor, permissions=(), area_path="", party_id=party.pk)
    Representative.objects.filter(person=cast.buyer.person).delete()
    assert me(issued.secret)[0] == 401


def test_what_a_token_does_is_signed_by_its_number_and_by_who_issued_it(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    issued = issue(cast.farmer.actor, name="Zhao Suqin's phone", permissions=(), area_path="", party_id=party.pk)
    profile = registry.Profile(party.name, party.area_id, "13909390002")

    registry.change_party(by=actor_of(issued.token), party=party, version=party.version, profile=profile)

    act = Act.objects.get(act="registry.change_party")
    assert (act.via, act.person_id) == ("token", cast.farmer.person.pk)
    assert act.person_name == f"#{issued.token.pk} {issued.token.hint}…"
    assert act in audit.visible_to(cast.farmer.actor)
    assert "Zhao Suqin's" not in str(list(Act.objects.values()))


def test_a_token_does_nothing_outside_its_area(cast: Cast) -> None:
    token = issue(cast.centre.actor, area_path=VILLAGE).token
    actor = actor_of(token)
    assert actor.may(Sourcing.VIEW, VILLAGE)
    assert not actor.may(Sourcing.VIEW, COUNTY)


def test_the_last_use_is_written_once_a_minute(cast: Cast) -> None:
    token, now = issue(cast.centre.actor).token, clock.now()

    def used_at(moment: datetime) -> datetime | None:
        fresh = ApiToken.objects.get(pk=token.pk)
        services.note_use(token=fresh, now=moment)
        return ApiToken.objects.get(pk=token.pk).last_used_at

    assert used_at(now) == now
    assert used_at(now + timedelta(seconds=59)) == now
    assert used_at(now + timedelta(seconds=61)) == now + timedelta(seconds=61)


def test_acts_on_a_partys_token_are_read_from_above(cast: Cast) -> None:
    party = cast.buyer.party
    assert party is not None
    issued = issue(cast.buyer.actor, permissions=(), area_path="", party_id=party.pk)
    services.revoke_token(by=cast.buyer.actor, token_id=issued.token.pk)
    wanted = {"accounts.issue_token", "accounts.revoke_token"}
    assert set(audit.visible_to(cast.centre.actor).values_list("act", flat=True)) == wanted
    assert not audit.visible_to(cast.stranger.actor).exists()


@pytest.mark.parametrize("member", ["stranger", "keeper", "farmer", "bureau"])
def test_a_token_is_seen_and_taken_back_only_where_it_belongs(cast: Cast, member: str) -> None:
    issued = issue(cast.centre.actor)
    with pytest.raises(NotFound):
        services.revoke_token(by=getattr(cast, member).actor, token_id=issued.token.pk)
    assert queries.find_token(issued.secret, clock.now()) is not None


def test_who_is_above_takes_a_token_back(cast: Cast) -> None:
    issued = issue(cast.centre.actor)
    services.revoke_token(by=cast.administrator.actor, token_id=issued.token.pk)
    assert queries.find_token(issued.secret, clock.now()) is None


def strict(member: Member) -> Client:
    """Return the member's browser as it is, with the check of CSRF that the test client leaves out."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def notice_for(member: Member) -> Notice:
    messaging.notify(to=[Recipient(member.person.pk)], topic=Topic.JOB, title="Done")
    return Notice.objects.get(person_id=member.person.pk)


def test_a_write_by_session_needs_the_csrf_token(cast: Cast) -> None:
    client, notice = strict(cast.keeper), notice_for(cast.keeper)
    address = f"/api/v1/notices/{notice.pk}/read"
    refused = client.post(address)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    notice.refresh_from_db()
    assert notice.read_at is None
    client.get(reverse("account_reauthenticate"))
    token = client.cookies["csrftoken"].value
    assert client.post(address, headers={"X-CSRFToken": token}).status_code == 200
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_write_by_token_needs_none(cast: Cast) -> None:
    secret = issue(cast.centre.actor).secret
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})
    answer = client.post(f"/api/v1/notices/{notice_for(cast.keeper).pk}/read")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_session_never_stands_in_for_a_token(cast: Cast) -> None:
    secret = issue(cast.centre.actor).secret
    said = cast.keeper.client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()
    assert said["person_id"] is None


def test_a_token_opens_no_page(cast: Cast) -> None:
    secret = issue(cast.centre.actor).secret
    answer = Client().get("/people/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 302


def test_a_token_is_issued_and_taken_back_on_pages(cast: Cast) -> None:
    client = cast.centre.client
    assert client.get(reverse("accounts:issue_token"))["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("accounts:issue_token")).status_code == 200
    shown = client.post(
        reverse("accounts:issue_token"),
        {"name": "County shop", "scope": f"area:{COUNTY}", "permissions": ["sourcing.view"], "expires_on": ""},
    )
    token = ApiToken.objects.get()
    assert token.hint.encode() in shown.content
    assert b"County shop" in client.get(reverse("accounts:tokens")).content
    client.post(reverse("accounts:revoke_token", args=[token.pk]), {"idempotency_key": "once"})
    token.refresh_from_db()
    assert token.revoked_at is not None
