"""Two people at the same moment: no post stays at a closed unit, no erased person comes back, nobody waits for ever."""

import pytest

from terrace.accounts import services
from terrace.accounts.domain import AccountClosed, LinkUnusable, UnknownRole
from terrace.accounts.models import ApiToken, Invitation, Person, Post
from terrace.accounts.services import locks
from terrace.config.actors import actor_for
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.messaging.models import OutgoingMessage
from terrace.network import services as network
from terrace.network.models import ServiceUnit
from terrace.registry import services as registry
from terrace.registry.models import Party, Representative
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE
from tests.factories import AreaFactory, HouseholdFactory, PersonFactory, PostFactory, UnitFactory
from tests.meanwhile import meanwhile


@pytest.fixture
def unit() -> ServiceUnit:
    """Return a point whose administrator works elsewhere, so that it may close."""
    PostFactory(unit=UnitFactory(area=AreaFactory(code=VILLAGE[:4])), role="bureau-administrator")
    found: ServiceUnit = UnitFactory(area=AreaFactory(code=VILLAGE))
    return found


@pytest.fixture
def post(unit: ServiceUnit) -> Post:
    """Return the post of the point's keeper."""
    found: Post = PostFactory(unit=unit, role="point-keeper")
    return found


@pytest.fixture
def former(unit: ServiceUnit) -> Person:
    """Return somebody without a post, who may be erased."""
    given = {"name": "Wang Secret", "phone": "+8613909390055", "email": "wang@example.org"}
    found: Person = PersonFactory(area_path=VILLAGE, **given)
    return found


@pytest.fixture
def admin(unit: ServiceUnit) -> Actor:
    """Return who administers the bureau."""
    return actor_for(Post.objects.get(role="bureau-administrator").person)


def known_of(person: Person) -> str:
    """Return all that the database holds about a person as one who signs in."""
    tables = (Person, Invitation, ApiToken, OutgoingMessage)
    return " ".join(str(row) for table in tables for row in table.objects.values())


def close(unit: ServiceUnit) -> ServiceUnit:
    return network.close_unit(by=SYSTEM, unit=unit, version=unit.version)


def stand_in(post: Post, person: Person) -> Post:
    today = clock.today()
    return services.act_for(by=SYSTEM, post_id=post.pk, person_id=person.pk, starts_on=today, ends_on=today)


@pytest.mark.django_db(transaction=True)
def test_nobody_stands_in_for_a_post_that_ends_meanwhile(post: Post) -> None:
    person = PersonFactory()
    said = meanwhile(lambda: services.end_post(by=SYSTEM, post_id=post.pk), lambda: stand_in(post, person))
    assert isinstance(said, Invalid)
    assert not Post.objects.filter(acting_for=post).exists()


@pytest.mark.django_db(transaction=True)
def test_a_stand_in_ends_with_a_post_that_ends_meanwhile(post: Post) -> None:
    person = PersonFactory()
    meanwhile(lambda: stand_in(post, person), lambda: services.end_post(by=SYSTEM, post_id=post.pk))
    ends = Post.objects.get(acting_for=post).ends_on
    assert ends is not None
    assert ends < clock.today()


@pytest.mark.django_db(transaction=True)
def test_a_unit_that_closes_meanwhile_takes_no_post(unit: ServiceUnit) -> None:
    person = PersonFactory()
    said = meanwhile(
        lambda: close(unit),
        lambda: services.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role="point-keeper"),
    )
    assert isinstance(said, UnknownRole)
    assert not Post.objects.filter(person=person).exists()


@pytest.mark.django_db(transaction=True)
def test_a_post_given_while_its_unit_closes_ends_with_the_others(unit: ServiceUnit) -> None:
    person = PersonFactory()
    meanwhile(
        lambda: services.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role="point-keeper"),
        lambda: close(unit),
    )
    ends = Post.objects.get(person=person).ends_on
    assert ends is not None
    assert ends < clock.today()


@pytest.mark.django_db(transaction=True)
def test_a_link_to_a_unit_that_closes_meanwhile_gives_nothing(unit: ServiceUnit) -> None:
    issued = services.invite_to_post(by=SYSTEM, unit_id=unit.pk, role="point-keeper", name="He Jun")
    said = meanwhile(
        lambda: close(unit),
        lambda: services.accept_invitation(
            by=ANONYMOUS, secret=issued.secret, name="He Jun", username="he.jun", password="orchard-morning-42"
        ),
    )
    assert isinstance(said, LinkUnusable)
    assert not Person.objects.filter(username="he.jun").exists()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.django_db(transaction=True)
def test_a_unit_closes_while_somebody_accepts_its_invitation(unit: ServiceUnit) -> None:
    issued = services.invite_to_post(by=SYSTEM, unit_id=unit.pk, role="point-keeper", name="He Jun")
    said = meanwhile(
        lambda: services.accept_invitation(
            by=ANONYMOUS, secret=issued.secret, name="He Jun", username="he.jun", password="orchard-morning-42"
        ),
        lambda: close(unit),
    )
    assert isinstance(said, ServiceUnit)
    ends = Post.objects.get(person__username="he.jun").ends_on
    assert ends is not None
    assert ends < clock.today()


