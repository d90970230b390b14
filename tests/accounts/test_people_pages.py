"""The pages and endpoints about people: who sees whom, what can be done from them, and at what cost."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from terrace.accounts import queries, services
from terrace.accounts.models import Invitation, Person, Post
from terrace.kernel import clock
from terrace.network.models import ServiceUnit
from tests.conftest import VILLAGE, Cast
from tests.factories import PASSWORD, AreaFactory, PersonFactory, PostFactory, UnitFactory

LISTS = ("/people/", "/people/invitations/", "/people/tokens/", "/audit/", "/api/v1/people")
ENGLISH = {"Accept-Language": "en"}
AT_THE_CENTRE = ("centre", "clerk", "packer", "driver")
EVERYBODY = ("keeper", "station", *AT_THE_CENTRE, "bureau", "administrator", "neighbour", "stranger")


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        ("station", {"keeper", "station"}),
        ("centre", {"keeper", "station", *AT_THE_CENTRE, "neighbour"}),
        ("stranger", {"stranger"}),
        ("administrator", set(EVERYBODY)),
        ("bureau", set(EVERYBODY)),
        ("keeper", {"keeper"}),
    ],
)
def test_people_are_seen_from_above_only(cast: Cast, reader: str, seen: set[str]) -> None:
    found = set(queries.visible_to(getattr(cast, reader).actor).values_list("pk", flat=True))
    assert found == {getattr(cast, name).person.pk for name in seen}


def test_a_post_elsewhere_is_not_told(cast: Cast) -> None:
    other = ServiceUnit.objects.get(area_path=VILLAGE)
    PostFactory(person=cast.stranger.person, unit=other, role="point-keeper")
    address = reverse("accounts:person", args=[cast.stranger.person.pk])
    page = cast.station.client.get(address, headers=ENGLISH).content.decode()
    assert other.names["en"] in page
    assert "Centre manager" not in page


@pytest.fixture
def former(cast: Cast) -> Person:
    """Today's administrator, who kept the village's point until years ago."""
    former = cast.administrator.person
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    PostFactory(person=former, unit=unit, role="point-keeper", starts_on=date(2019, 1, 1), ends_on=date(2021, 1, 1))
    locked = clock.now() + timedelta(minutes=5)
    Person.objects.filter(pk=former.pk).update(
        username="top.of.all", phone="+8613909399999", email="top@example.org", locked_until=locked
    )
    return Person.objects.get(pk=former.pk)


def test_of_who_works_elsewhere_now_the_name_and_the_post_that_was_are_told_alone(cast: Cast, former: Person) -> None:
    page = cast.station.client.get(reverse("accounts:person", args=[former.pk]), headers=ENGLISH).content.decode()
    rows = {row["id"]: row for row in cast.station.client.get("/api/v1/people").json()["items"]}

    assert former.name in page
    assert "Point keeper" in page
    assert "Works elsewhere now" in page
    assert not any(text in page for text in ("9399999", "939 9999", "top@example.org", former.username, "Locked"))
    assert rows[former.pk] == {
        "id": former.pk, "name": former.name, "username": None, "phone": None, "state": None,
        "has_second_factor": None, "posts": [],
    }  # fmt: skip


@pytest.mark.parametrize("asked", ["text=9399999", "text=top.of", "state=locked", "factor=yes", "factor=no"])
def test_no_filter_tells_more_of_who_works_elsewhere_now(cast: Cast, former: Person, asked: str) -> None:
    found = cast.station.client.get(f"/people/?{asked}", headers=ENGLISH).content.decode()
    above = cast.administrator.client.get(f"/people/?{asked}", headers=ENGLISH).content.decode()

    assert reverse("accounts:person", args=[former.pk]) not in found
    assert (reverse("accounts:person", args=[former.pk]) in above) == (asked != "factor=no")


def test_who_works_nowhere_any_more_is_seen_where_they_belong(cast: Cast) -> None:
    gone = PersonFactory(name="Gone Home", area_path=VILLAGE, phone="+8613909399998")
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    PostFactory(person=gone, unit=unit, starts_on=date(2019, 1, 1), ends_on=date(2021, 1, 1))

    page = cast.station.client.get(reverse("accounts:person", args=[gone.pk]), headers=ENGLISH).content.decode()

    assert "139 0939 9998" in page


@pytest.mark.parametrize("reader", ["stranger", "keeper", "farmer"])
def test_a_person_outside_ones_area_is_not_found(cast: Cast, reader: str) -> None:
    address = reverse("accounts:person", args=[cast.station.person.pk])
    assert getattr(cast, reader).client.get(address).status_code == 404


def test_filters_find_by_name_role_state_and_missing_factor(cast: Cast) -> None:
    Person.objects.filter(pk=cast.keeper.person.pk).update(locked_until=clock.now() + timedelta(minutes=5))
    PersonFactory(name="Nobody's Clerk", username="clerk.of.nobody", area_path=VILLAGE)

    def names(**filters: str) -> set[str]:
        page = cast.centre.client.get(reverse("accounts:people"), filters)
        return {row.cells[0].value for row in page.context["listing"].rows}

    assert names(text=cast.station.person.username) == {cast.station.person.name}
    assert names(role="point-keeper") == {cast.keeper.person.name, cast.neighbour.person.name}
    assert names(state="locked") == {cast.keeper.person.name}
    assert names(state="no_post") == {"Nobody's Clerk"}
    assert cast.keeper.person.name not in names(state="posted")
    assert names(factor="yes") == {cast.centre.person.name, cast.clerk.person.name}
    assert cast.clerk.person.name not in names(factor="no")


def test_the_link_of_a_unit_shows_who_is_posted_there(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    unit_page = cast.administrator.client.get(reverse("network:unit", args=[unit.number]), headers=ENGLISH)
    assert unit_page.context["people_url"] == f"{reverse('accounts:people')}?unit={unit.number}"
    for reader in (cast.station, cast.administrator):
        page = reader.client.get(unit_page.context["people_url"], headers=ENGLISH)
        assert [row.cells[0].value for row in page.context["listing"].rows] == [cast.keeper.person.name]
        assert page.context["lead"] == str(unit)
    nowhere = cast.station.client.get(reverse("accounts:people"), {"unit": "U-NOWHERE"})
    assert not nowhere.context["listing"].rows


def test_a_stand_in_shows_on_both_pages_to_who_manages_them(cast: Cast) -> None:
    today, post = clock.today(), Post.objects.get(person=cast.keeper.person)
    stand_in, past = PersonFactory(name="He Jun", area_path=VILLAGE), PersonFactory(name="Liu Fang", area_path=VILLAGE)
    for person, first in ((stand_in, today), (past, today - timedelta(days=9))):
        services.act_for(by=cast.station.actor, post_id=post.pk, person_id=person.pk, starts_on=first, ends_on=first)
    pages = {
        person.pk: cast.station.client.get(reverse("accounts:person", args=[person.pk]), headers=ENGLISH)
        for person in (cast.keeper.person, stand_in)
    }
    on_leave = pages[cast.keeper.person.pk].content.decode()
    assert reverse("accounts:person", args=[stand_in.pk]) in on_leave
    assert "He Jun" in on_leave
    assert "Liu Fang" not in on_leave
    standing_in = pages[stand_in.pk].content.decode()
    assert "Stands in for" in standing_in
    assert cast.keeper.person.name in standing_in


def test_a_form_sent_empty_is_refused_and_changes_nothing(cast: Cast) -> None:
    post = Post.objects.get(person=cast.keeper.person)
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    addresses = [
        reverse("accounts:act_for", args=[post.pk]),
        f"{reverse('accounts:give_post', args=[cast.keeper.person.pk])}?unit={unit.number}",
        f"{reverse('accounts:invite')}?unit={unit.number}",
        reverse("accounts:change_profile"),
    ]
    posts = Post.objects.count()
    for address in addresses:
        answer = cast.station.client.post(address, {}, headers=ENGLISH)
        assert answer.status_code == 422, address
        assert b"This is needed." in answer.content, address
    assert (Post.objects.count(), Invitation.objects.count()) == (posts, 0)


def test_the_list_is_a_spreadsheet_too(cast: Cast) -> None:
    answer = cast.station.client.get(reverse("accounts:people"), {"export": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == {cast.keeper.person.name, cast.station.person.name}


@pytest.mark.parametrize("address", LISTS)
def test_a_list_asks_no_more_for_many_than_for_few(cast: Cast, address: str) -> None:
    client = cast.centre.client
    unit = ServiceUnit.objects.get(area_path=VILLAGE)

    def more() -> None:
        person = PostFactory(unit=UnitFactory(area=AreaFactory(code=VILLAGE))).person
        services.invite_to_post(by=cast.station.actor, unit_id=unit.pk, role="point-keeper", name="He Jun")
        services.issue_token(by=cast.centre.actor, name="A", permissions=["sourcing.view"], area_path=VILLAGE)
        services.let_back_in(by=cast.station.actor, person_id=person.pk)

    more()
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _number in range(8):
        more()
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_a_persons_page_offers_only_what_the_reader_may_do(cast: Cast) -> None:
    person = cast.keeper.person
    post = Post.objects.get(person=person)
    acts = [
        reverse("accounts:end_post", args=[post.pk]),
        reverse("accounts:act_for", args=[post.pk]),
        reverse("accounts:give_post", args=[person.pk]),
        reverse("accounts:let_back_in", args=[person.pk]),
    ]
    address = reverse("accounts:person", args=[person.pk])
    manager, reader = cast.station.client.get(address).content, cast.bureau.client.get(address).content
    assert all(act.encode() in manager for act in acts)
    assert not any(act.encode() in reader for act in acts)


def test_a_persons_page_tells_what_was_done_to_who_may_read_it(cast: Cast) -> None:
    services.end_post(
        by=cast.station.actor, post_id=Post.objects.get(person=cast.keeper.person).pk, ends_on=clock.today()
    )
    address = reverse("accounts:person", args=[cast.keeper.person.pk])
    assert b"ended a post" in cast.station.client.get(address, headers=ENGLISH).content
    assert b"ended a post" in cast.keeper.client.get(address, headers=ENGLISH).content


def test_a_post_is_given_and_ended_on_pages(cast: Cast) -> None:
    person, unit = PersonFactory(area_path=VILLAGE), ServiceUnit.objects.get(area_path=VILLAGE)
    client, address = cast.station.client, reverse("accounts:give_post", args=[person.pk])
    assert unit.number.encode() in client.get(address).content
    given = {"role": "point-keeper", "starts_on": clock.today().isoformat(), "ends_on": ""}
    client.post(f"{address}?unit={unit.number}", given)
    post = Post.objects.get(person=person)
    end = reverse("accounts:end_post", args=[post.pk])
    assert client.get(end).status_code == 200
    client.post(end, {"ends_on": ""})
    post.refresh_from_db()
    assert post.ends_on is not None


def test_a_refusal_comes_back_on_the_form(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    address = f"{reverse('accounts:give_post', args=[cast.keeper.person.pk])}?unit={unit.number}"
    given = {"role": "point-keeper", "starts_on": clock.today().isoformat(), "ends_on": ""}
    answer = cast.station.client.post(address, given, headers=ENGLISH)
    assert answer.status_code == 422
    assert b"holds that role there already" in answer.content
    assert Post.objects.filter(person=cast.keeper.person).count() == 1


def test_a_post_of_the_year_1_comes_back_on_the_form(cast: Cast) -> None:
    person, unit = PersonFactory(area_path=VILLAGE), ServiceUnit.objects.get(area_path=VILLAGE)
    address = f"{reverse('accounts:give_post', args=[person.pk])}?unit={unit.number}"
    given = {"role": "point-keeper", "starts_on": "0001-01-01", "ends_on": ""}
    answer = cast.station.client.post(address, given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["starts_on"])
    assert not Post.objects.filter(person=person).exists()


def test_a_unit_outside_ones_area_takes_nobody_by_its_page(cast: Cast) -> None:
    unit = ServiceUnit.objects.get(area_path=VILLAGE)
    assert cast.stranger.client.get(reverse("accounts:invite"), {"unit": unit.number}).status_code == 403


def test_a_stand_in_is_arranged_on_a_page(cast: Cast) -> None:
    post, stand_in = Post.objects.get(person=cast.keeper.person), PersonFactory(area_path=VILLAGE)
    address = reverse("accounts:act_for", args=[post.pk])
    days = {"starts_on": clock.today().isoformat(), "ends_on": clock.today().isoformat()}
    wrong = cast.station.client.post(address, {"person": cast.stranger.person.username, **days})
    assert wrong.status_code == 422
    cast.station.client.post(address, {"person": stand_in.username.upper(), **days})
    assert Post.objects.get(acting_for=post).person == stand_in


def test_letting_back_in_asks_for_the_password_again_and_shows_the_link_once(cast: Cast) -> None:
    client, address = cast.station.client, reverse("accounts:let_back_in", args=[cast.keeper.person.pk])
    assert client.get(address)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    shown = client.post(address, {"name": "x", "csrfmiddlewaretoken": "x"})
    assert b"/people/accept/" in shown.content
    invitation = Invitation.objects.get(person=cast.keeper.person)
    assert not invitation.resets_factors
    assert invitation.fingerprint.encode() not in shown.content


@pytest.mark.parametrize("in_production", [True, False])
def test_a_link_is_said_to_be_on_its_way_only_where_messages_leave(
    cast: Cast, settings: Any, in_production: bool
) -> None:
    client, address = cast.station.client, reverse("accounts:let_back_in", args=[cast.keeper.person.pk])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    settings.PRODUCTION = in_production
    Person.objects.filter(pk=cast.keeper.person.pk).update(phone="+8613912345678")

    shown = client.post(address, {"name": "x"}, headers=ENGLISH)

    assert (b"on its way" in shown.content) is not in_production
    assert b"/people/accept/" in shown.content


def test_the_roles_page_names_every_role_and_permission(cast: Cast) -> None:
    page = cast.keeper.client.get(reverse("accounts:roles"))
    assert page.status_code == 403
    text = cast.station.client.get(reverse("accounts:roles"), headers=ENGLISH).content.decode()
    assert "Bureau administrator" in text
    assert "See people and their posts" in text


def test_ones_own_page_needs_a_sign_in(db: None) -> None:
    assert Client().get(reverse("accounts:profile"))["Location"].startswith(reverse("account_login"))


def test_people_over_rest_are_those_of_the_callers_area(cast: Cast) -> None:
    said = cast.station.client.get("/api/v1/people").json()
    assert {one["id"] for one in said["items"]} == {cast.keeper.person.pk, cast.station.person.pk}
    keeper = next(one for one in said["items"] if one["id"] == cast.keeper.person.pk)
    assert keeper["posts"][0]["role"] == "point-keeper"
    refused = cast.keeper.client.get("/api/v1/people")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert Client().get("/api/v1/people").status_code == 401


def test_me_over_rest_says_what_one_may_do(cast: Cast) -> None:
    said = cast.keeper.client.get("/api/v1/me").json()
    assert said["permissions"]["sourcing.record_supply"] == [VILLAGE]
    assert said["via"] == "api"


def test_over_rest_people_change_their_own_name_and_a_token_changes_nobodys(cast: Cast) -> None:
    sent = {"data": '{"name": "Lin Xiu", "language": "en"}', "content_type": "application/json"}
    unknown = cast.keeper.client.put(
        "/api/v1/me", data='{"name": "Lin", "language": "tlh"}', content_type="application/json"
    )
    token = services.issue_token(
        by=cast.centre.actor, name="Depot", permissions=["network.view"], area_path=VILLAGE[:6]
    )
    by_token = Client().put("/api/v1/me", headers={"Authorization": f"Bearer {token.secret}"}, **sent)
    assert (unknown.status_code, by_token.status_code) == (422, 403)
    assert not Person.objects.filter(name__startswith="Lin").exists()

    assert cast.keeper.client.put("/api/v1/me", **sent).json() == {"name": "Lin Xiu", "language": "en"}

    assert Person.objects.get(name="Lin Xiu").pk == cast.keeper.person.pk


def test_one_request_costs_no_more_than_it_must(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    client = cast.centre.client
    client.get("/api/v1/me")
    with django_assert_max_num_queries(5):
        # session, person, posts, parties, second factor
        client.get("/api/v1/me")
