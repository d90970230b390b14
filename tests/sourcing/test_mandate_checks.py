"""`terrace verify` names what is wrong with mandates and what was bought by them, one corruption of each kind."""

from collections.abc import Callable
from datetime import timedelta

import pgtrigger
import pytest

from terrace.network.models import ServiceUnit
from terrace.sourcing import services
from terrace.sourcing.domain import PayRule
from terrace.sourcing.models import Mandate, Purchase
from terrace.sourcing.queries import CHECKS
from terrace.sourcing.services import MandateGiven
from tests import factories
from tests.amounts import fen
from tests.conftest import NEIGHBOUR_VILLAGE, Cast
from tests.planted import plants_each
from tests.sourcing.conftest import NOW
from tests.sourcing.purchases import given, unit_of

AMOUNT = 46_000
"""What 92 kg at 5.00 come to."""


def _found() -> dict[str, list[str]]:
    return {check.name: found for check in CHECKS if (found := list(check.find()))}


@pytest.fixture
def purchase(cast: Cast) -> Purchase:
    """Return a purchase by a mandate that is spent by it, beside one before any mandate, a void one, an ended one."""
    assert cast.buyer.party
    at_sale = given(cast, pay_rule=PayRule.AT_SALE)
    services.record_purchase(by=cast.keeper.actor, given=at_sale, now=NOW)
    terms = {"buyer": cast.buyer.party.number, "unit": unit_of(cast), "ends_on": NOW.date() + timedelta(days=3)}
    old = MandateGiven(**terms, product="apple", a_day=fen(AMOUNT))
    ended = services.give_mandate(by=cast.buyer.actor, given=old, now=NOW)
    services.record_purchase(by=cast.keeper.actor, given=at_sale, now=NOW)
    services.withdraw_mandate(by=cast.buyer.actor, mandate=ended, now=NOW)
    new = MandateGiven(**terms, product="apple", a_day=fen(AMOUNT), in_all=fen(AMOUNT))
    services.give_mandate(by=cast.buyer.actor, given=new, now=NOW)
    void = services.record_purchase(by=cast.keeper.actor, given=at_sale, now=NOW)
    services.void_purchase(by=cast.keeper.actor, purchase=void, reason="Wrong crates", now=NOW)
    return services.record_purchase(by=cast.keeper.actor, given=at_sale, now=NOW)


def test_all_is_well_after_everything_that_may_happen(purchase: Purchase) -> None:
    assert purchase.mandate_id
    assert _found() == {}


def _mandate(purchase: Purchase, **values: object) -> str:
    with pgtrigger.ignore():
        Mandate.objects.filter(pk=purchase.mandate_id).update(**values)
    return Mandate.objects.get(pk=purchase.mandate_id).number


def _area(purchase: Purchase) -> str:
    return _mandate(purchase, area_path=NEIGHBOUR_VILLAGE)


def _unit_area(purchase: Purchase) -> str:
    return _mandate(purchase, unit_path=NEIGHBOUR_VILLAGE)


def _buyer(purchase: Purchase) -> str:
    _mandate(purchase, buyer=factories.PartyFactory(kind="enterprise"))
    return purchase.number


def _unit(purchase: Purchase) -> str:
    _mandate(purchase, unit=ServiceUnit.objects.exclude(pk=purchase.unit_id).order_by("pk")[0])
    return purchase.number


def _product(purchase: Purchase) -> str:
    _mandate(purchase, product=factories.ProductFactory(code="walnut"))
    return purchase.number


def _day(purchase: Purchase) -> str:
    _mandate(purchase, ends_on=NOW.date() - timedelta(days=1))
    return purchase.number


def _withdrawn(purchase: Purchase) -> str:
    _mandate(purchase, withdrawn_at=NOW - timedelta(minutes=1))
    return purchase.number


def _without_one(purchase: Purchase) -> str:
    Purchase.objects.filter(pk=purchase.pk).update(mandate=None, created_at=NOW + timedelta(hours=1))
    return purchase.number


def _a_day(purchase: Purchase) -> str:
    return _mandate(purchase, day_minor=AMOUNT - 1)


def _in_all(purchase: Purchase) -> str:
    return _mandate(purchase, whole_minor=AMOUNT - 1)


CORRUPTIONS: dict[Callable[[Purchase], str], str] = {
    _area: "a mandate lies in its areas",
    _unit_area: "a mandate lies in its areas",
    _buyer: "what was bought by a mandate fits it",
    _unit: "what was bought by a mandate fits it",
    _product: "what was bought by a mandate fits it",
    _day: "what was bought by a mandate fits it",
    _withdrawn: "what was bought by a mandate fits it",
    _without_one: "a firm with mandates buys by them alone",
    _a_day: "no more was bought than a mandate allows",
    _in_all: "no more was bought than a mandate allows",
}


@plants_each(CORRUPTIONS.values())
@pytest.mark.parametrize("corrupt", CORRUPTIONS)
def test_each_corruption_is_named(purchase: Purchase, corrupt: Callable[[Purchase], str]) -> None:
    number = corrupt(purchase)
    assert number in _found()[CORRUPTIONS[corrupt]]
