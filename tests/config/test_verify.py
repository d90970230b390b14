"""`terrace verify` finds each kind of corruption by its reference, and nothing in a sound database."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db.models import Model

from terrace.accounts import services as accounts
from terrace.accounts.models import Post
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.network.models import Area, ServiceUnit
from terrace.registry.models import Household, Party
from terrace.sourcing import services as sourcing
from terrace.sourcing.models import AdviceReceipt, SupplyNotice
from terrace.sourcing.services import Terms
from tests import factories
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast
from tests.planted import plants_each


@pytest.fixture
def world(cast: Cast) -> Cast:
    """A village with a notice and advice."""
    factories.VarietyFactory()
    today = clock.today()
    terms = Terms("apple", Quantity(800_000, Unit.KILOGRAM), today, today + timedelta(days=6))
    assert cast.farmer.party is not None
    sourcing.record_supply(by=cast.keeper.actor, party=cast.farmer.party.number, terms=terms)
    sourcing.give_advice(by=cast.centre.actor, area=VILLAGE[:6], title="Hold", text="Prices rise.")
    return cast


def verified() -> tuple[str, int]:
    """Return what `terrace verify` prints, and its exit status."""
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def test_a_sound_database_has_no_problems(world: Cast) -> None:
    said, status = verified()
    assert status == 0
    assert said.strip().endswith("checks, 0 problems")


CORRUPTIONS: dict[str, tuple[str, Callable[[], str]]] = {
    "area moved": (
        "an area lies by its path in the area above, and in none between",
        lambda: _spoilt(Area, {"code": VILLAGE}, path=f"{OTHER_COUNTY_VILLAGE}9", reference="code"),
    ),
    "area between": (
        "an area lies by its path in the area above, and in none between",
        lambda: _put_between(VILLAGE[:6], VILLAGE[:9]),
    ),
    "unit moved": (
        "a unit's path is its area's",
        lambda: _spoilt(ServiceUnit, {"area_path": VILLAGE}, area_path=OTHER_COUNTY_VILLAGE),
    ),
    "unit of another tier": (
        "a unit has its area's tier",
        lambda: _spoilt(ServiceUnit, {"area_path": VILLAGE}, tier="county"),
    ),
    "post moved": (
        "a post lies where its unit does",
        lambda: f"post {_moved_post()}",
    ),
    "device of who was erased": (
        "nothing is left of who was erased",
        lambda: f"person {_back_after_erasure()}",
    ),
    "role gone": (
        "a post's role exists",
        lambda: f"post {_moved_post(role='king')}",
    ),
    "party moved": (
        "a party lies in its area",
        lambda: _spoilt(Party, {"kind": "household"}, area_path=OTHER_COUNTY_VILLAGE),
    ),
    "household without row": (
        "a household has its household's row",
        lambda: _without_row(),
    ),
    "notice moved": (
        "a notice lies in its area",
        lambda: _spoilt(SupplyNotice, {}, area_path=OTHER_COUNTY_VILLAGE),
    ),
    "notice in another unit": (
        "a notice counts in its product's unit",
        lambda: _spoilt(SupplyNotice, {}, unit="C62"),
    ),
    "notice of a party that rests": (
        "a party with an open notice takes part",
        lambda: _open_while_resting(),
    ),
    "receipt without person": (
        "who took note of advice is known with the time",
        lambda: f"receipt {_half_acknowledged()}",
    ),
}


@plants_each(name for name, _corrupt in CORRUPTIONS.values())
@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_each_corruption_is_named_by_its_reference(world: Cast, kind: str) -> None:
    name, corrupt = CORRUPTIONS[kind]
    reference = corrupt()
    said, status = verified()
    assert status == 1
    assert f"{reference}: not so: {name}\n" in said


def _spoilt(model: type[Model], where: dict[str, str], reference: str = "number", **wrong: str) -> str:
    rows = model._default_manager
    row = rows.filter(**where).order_by("pk")[0]
    rows.filter(pk=row.pk).update(**wrong)
    return str(getattr(row, reference))


def _put_between(above: str, below: str) -> str:
    """Put an area between two by its code alone, and return the one that would then lie in it."""
    code = below[:-1]
    Area.objects.create(code=code, path=code, parent_id=above, level="zone", names={"en": "Zone"})
    return below


def _moved_post(**wrong: str) -> int:
    post = Post.objects.filter(role="point-keeper").order_by("pk")[0]
    Post.objects.filter(pk=post.pk).update(**(wrong or {"area_path": OTHER_COUNTY_VILLAGE}))
    return post.pk


def _back_after_erasure() -> int:
    """Erase somebody, and leave what a request under way at that moment would write."""
    person = factories.PersonFactory()
    accounts.forget_person(by=SYSTEM, person_id=person.pk)
    UserSession.objects.create(user=person, ip="192.0.2.1", user_agent="Village Browser", session_key="k")
    return int(person.pk)


def _without_row() -> str:
    household = Household.objects.order_by("pk")[0]
    household.delete()
    return Party.objects.get(kind="household").number


def _open_while_resting() -> str:
    notice = SupplyNotice.objects.order_by("pk")[0]
    Party.objects.filter(pk=notice.party_id).update(is_active=False)
    return notice.number


def _half_acknowledged() -> int:
    receipt = AdviceReceipt.objects.order_by("pk")[0]
    AdviceReceipt.objects.filter(pk=receipt.pk).update(acknowledged_at=clock.now())
    return receipt.pk
