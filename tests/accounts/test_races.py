"""Two people at the same moment: nobody is left with a post that was ended, or at a unit that was closed."""

import pytest

from terrace.accounts import services
from terrace.accounts.domain import LinkUnusable, UnknownRole
from terrace.accounts.models import Invitation, Person, Post
from terrace.kernel import clock
from terrace.kernel.actors import ANONYMOUS, SYSTEM, Actor
from terrace.kernel.errors import Invalid, NotFound
from terrace.network import services as network
from terrace.network.models import ServiceUnit
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE
from tests.factories import AreaFactory, PersonFactory, PostFactory, UnitFactory
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
