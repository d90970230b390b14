"""Cooperatives and their members; who speaks for a party."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from terrace.accounts.domain import InvitationAccepted
from terrace.audit.models import Act
from terrace.config.actors import actor_for
from terrace.kernel import events
from terrace.kernel.actors import SYSTEM, Actor
from terrace.kernel.errors import Forbidden, Invalid
from terrace.registry import queries, services
from terrace.registry.models import Membership, Party, Representative
from terrace.registry.services import AlreadyMember
from terrace.registry.services.memberships import AlreadyLeft
from tests.conftest import VILLAGE, Cast
from tests.factories import AreaFactory, HouseholdFactory, PartyFactory, PersonFactory, RepresentativeFactory
from tests.meanwhile import meanwhile

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture
def household(cast: Cast) -> Party:
    assert cast.farmer.party is not None
    return cast.farmer.party


@pytest.fixture
def cooperative(cast: Cast) -> Party:
    return PartyFactory(kind="cooperative", name="Willow Cooperative", area=AreaFactory(code=VILLAGE[:9]))


def chair_of(cooperative: Party) -> Actor:
    person = RepresentativeFactory(party=cooperative).person
    return actor_for(person)


def test_a_keeper_records_that_a_household_joined(cast: Cast, household: Party, cooperative: Party) -> None:
    membership = services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household, now=NOW)

    assert membership.joined_on == TODAY
    assert queries.cooperatives_of([household.pk]) == {household.pk: ["Willow Cooperative"]}
    acts = Act.objects.filter(act="registry.join_cooperative").order_by("pk")
    assert [(act.subject_id, act.details["with"]) for act in acts] == [
        (str(household.pk), cooperative.number),
        (str(cooperative.pk), household.number),
    ]


def test_refuses_to_join_twice(cast: Cast, household: Party, cooperative: Party) -> None:
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    with pytest.raises(AlreadyMember):
        services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    assert Membership.objects.count() == 1


@pytest.mark.parametrize("who", ["neighbour", "bureau", "farmer", "buyer"])
def test_refuses_joining_by_who_keeps_no_register_there(
    cast: Cast, household: Party, cooperative: Party, who: str
) -> None:
    with pytest.raises(Forbidden):
        services.join_cooperative(by=getattr(cast, who).actor, cooperative=cooperative, member=household)

    assert not Membership.objects.exists()


def test_refuses_what_cannot_join(cast: Cast, household: Party, cooperative: Party) -> None:
    buyer = PartyFactory(kind="buyer", area=AreaFactory(code=VILLAGE))
    resting = PartyFactory(kind="cooperative", is_active=False, area=AreaFactory(code=VILLAGE))
    pairs = [(household, household), (cooperative, buyer), (cooperative, cooperative), (resting, household)]

    for into, member in pairs:
        with pytest.raises(Invalid):
            services.join_cooperative(by=cast.station.actor, cooperative=into, member=member)
    with pytest.raises(Invalid):
        services.join_cooperative(
            by=cast.station.actor, cooperative=cooperative, member=household, joined_on=date(2026, 11, 23), now=NOW
        )

    assert not Membership.objects.exists()


def test_refuses_to_join_centuries_ago(cast: Cast, household: Party, cooperative: Party) -> None:
    with pytest.raises(Invalid) as refused:
        services.join_cooperative(
            by=cast.keeper.actor, cooperative=cooperative, member=household, joined_on=date(1, 1, 1)
        )

    assert refused.value.field == "joined_on"
    assert not Membership.objects.exists()


def test_refuses_to_join_again_before_the_last_membership_ended(
    cast: Cast, household: Party, cooperative: Party
) -> None:
    pair: Any = {"by": cast.keeper.actor, "cooperative": cooperative, "member": household, "now": NOW}
    first = services.join_cooperative(**pair, joined_on=date(2026, 11, 1))
    services.leave_cooperative(by=cast.keeper.actor, membership=first, left_on=date(2026, 11, 15), now=NOW)

    for day in (date(2026, 11, 14), date(2026, 10, 1)):
        with pytest.raises(Invalid) as refused:
            services.join_cooperative(**pair, joined_on=day)
        assert refused.value.field == "joined_on"
    assert Membership.objects.count() == 1

    again = services.join_cooperative(**pair, joined_on=date(2026, 11, 15))
    assert again.left_on is None


@pytest.mark.parametrize(
    ("joined", "left"),
    [(date(2026, 1, 1), date(2026, 3, 2)), (date(2026, 4, 1), None), (date(2026, 4, 2), date(2026, 5, 1))],
)
def test_the_database_keeps_no_two_memberships_of_one_pair_on_one_day(
    household: Party, cooperative: Party, joined: date, left: date | None
) -> None:
    pair = {"cooperative": cooperative, "member": household}
    Membership.objects.create(**pair, joined_on=date(2026, 3, 1), left_on=date(2026, 6, 1))

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(**pair, joined_on=joined, left_on=left)

    Membership.objects.create(**pair, joined_on=date(2026, 6, 1))
    other = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    Membership.objects.create(cooperative=other, member=household, joined_on=joined, left_on=left)


def test_refuses_a_cooperative_that_rests_since_it_was_loaded(cast: Cast, household: Party, cooperative: Party) -> None:
    Party.objects.filter(pk=cooperative.pk).update(is_active=False)

    with pytest.raises(Invalid):
        services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    assert not Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_let_one_household_join_at_once_one_is_told() -> None:
    into = PartyFactory(kind="cooperative", area=AreaFactory(code=VILLAGE))
    member = HouseholdFactory(area=AreaFactory(code=VILLAGE))

    def join() -> object:
        return services.join_cooperative(by=SYSTEM, cooperative=into, member=member)

    said = meanwhile(join, join)

    assert isinstance(said, AlreadyMember)
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("who", ["keeper", "station", "farmer"])
def test_a_membership_ends_by_keeper_or_member(cast: Cast, household: Party, cooperative: Party, who: str) -> None:
    membership = services.join_cooperative(
        by=cast.keeper.actor, cooperative=cooperative, member=household, joined_on=date(2025, 3, 1), now=NOW
    )

    services.leave_cooperative(by=getattr(cast, who).actor, membership=membership, left_on=TODAY, now=NOW)

    membership.refresh_from_db()
    assert membership.left_on == TODAY
    assert queries.cooperatives_of([household.pk]) == {}


def test_a_cooperative_ends_a_membership_of_its_own(cast: Cast, household: Party, cooperative: Party) -> None:
    membership = services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)

    services.leave_cooperative(by=chair_of(cooperative), membership=membership)

    assert not queries.present_members(cooperative).exists()


def test_refuses_leaving_by_others_twice_or_before_joining(cast: Cast, household: Party, cooperative: Party) -> None:
    membership = services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household, now=NOW)

    with pytest.raises(Forbidden):
        services.leave_cooperative(by=cast.neighbour.actor, membership=membership, now=NOW)
    with pytest.raises(Invalid):
        services.leave_cooperative(by=cast.keeper.actor, membership=membership, left_on=date(2026, 1, 1), now=NOW)
    membership.refresh_from_db()
    assert membership.left_on is None

    services.leave_cooperative(by=cast.keeper.actor, membership=membership, now=NOW)
    with pytest.raises(AlreadyLeft):
        services.leave_cooperative(by=cast.keeper.actor, membership=membership, now=NOW)


def test_a_cooperative_sees_of_its_members_name_and_number_only(
    cast: Cast, household: Party, cooperative: Party
) -> None:
    services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)
    chair = chair_of(cooperative)

    assert set(queries.visible_to(chair)) == {cooperative, household}
    assert not queries.sees_fully(chair, household)
    assert not queries.sees_contact(chair, household)
    assert household not in queries.producers_for(chair)
    with pytest.raises(Forbidden):
        services.look_at_personal(by=chair, party=household)


def test_a_cooperative_sees_no_member_that_left(cast: Cast, household: Party, cooperative: Party) -> None:
    membership = services.join_cooperative(by=cast.keeper.actor, cooperative=cooperative, member=household)
    services.leave_cooperative(by=cast.keeper.actor, membership=membership)

    assert set(queries.visible_to(chair_of(cooperative))) == {cooperative}


def test_a_villager_can_choose_among_the_cooperatives_of_the_county(cast: Cast, cooperative: Party) -> None:
    PartyFactory(kind="cooperative", area=AreaFactory(code="621227100200"))
    PartyFactory(kind="cooperative", is_active=False, area=AreaFactory(code=VILLAGE))

    assert list(queries.cooperatives_in(VILLAGE[:6])) == [cooperative]


def test_contacts_of_people_are_for_who_keeps_the_register_those_of_firms_for_all_who_see_them(
    cast: Cast, household: Party
) -> None:
    shop = cast.buyer.party
    assert shop is not None
    sees = {
        who: (
            queries.sees_contact(getattr(cast, who).actor, household),
            queries.sees_contact(getattr(cast, who).actor, shop),
        )
        for who in ("keeper", "station", "clerk", "bureau", "farmer", "buyer", "stranger")
    }
    assert sees == {
        "keeper": (True, False),
        "station": (True, False),
        "clerk": (True, True),
        "bureau": (False, True),
        "farmer": (True, False),
        "buyer": (False, True),
        "stranger": (False, False),
    }


def test_who_takes_up_an_invitation_speaks_for_the_party(cast: Cast, household: Party) -> None:
    person = PersonFactory()

    events.publish(InvitationAccepted(person_id=person.pk, party_id=household.pk))
    events.publish(InvitationAccepted(person_id=person.pk, party_id=household.pk))

    assert queries.parties_of(person.pk) == {household.pk}
    assert Act.objects.filter(act="registry.add_representative").count() == 1


def test_an_invitation_to_a_post_makes_nobody_a_representative(cast: Cast) -> None:
    before = Representative.objects.count()

    events.publish(InvitationAccepted(person_id=cast.keeper.person.pk, party_id=None))

    assert Representative.objects.count() == before


@pytest.mark.parametrize("who", ["keeper", "farmer"])
def test_a_representative_is_removed_by_keeper_or_party(cast: Cast, household: Party, who: str) -> None:
    person = PersonFactory()
    row = services.add_representative(by=cast.keeper.actor, party=household, person_id=person.pk)

    services.remove_representative(by=getattr(cast, who).actor, representative=row)

    assert queries.parties_of(person.pk) == frozenset()
    assert Act.objects.get(act="registry.remove_representative").details == {"person": person.pk}


@pytest.mark.parametrize("who", ["neighbour", "bureau", "buyer", "stranger"])
def test_nobody_else_removes_a_representative(cast: Cast, household: Party, who: str) -> None:
    row = Representative.objects.get(party=household)

    with pytest.raises(Forbidden):
        services.remove_representative(by=getattr(cast, who).actor, representative=row)

    assert queries.parties_of(cast.farmer.person.pk) == {household.pk}
    assert not Act.objects.filter(act="registry.remove_representative").exists()


@pytest.mark.parametrize("who", ["neighbour", "bureau", "farmer", "buyer"])
def test_nobody_else_adds_a_representative(cast: Cast, household: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        services.add_representative(
            by=getattr(cast, who).actor, party=household, person_id=getattr(cast, who).person.pk
        )

    speakers = Representative.objects.filter(party=household).values_list("person_id", flat=True)
    assert list(speakers.order_by("pk")) == [cast.farmer.person.pk]
