"""Registering parties and changing what is known of them."""

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, NotFound, Stale
from terrace.registry import queries, services
from terrace.registry.domain import Kind, Mark
from terrace.registry.models import Household, Party
from terrace.registry.services import KeptByOffice, LooksRegistered, Profile
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory


def profile(**values: str) -> Profile:
    return Profile(**{"name": "Ma Lanying", "area": VILLAGE, "phone": "13909390001", **values})


def test_a_keeper_registers_a_household_of_the_village(cast: Cast) -> None:
    party = services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile())

    assert (party.name, party.phone, party.area_path) == ("Ma Lanying", "+8613909390001", VILLAGE)
    assert party.county_code == VILLAGE[:6]
    assert Household.objects.get(party=party).is_low_income is False
    act = Act.objects.get(act="registry.register_party")
    assert (act.subject_id, act.area_path, act.person_id) == (str(party.pk), VILLAGE, cast.keeper.person.pk)


def test_the_record_of_acts_never_holds_the_name(cast: Cast) -> None:
    party = services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile())

    act = Act.objects.get(act="registry.register_party")
    assert act.label == party.number
    assert "Ma" not in str(act.details)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HOUSEHOLD])
def test_firms_are_registered_in_any_area_of_the_actor(cast: Cast, kind: Kind) -> None:
    party = services.register_party(by=cast.centre.actor, kind=kind, profile=profile(area=VILLAGE[:9]))

    assert party.kind == kind
    assert not Household.objects.filter(party=party).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "Ma 62122618850101125X"}, "name"),
        ({"address": "No. 3, ID 621226188501011233"}, "address"),
        ({"address": "６２１２２６１８８５０１０１１２３３"}, "address"),
        ({"phone": "12345"}, "phone"),
        ({"email": "not an address"}, "email"),
        ({"area": "999999"}, "area"),
        ({"area": VILLAGE[:9]}, "area"),
    ],
)
def test_refuses_what_breaks_a_rule_at_its_field(cast: Cast, values: dict[str, str], field: str) -> None:
    before = (Party.objects.count(), Act.objects.count())

    with pytest.raises(Invalid) as refused:
        services.register_party(by=cast.station.actor, kind=Kind.HOUSEHOLD, profile=profile(**values))

    assert refused.value.field == field
    assert (Party.objects.count(), Act.objects.count()) == before


@pytest.mark.parametrize("who", ["neighbour", "stranger", "bureau", "farmer", "buyer"])
def test_refuses_who_keeps_no_register_there(cast: Cast, who: str) -> None:
    before = Party.objects.count()

    with pytest.raises(Forbidden):
        services.register_party(by=getattr(cast, who).actor, kind=Kind.HOUSEHOLD, profile=profile())

    assert Party.objects.count() == before


def test_marks_are_set_at_registration_only_by_who_may_see_them(cast: Cast) -> None:
    before = Party.objects.count()

    with pytest.raises(Forbidden):
        services.register_party(by=cast.station.actor, kind=Kind.HOUSEHOLD, profile=profile(), marks=[Mark.LOW_INCOME])
    assert Party.objects.count() == before

    party = services.register_party(
        by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(), marks=[Mark.LOW_INCOME]
    )
    assert party.household.is_low_income


def test_warns_of_the_same_phone_and_registers_once_confirmed(cast: Cast) -> None:
    known = PartyFactory(phone="+8613909390001", area=AreaFactory(code=VILLAGE))

    with pytest.raises(LooksRegistered) as warned:
        services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile())
    assert [twin.party for twin in warned.value.duplicates] == [known]
    assert list(Party.objects.filter(phone="+8613909390001")) == [known]

    services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(), is_new=True)
    assert Party.objects.filter(phone="+8613909390001").count() == 2


def test_warns_of_the_same_name_in_the_village_however_it_is_spelt(cast: Cast) -> None:
    services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(phone=""))

    with pytest.raises(LooksRegistered):
        services.register_party(
            by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(name="ＭＡ  Lan-ying", phone="")
        )

    assert Act.objects.filter(act="registry.register_party").count() == 1
    assert Party.objects.filter(area_id=VILLAGE, kind=Kind.HOUSEHOLD).exclude(pk=cast.farmer.party.pk).count() == 1


def test_the_same_name_in_another_village_is_somebody_else(cast: Cast) -> None:
    services.register_party(
        by=cast.neighbour.actor, kind=Kind.HOUSEHOLD, profile=profile(area=NEIGHBOUR_VILLAGE, phone="")
    )

    party = services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(phone=""))

    assert party.pk


