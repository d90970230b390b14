"""Personal data of households: who may look, and that each look is recorded."""

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from terrace.registry import services
from terrace.registry.domain import Mark, Sex
from terrace.registry.models import Household, HouseholdMember, Party
from terrace.registry.services import MemberGiven
from tests.conftest import VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory

MEMBER = MemberGiven(name="Zhao Ping", sex=Sex.FEMALE, birth_year=1975, has_disability=True)


@pytest.fixture
def household(cast: Cast) -> Party:
    party = cast.farmer.party
    assert party is not None
    Household.objects.filter(party=party).update(is_low_income=True)
    HouseholdMember.objects.create(household_id=party.pk, name="Zhao Ping", sex="f", birth_year=1975)
    return party


@pytest.mark.parametrize("who", ["keeper", "centre", "clerk", "farmer"])
def test_each_look_of_who_may_is_recorded(cast: Cast, household: Party, who: str) -> None:
    looker = getattr(cast, who)

    for _ in range(2):
        personal = services.look_at_personal(by=looker.actor, party=household)

    assert personal.marks == {Mark.LOW_INCOME}
    assert [member.name for member in personal.members] == ["Zhao Ping"]
    looks = Act.objects.filter(act="registry.look_at_personal", subject_id=str(household.pk), area_path=VILLAGE)
    assert [look.person_id for look in looks.order_by("pk")] == [looker.person.pk] * 2


@pytest.mark.parametrize("who", ["station", "bureau", "administrator", "neighbour", "stranger", "buyer"])
def test_who_does_not_need_personal_data_does_not_get_it(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.look_at_personal(by=getattr(cast, who).actor, party=household)

    assert not Act.objects.filter(act="registry.look_at_personal").exists()


def test_only_households_have_personal_data(cast: Cast) -> None:
    shop = cast.buyer.party
    assert shop is not None

    with pytest.raises(Invalid):
        services.look_at_personal(by=cast.clerk.actor, party=shop)


def test_sets_exactly_the_given_marks_and_records_that_without_which(cast: Cast, household: Party) -> None:
    services.set_marks(by=cast.keeper.actor, party=household, version=1, marks=[Mark.WOMEN_LED, Mark.DISABILITY])

    row = Household.objects.get(party=household)
    assert (row.is_women_led, row.is_low_income, row.has_disability) == (True, False, True)
    assert Act.objects.get(act="registry.set_marks").details == {}


@pytest.mark.parametrize("who", ["farmer", "station", "bureau", "neighbour"])
def test_refuses_marks_of_who_may_not_set_them(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.set_marks(by=getattr(cast, who).actor, party=household, version=1, marks=[])

    assert Household.objects.get(party=household).is_low_income


def test_refuses_marks_set_from_an_old_version(cast: Cast, household: Party) -> None:
    services.set_marks(by=cast.keeper.actor, party=household, version=1, marks=[])

    with pytest.raises(Stale):
        services.set_marks(by=cast.clerk.actor, party=Party.objects.get(pk=household.pk), version=1, marks=list(Mark))

    assert not Household.objects.get(party=household).is_women_led


@pytest.mark.parametrize("who", ["keeper", "farmer"])
def test_keeper_and_household_keep_the_members(cast: Cast, household: Party, who: str) -> None:
    by = getattr(cast, who).actor

    member = services.add_member(by=by, party=household, given=MEMBER)
    services.change_member(
        by=by, party=household, version=household.version, member_id=member.pk, given=MemberGiven(name="Zhao An")
    )
    member.refresh_from_db()
    assert (member.name, member.birth_year, member.has_disability) == ("Zhao An", None, False)

    services.remove_member(by=by, party=household, version=household.version, member_id=member.pk)
    assert not HouseholdMember.objects.filter(pk=member.pk).exists()
    acts = Act.objects.exclude(act="registry.look_at_personal").order_by("pk")
    assert [act.act for act in acts] == ["registry.add_member", "registry.change_member", "registry.remove_member"]
    assert all("Zhao" not in f"{act.label} {act.details}" for act in acts)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (MemberGiven(name=" "), "name"),
        (MemberGiven(name="Zhao 621226188501011233"), "name"),
        (MemberGiven(name="Zhao", birth_year=1850), "birth_year"),
        (MemberGiven(name="Zhao", birth_year=2090), "birth_year"),
    ],
)
def test_refuses_a_member_that_breaks_a_rule(cast: Cast, household: Party, given: MemberGiven, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.add_member(by=cast.keeper.actor, party=household, given=given)

    assert refused.value.field == field
    assert HouseholdMember.objects.count() == 1


def test_a_member_of_another_household_is_not_found(cast: Cast, household: Party) -> None:
    other = HouseholdFactory(area=AreaFactory(code=VILLAGE))
    member = HouseholdMember.objects.get()

    for act in (
        lambda: services.remove_member(by=cast.keeper.actor, party=other, version=other.version, member_id=member.pk),
        lambda: services.change_member(
            by=cast.keeper.actor, party=other, version=other.version, member_id=member.pk, given=MEMBER
        ),
    ):
        with pytest.raises(NotFound):
            act()

    assert HouseholdMember.objects.get().name == "Zhao Ping"


def test_refuses_more_members_than_a_household_has(cast: Cast, household: Party) -> None:
    HouseholdMember.objects.bulk_create(HouseholdMember(household_id=household.pk, name=f"Z{n}") for n in range(29))

    with pytest.raises(DomainError):
        services.add_member(by=cast.keeper.actor, party=household, given=MEMBER)

    assert HouseholdMember.objects.count() == 30


def test_a_list_by_a_mark_is_recorded_in_every_area_of_the_reader(cast: Cast) -> None:
    paths = services.look_for_mark(by=cast.keeper.actor, mark=Mark.LOW_INCOME)

    assert paths == [VILLAGE]
    act = Act.objects.get(act="registry.look_for_mark")
    assert (act.area_path, act.details, act.person_id) == (VILLAGE, {"mark": "is_low_income"}, cast.keeper.person.pk)


@pytest.mark.parametrize("who", ["station", "bureau", "farmer"])
def test_who_may_not_see_marks_cannot_list_by_them(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        services.look_for_mark(by=getattr(cast, who).actor, mark=Mark.LOW_INCOME)

    assert not Act.objects.exists()
