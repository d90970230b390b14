"""What acts were done to is named as it is called today, to each reader what that reader may see."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from terrace.accounts import services as accounts
from terrace.accounts.models import Person
from terrace.audit import queries
from terrace.audit import services as audit
from terrace.audit.models import Act
from terrace.catalog import services as catalog
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.registry import services as registry
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import PriceGiven
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, PersonFactory, PostFactory, ProductFactory, UnitFactory, VarietyFactory

WORDS = {"en": "Point keeper", "zh-hans": "服务点管理员"}
NAMES = {"en": "Pinehill point", "zh-hans": "松岭村服务点"}


def subjects_to(client: Client, language: str = "en", **query: str) -> list[str]:
    """Return what the record of acts shows in its column of subjects, the latest act first."""
    client.cookies["language"] = language
    rows = client.get(reverse("audit:acts"), query).context["listing"].rows
    return [str(row.cells[3].value) for row in rows]


@pytest.fixture
def keeper_to_be(cast: Cast) -> Person:
    """Return somebody who was just given a post at a new point."""
    person: Person = PersonFactory(name="Li Mei")
    unit = UnitFactory(area=AreaFactory(code=VILLAGE), names=NAMES)
    accounts.give_post(by=cast.administrator.actor, person_id=person.pk, unit_id=unit.pk, role="point-keeper")
    return person


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Li Mei · Point keeper · Pinehill point"),
        ("zh-hans", "Li Mei · 服务点负责人 · 松岭村服务点"),
    ],
)
def test_a_post_is_named_by_who_holds_it_as_what_and_where(
    cast: Cast, keeper_to_be: Person, language: str, told: str
) -> None:
    assert subjects_to(cast.centre.client, language, act="accounts.give_post") == [told]
    assert Act.objects.get(act="accounts.give_post").label == f"#{keeper_to_be.pk}"


def test_a_token_is_named_to_who_sees_it_and_by_number_once_its_name_is_erased(cast: Cast) -> None:
    party = cast.buyer.party
    assert party is not None
    token = accounts.issue_token(by=cast.buyer.actor, name="Li's till", party_id=party.pk).token

    by_number = f"#{token.pk} {token.hint}…"
    assert subjects_to(cast.buyer.client, act="accounts.issue_token") == [f"Li's till {token.hint}…"]
    assert subjects_to(cast.centre.client, act="accounts.issue_token") == [by_number]
    assert Act.objects.get(act="accounts.issue_token").label == by_number

    accounts.forget_party(by=SYSTEM, party_id=party.pk)
    assert subjects_to(cast.buyer.client, act="accounts.issue_token") == [by_number]
    rows = cast.buyer.client.get(reverse("accounts:tokens")).context["listing"].rows
    assert [row.cells[0].value for row in rows] == [by_number]


def test_a_person_is_named_by_name_and_by_the_new_one_after_a_change(cast: Cast) -> None:
    accounts.change_profile(by=cast.keeper.actor, name="Li Mei", language="en")
    assert subjects_to(cast.station.client) == ["Li Mei"]


def test_who_was_erased_is_named_no_more(cast: Cast) -> None:
    person, party = cast.farmer.person, cast.farmer.party
    assert party is not None
    Person.objects.filter(pk=person.pk).update(area_path=VILLAGE)
    accounts.change_profile(by=cast.farmer.actor, name="Zhao Suqin", language="en")
    assert subjects_to(cast.centre.client, act="accounts.change_profile") == ["Zhao Suqin"]

    registry.erase_party(by=cast.centre.actor, party=party, version=party.version)

    told = subjects_to(cast.centre.client)
    assert party.number in told
    assert f"Person no. {person.pk}, whose data were erased" in told
    assert not any("Zhao" in one or "erased-" in one for one in told)
    assert f"{person.pk} 号人员（信息已清除）" in subjects_to(cast.centre.client, "zh-hans")


def test_an_invitation_is_named_by_whom_it_invites_to_what(cast: Cast) -> None:
    unit = UnitFactory(area=AreaFactory(code=VILLAGE), names=NAMES)
    accounts.invite_to_post(by=cast.administrator.actor, unit_id=unit.pk, role="point-keeper", name="Li Mei")
    assert subjects_to(cast.administrator.client) == ["Li Mei · Point keeper · Pinehill point"]


def test_who_may_not_see_the_subject_reads_its_number_alone(cast: Cast) -> None:
    stranger = PostFactory(unit=UnitFactory(area=AreaFactory(code="621227100200")), role="point-keeper").person
    act = audit.record(by=cast.station.actor, act="accounts.change_profile", subject=stranger, area_path=VILLAGE)

    assert queries.names_of_subjects(cast.station.actor, [act]) == {act.pk: f"#{stranger.pk}"}
    assert queries.names_of_subjects(cast.bureau.actor, [act]) == {act.pk: stranger.name}


def test_a_party_is_named_by_name_and_number_to_who_sees_it(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    act = audit.record(by=cast.keeper.actor, act="registry.change_party", subject=party, area_path=VILLAGE)

    assert subjects_to(cast.station.client) == [f"Zhao Suqin · {party.number}"]
    assert queries.names_of_subjects(cast.stranger.actor, [act]) == {act.pk: party.number}


@pytest.mark.parametrize(("language", "told"), [("en", "Quince"), ("zh-hans", "榅桲")])
def test_a_product_and_a_unit_are_named_in_the_readers_language(cast: Cast, language: str, told: str) -> None:
    product = ProductFactory(names={"en": "Quince", "zh-hans": "榅桲"})
    catalog.retire_product(by=SYSTEM, product=product, version=product.version)
    unit = UnitFactory(area=AreaFactory(code=VILLAGE), names=NAMES)
    audit.record(by=SYSTEM, act="network.place_unit", subject=unit, area_path=VILLAGE)
    assert subjects_to(cast.bureau.client, language) == [NAMES[language], told]


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Apple · Fuji · Place 621226 · 2026-09-20"), ("zh-hans", "苹果 · 富士 · 地方621226 · 2026-09-20")],
)
def test_a_price_is_named_by_its_goods_market_and_day(cast: Cast, language: str, told: str) -> None:
    apple = ProductFactory(code="apple", names={"en": "Apple", "zh-hans": "苹果"})
    VarietyFactory(product=apple, code="fuji", names={"en": "Fuji", "zh-hans": "富士"})
    given = PriceGiven("apple", date(2026, 9, 20), VILLAGE[:6], Money(500, "CNY"), variety="fuji")
    sourcing.set_reference_price(by=cast.clerk.actor, given=given)

    assert subjects_to(cast.centre.client, language, act="sourcing.set_reference_price") == [told]


def test_a_subject_that_is_gone_keeps_what_was_recorded(cast: Cast) -> None:
    person = Person.objects.create(username="short.stay", name="Short Stay")
    act = audit.record(by=SYSTEM, act="accounts.open_account", subject=person, area_path=VILLAGE)
    number = person.pk
    person.delete()
    assert queries.names_of_subjects(SYSTEM, [act]) == {act.pk: f"#{number}"}


def test_programs_and_sheets_read_the_same_names(cast: Cast, keeper_to_be: Person) -> None:
    client = cast.centre.client
    said = client.get("/api/v1/acts", headers={"Accept-Language": "en"}).json()
    assert said["items"][0]["label"] == "Li Mei · Point keeper · Pinehill point"


def test_many_acts_are_named_by_as_few_questions_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def acts(number: int) -> list[Act]:
        made = []
        for _one in range(number):
            post = PostFactory(unit=UnitFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE)), role="point-keeper")
            for subject in (post, post.person, post.unit):
                act = audit.record(by=SYSTEM, act="accounts.give_post", subject=subject, area_path=NEIGHBOUR_VILLAGE)
                made.append(act)
        return made

    one, many, reader = acts(1), acts(12), cast.bureau.actor
    for told in (one, many):
        with django_assert_num_queries(4):  # people, posts, the posts' units, units
            assert len(queries.names_of_subjects(reader, told)) == len(told)