def test_a_phone_known_outside_the_area_is_told_without_whose_it_is(cast: Cast) -> None:
    PartyFactory(phone="+8613909390001", area=AreaFactory(code=NEIGHBOUR_VILLAGE), name="Somebody Far")

    with pytest.raises(LooksRegistered) as warned:
        services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile())

    [twin] = warned.value.duplicates
    assert twin.party is None
    assert "Far" not in str(twin.reason)


def test_a_keeper_changes_a_household_and_the_act_names_the_fields_only(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    services.change_party(
        by=cast.keeper.actor, party=party, version=1, profile=profile(name="Zhao Su", phone="13909390009")
    )

    party.refresh_from_db()
    assert (party.name, party.phone, party.version) == ("Zhao Su", "+8613909390009", 2)
    assert "zhao su" in party.search
    assert Act.objects.get(act="registry.change_party").details == {"fields": ["name", "phone"]}


def test_a_change_that_changes_nothing_writes_nothing(cast: Cast) -> None:
    party = services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile())

    services.change_party(by=cast.keeper.actor, party=party, version=1, profile=profile())

    assert Party.objects.get(pk=party.pk).version == 1
    assert not Act.objects.filter(act="registry.change_party").exists()


def test_a_household_changes_its_phone_but_neither_name_nor_place(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    own = profile(name=party.name, phone="13909390009")

    services.change_party(by=cast.farmer.actor, party=party, version=1, profile=own)
    with pytest.raises(KeptByOffice):
        services.change_party(by=cast.farmer.actor, party=party, version=2, profile=profile(name="Richer Zhao"))

    party.refresh_from_db()
    assert (party.name, party.phone) == ("Zhao Suqin", "+8613909390009")


def test_nobody_moves_a_party_into_an_area_that_is_not_theirs(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    with pytest.raises(Forbidden):
        services.change_party(by=cast.keeper.actor, party=party, version=1, profile=profile(area=NEIGHBOUR_VILLAGE))

    assert Party.objects.get(pk=party.pk).area_path == VILLAGE


def test_refuses_a_change_made_from_an_old_version(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None
    services.change_party(by=cast.keeper.actor, party=party, version=1, profile=profile(name="First"))

    with pytest.raises(Stale):
        services.change_party(by=cast.station.actor, party=party, version=1, profile=profile(name="Second"))

    assert Party.objects.get(pk=party.pk).name == "First"


def test_a_resting_party_is_offered_nowhere_and_its_people_cannot_act(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    services.deactivate_party(by=cast.keeper.actor, party=party, version=1)
    assert party not in queries.producers_for(cast.keeper.actor)
    assert cast.farmer.actor.parties == frozenset()

    services.reactivate_party(by=cast.keeper.actor, party=party, version=2)
    assert cast.farmer.actor.parties == {party.pk}


def test_a_neighbour_cannot_let_a_party_rest(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    with pytest.raises(Forbidden):
        services.deactivate_party(by=cast.neighbour.actor, party=party, version=1)

    assert Party.objects.get(pk=party.pk).is_active


def test_staff_see_their_subtree_and_parties_themselves(cast: Cast) -> None:
    household, shop = cast.farmer.party, cast.buyer.party
    other = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))

    seen = {
        name: set(queries.visible_to(getattr(cast, name).actor))
        for name in ("keeper", "station", "bureau", "neighbour", "stranger", "farmer", "buyer")
    }

    assert seen == {
        "keeper": {household},
        "station": {household},
        "bureau": {household, shop, other},
        "neighbour": {other},
        "stranger": set(),
        "farmer": {household},
        "buyer": {shop},
    }


def test_who_does_not_see_a_party_gets_the_answer_for_none(cast: Cast) -> None:
    party = cast.farmer.party
    assert party is not None

    assert queries.get_party(cast.keeper.actor, party.number.lower()) == party
    with pytest.raises(NotFound):
        queries.get_party(cast.neighbour.actor, party.number)


@pytest.mark.parametrize("text", ["单雄", "shanxiong", "danxiong", "sxx", "雄信", "P-", "0001", "139 0939 0001"])
def test_a_party_is_found_by_name_reading_initials_number_and_phone_tail(cast: Cast, text: str) -> None:
    party = services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(name="单雄信"))

    assert party in queries.search(cast.keeper.actor, queries.visible_to(cast.keeper.actor), text)


@pytest.mark.parametrize("text", ["lisi", "9999", "shan li"])
def test_a_search_leaves_out_what_does_not_fit(cast: Cast, text: str) -> None:
    services.register_party(by=cast.keeper.actor, kind=Kind.HOUSEHOLD, profile=profile(name="单雄信"))

    assert not queries.search(cast.keeper.actor, queries.visible_to(cast.keeper.actor), text).exists()