@pytest.mark.django_db(transaction=True)
def test_who_closes_the_account_meanwhile_is_given_no_post(unit: ServiceUnit) -> None:
    person = PersonFactory()
    said = meanwhile(
        lambda: services.close_account(by=Actor(person.pk, person.name)),
        lambda: services.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role="point-keeper"),
    )
    assert isinstance(said, NotFound)
    assert not Post.objects.filter(person=person).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_given_a_post_meanwhile_cannot_close_the_account_any_more(unit: ServiceUnit) -> None:
    person = PersonFactory()
    said = meanwhile(
        lambda: services.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role="point-keeper"),
        lambda: services.close_account(by=Actor(person.pk, person.name)),
    )
    assert isinstance(said, services.StillHeld)
    assert Person.objects.get(pk=person.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_another_units_closing_holds_nobody_up(unit: ServiceUnit) -> None:
    other = UnitFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    person = PersonFactory()
    said = meanwhile(
        lambda: close(other),
        lambda: services.give_post(by=SYSTEM, person_id=person.pk, unit_id=unit.pk, role="point-keeper"),
    )
    assert isinstance(said, Post)


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_meanwhile_takes_no_new_name_and_no_new_contact(former: Person, admin: Actor) -> None:
    own = Actor(former.pk, former.name)
    ways = [
        lambda: services.change_profile(by=own, name="Wang Again", language="en"),
        lambda: services.change_contact(by=own, phone="13909390066", email="again@example.org"),
    ]
    for way in ways:
        former.is_active = True
        former.save()
        said = meanwhile(lambda: services.erase_person(by=admin, person_id=former.pk), way)
        assert isinstance(said, AccountClosed)
        assert not any(word in known_of(former) for word in ("Wang", "139093900", "example.org"))


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_meanwhile_is_sent_no_way_back(former: Person, admin: Actor) -> None:
    said = meanwhile(
        lambda: services.erase_person(by=admin, person_id=former.pk),
        lambda: services.let_back_in(by=admin, person_id=former.pk, link_base="https://terrace.example.org/accept/"),
    )
    assert isinstance(said, AccountClosed)
    assert not Invitation.objects.exists()
    assert not any(word in known_of(former) for word in ("Wang", "139093900", "wang@"))


@pytest.mark.django_db(transaction=True)
def test_a_way_back_goes_with_who_is_erased_at_that_moment(former: Person, admin: Actor) -> None:
    meanwhile(
        lambda: services.let_back_in(by=admin, person_id=former.pk, link_base="https://terrace.example.org/accept/"),
        lambda: services.erase_person(by=admin, person_id=former.pk),
    )
    assert Invitation.objects.get().revoked_at is not None
    assert not any(word in known_of(former) for word in ("Wang", "139093900", "wang@"))


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_meanwhile_speaks_for_nobody(former: Person, admin: Actor) -> None:
    party: Party = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    issued = services.invite_for_party(by=SYSTEM, party_id=party.pk, area_path=party.area_path, name="Somebody")
    said = meanwhile(
        lambda: services.erase_person(by=admin, person_id=former.pk),
        lambda: services.accept_invitation(by=Actor(former.pk, former.name), secret=issued.secret),
    )
    assert isinstance(said, AccountClosed)
    assert not Representative.objects.exists()
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.django_db(transaction=True)
def test_who_closes_the_account_meanwhile_issues_no_token(former: Person) -> None:
    party: Party = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    own = Actor(former.pk, former.name, parties=frozenset({party.pk}))
    said = meanwhile(
        lambda: services.close_account(by=own),
        lambda: services.issue_token(by=own, name="The phone of Wang", party_id=party.pk),
    )
    assert isinstance(said, AccountClosed)
    assert not ApiToken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_newer_way_back_waits_for_who_comes_back_by_the_older(former: Person, admin: Actor) -> None:
    older = services.let_back_in(by=admin, person_id=former.pk)
    said = meanwhile(
        lambda: Person.objects.select_for_update().get(pk=former.pk),
        lambda: services.let_back_in(by=admin, person_id=former.pk),
        lambda: services.come_back_in(secret=older.secret, password="orchard-morning-42"),
    )
    assert isinstance(said, services.Issued)
    assert Invitation.objects.get(pk=older.invitation.pk).accepted_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_newer_way_back_waits_for_who_closes_the_account(former: Person, admin: Actor) -> None:
    older = services.let_back_in(by=admin, person_id=former.pk)
    said = meanwhile(
        lambda: Person.objects.select_for_update().get(pk=former.pk),
        lambda: services.let_back_in(by=admin, person_id=former.pk),
        lambda: services.close_account(by=Actor(former.pk, former.name)),
    )
    assert isinstance(said, AccountClosed)
    assert list(Invitation.objects.filter(revoked_at=None)) == []
    assert Invitation.objects.get().pk == older.invitation.pk


@pytest.mark.django_db(transaction=True)
def test_two_administrators_let_each_other_back_in_at_the_same_moment(unit: ServiceUnit, admin: Actor) -> None:
    bureau = ServiceUnit.objects.get(area_path=VILLAGE[:4])
    other = actor_for(PostFactory(unit=bureau, role="bureau-administrator").person)
    assert admin.person_id is not None
    assert other.person_id is not None
    ids = admin.person_id, other.person_id
    said = meanwhile(
        lambda: locks.lock_person(ids[1]),
        lambda: services.let_back_in(by=other, person_id=ids[0]),
        lambda: services.let_back_in(by=admin, person_id=ids[1]),
    )
    assert isinstance(said, services.Issued)
    assert Invitation.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_party_is_erased_while_somebody_takes_up_its_invitation(former: Person) -> None:
    party: Party = HouseholdFactory(area=AreaFactory(code=NEIGHBOUR_VILLAGE))
    issued = registry.invite_representative(by=SYSTEM, party=party, name="Zhao")
    said = meanwhile(
        lambda: Party.objects.select_for_update().get(pk=party.pk),
        lambda: services.accept_invitation(by=Actor(former.pk, former.name), secret=issued.secret),
        lambda: registry.erase_party(by=SYSTEM, party=party, version=party.version),
    )
    assert isinstance(said, LinkUnusable)
    assert not Representative.objects.exists()
