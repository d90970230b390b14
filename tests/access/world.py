"""A small world seen from one village: what is its own, and what is a neighbour's in another county."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest
from django.core.files.base import ContentFile

from terrace.accounts.models import ApiToken, Invitation, Post
from terrace.kernel import clock, ids
from terrace.kernel.actors import SYSTEM
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.messaging.models import Notice
from terrace.network.models import Area
from terrace.registry.models import (
    Household,
    HouseholdMember,
    ImportRun,
    Membership,
    Party,
    Representative,
)
from terrace.registry.services import AccountGiven, set_account
from terrace.sourcing import services as sourcing
from terrace.sourcing.services import PriceGiven, Terms
from tests import factories
from tests.access.trade import Values, trade_of
from tests.conftest import OTHER_COUNTY_VILLAGE, VILLAGE, Cast, Member
from tests.rows import Kept, keep

ROLES = (
    "farmer",
    "buyer",
    "keeper",
    "station",
    "clerk",
    "packer",
    "driver",
    "centre",
    "bureau",
    "administrator",
    "stranger",
)
AREA_OF = {"farmer": 12, "keeper": 12, "station": 9}
"""How long the code is of the area where a role is at home; a county's for all others."""
TRACES = (
    "unit",
    "party",
    "shop",
    "supply",
    "demand",
    "advice",
    "run",
    "username",
    "purchase",
    "lot",
    "order",
    "payment",
    "plan",
)
"""Values that no row of the other side has in common."""


@dataclass(frozen=True, slots=True)
class World:
    """The cast, and the values that an address needs, for what is the village's own and what is the neighbour's."""

    cast: Cast
    own: Values
    other: Values


def traces(values: Values) -> re.Pattern[str]:
    """Return what finds any row of one side in an answer: its numbers, names and sign-ins."""
    numbers = [re.escape(str(values[name])) for name in TRACES]
    words = "|".join(
        [*numbers, f"/people/{values['person_id']}/", f"(?:walnuts|Courier|Lin Xiu) of {values['village']}"]
    )
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")


def at_home(values: Values, role: str) -> Values:
    """Return the values with the area of the tier at which the role is at home."""
    return {**values, "area": str(values["village"])[: AREA_OF.get(role, 6)]}


@pytest.fixture(scope="session")
def kept_world(kept_cast: Kept[Cast]) -> Callable[[date], Kept[World]]:
    """Make the world of a day once for each worker: to make it takes seconds, and much of it is only true that day."""
    return cache(lambda day: keep(lambda: _make(kept_cast.put_back())))


@pytest.fixture
def world(db: None, kept_world: Callable[[date], Kept[World]]) -> World:
    """Return the world and, in it, the cast; a test asks for this or for `cast`, not for both."""
    return kept_world(clock.today()).put_back()


def _make(cast: Cast) -> World:
    """Fill both sides with one thing of each kind."""
    factories.VarietyFactory()
    factories.PackFactory()
    keeper, _officer = _staff("point-keeper", OTHER_COUNTY_VILLAGE), _staff("station-officer", OTHER_COUNTY_VILLAGE[:9])
    farmer = factories.HouseholdFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE))
    shop = factories.PartyFactory(area=factories.AreaFactory(code=OTHER_COUNTY_VILLAGE[:6]), kind="enterprise")
    places = Area.objects.filter(code__in=[VILLAGE, VILLAGE[:6], OTHER_COUNTY_VILLAGE, OTHER_COUNTY_VILLAGE[:6]])
    places.update(latitude=33.4, longitude=105.6)
    return World(
        cast,
        own=_side(VILLAGE, cast.centre, cast.keeper, _party(cast.farmer), _party(cast.buyer)),
        other=_side(OTHER_COUNTY_VILLAGE, cast.stranger, keeper, farmer, shop),
    )


def _party(member: Member) -> Party:
    assert member.party is not None
    return member.party


def _staff(role: str, area: str) -> Member:
    unit = factories.UnitFactory(area=factories.AreaFactory(code=area))
    return Member(factories.PostFactory(unit=unit, role=role).person)


def _side(area: str, manager: Member, keeper: Member, household: Party, shop: Party) -> Values:
    post = Post.objects.get(person=keeper.person)
    return {
        "area": area[:6],
        "county": area[:6],
        "village": area,
        "unit": post.unit.number,
        "post_id": post.pk,
        "person_id": keeper.person.pk,
        "username": keeper.person.username,
        "notice_id": _notice(keeper, area).pk,
        **_accounts_of(area, manager, post),
        **_registry_of(area, manager, household),
        **_sourcing_of(area, manager, keeper, household, shop),
        **trade_of(keeper, post.unit.number, household, shop),
    }


def _notice(keeper: Member, area: str) -> Notice:
    return Notice.objects.create(person_id=keeper.person.pk, topic="advice", title=f"Hold the walnuts of {area}")


def _accounts_of(area: str, manager: Member, post: Post) -> Values:
    later = clock.now() + timedelta(days=7)
    secret = ids.secret()
    invitation = Invitation.objects.create(
        fingerprint=ids.fingerprint(secret),
        name=f"Lin Xiu of {area}",
        unit=post.unit,
        role="point-keeper",
        area_path=area,
        expires_at=later,
    )
    token = ApiToken.objects.create(
        name=f"Courier of {area}",
        fingerprint=ids.fingerprint(ids.secret()),
        hint="abcdef",
        permissions=["network.view"],
        area_path=area[:6],
        issued_by=manager.person,
    )
    return {"invitation_id": invitation.pk, "secret": secret, "token_id": token.pk}


def _registry_of(area: str, manager: Member, household: Party) -> Values:
    member = HouseholdMember.objects.create(household=Household.objects.get(party=household), name="Zhao Min")
    cooperative = factories.PartyFactory(area=factories.AreaFactory(code=area[:9]), kind="cooperative")
    other_cooperative = factories.PartyFactory(area=factories.AreaFactory(code=area[:9]), kind="cooperative")
    membership = Membership.objects.create(cooperative=cooperative, member=household, joined_on=clock.today())
    person = factories.PersonFactory()
    representative = Representative.objects.create(party=household, person=person)
    run = ImportRun.objects.create(
        number=ids.reference("I"), person=manager.person, area_path=area[:6], language="en", file_name="producers.xlsx"
    )
    account = AccountGiven("Farmers' Bank", household.name, "6228480402564890018")
    set_account(by=SYSTEM, party=household, version=household.version, given=account)
    return {
        "party": household.number,
        "member": member.pk,
        "membership": membership.pk,
        "cooperative": other_cooperative.number,
        "representative": representative.pk,
        "run": run.number,
    }


def _sourcing_of(area: str, manager: Member, keeper: Member, household: Party, shop: Party) -> Values:
    today = clock.today()
    terms = Terms("apple", Quantity(800_000, Unit.KILOGRAM), today, today + timedelta(days=6), price=Money(520, "CNY"))
    advice = sourcing.give_advice(by=manager.actor, area=area[:6], title="Hold the walnuts", text="Prices rise.")
    quoted = PriceGiven("apple", today - timedelta(days=1), area[:6], Money(520, "CNY"))
    return {
        "price_id": sourcing.set_reference_price(by=manager.actor, given=quoted).pk,
        "supply": sourcing.record_supply(
            by=keeper.actor, party=household.number, terms=terms, photo=ContentFile(b"pixels", "apples.jpg")
        ).number,
        "demand": sourcing.record_demand(by=manager.actor, party=shop.number, terms=terms).number,
        "advice": advice.number,
        "shop": shop.number,
    }
