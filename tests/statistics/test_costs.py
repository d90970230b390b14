"""What an outlet costs: entered by its keeper, corrected, refused."""

from datetime import UTC, date, datetime

import pytest

from terrace.audit.models import Act
from terrace.kernel.errors import Forbidden, Invalid, Stale
from terrace.kernel.money import Money
from terrace.network.models import ServiceUnit
from terrace.statistics import services
from terrace.statistics.domain import CostKind
from terrace.statistics.models import OutletCost
from terrace.statistics.services import CostGiven
from tests.conftest import NEIGHBOUR_VILLAGE, VILLAGE, Cast
from tests.planted import found, plants

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
RENT = CostGiven(date(2026, 10, 14), CostKind.RENT, Money(30_000, "CNY"), "the yard")


def _unit(area: str = VILLAGE) -> ServiceUnit:
    return ServiceUnit.objects.get(area=area)


def test_a_keeper_enters_what_the_point_paid(cast: Cast) -> None:
    cost = services.record_cost(by=cast.keeper.actor, unit=_unit(), given=RENT, now=NOW)

    assert cost.month == date(2026, 10, 1)
    assert cost.amount == Money(30_000, "CNY")
    assert cost.area_path == VILLAGE
    act = Act.objects.get(act="statistics.record_cost")
    assert act.details == {"month": "2026-10", "kind": "rent", "amount": "300.00 CNY"}


def test_a_correction_names_the_version_it_was_made_from(cast: Cast) -> None:
    first = services.record_cost(by=cast.keeper.actor, unit=_unit(), given=RENT, now=NOW)
    less = CostGiven(RENT.month, CostKind.RENT, Money(25_000, "CNY"))

    corrected = services.record_cost(by=cast.station.actor, unit=_unit(), given=less, version=first.version, now=NOW)

    assert OutletCost.objects.get() == corrected
    assert (corrected.amount_minor, corrected.note, corrected.version) == (25_000, "", 2)


@pytest.mark.parametrize("version", [0, 7])
def test_a_correction_of_what_somebody_changed_is_refused(cast: Cast, version: int) -> None:
    services.record_cost(by=cast.keeper.actor, unit=_unit(), given=RENT, now=NOW)
    less = CostGiven(RENT.month, CostKind.RENT, Money(25_000, "CNY"))

    with pytest.raises(Stale):
        services.record_cost(by=cast.keeper.actor, unit=_unit(), given=less, version=version, now=NOW)

    assert OutletCost.objects.get().amount_minor == 30_000
    assert Act.objects.filter(act="statistics.record_cost").count() == 1


def test_a_correction_of_what_is_not_there_is_refused(cast: Cast) -> None:
    with pytest.raises(Stale):
        services.record_cost(by=cast.keeper.actor, unit=_unit(), given=RENT, version=1, now=NOW)


@pytest.mark.parametrize("who", ["neighbour", "stranger", "bureau", "farmer", "clerk", "driver"])
def test_nobody_else_enters_costs(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        services.record_cost(by=getattr(cast, who).actor, unit=_unit(), given=RENT, now=NOW)

    assert not OutletCost.objects.exists()
    assert not Act.objects.filter(act="statistics.record_cost").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (CostGiven(date(2026, 12, 1), CostKind.RENT, Money(1, "CNY")), "month"),
        (CostGiven(date(2019, 12, 31), CostKind.RENT, Money(1, "CNY")), "month"),
        (CostGiven(date(2026, 10, 1), CostKind.RENT, Money(-1, "CNY")), "amount"),
        (CostGiven(date(2026, 10, 1), CostKind.RENT, Money(10**9 + 1, "CNY")), "amount"),
        (CostGiven(date(2026, 10, 1), CostKind.RENT, Money(1, "USD")), "amount"),
        (CostGiven(date(2026, 10, 1), CostKind.RENT, Money(1, "CNY"), "x" * 201), "note"),
        (CostGiven(date(2026, 10, 1), CostKind.RENT, Money(1, "CNY"), "11010519491231002X"), "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, given: CostGiven, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.record_cost(by=cast.keeper.actor, unit=_unit(), given=given, now=NOW)

    assert refused.value.field == field
    assert not OutletCost.objects.exists()


def test_the_costs_of_another_village_are_the_neighbours(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        services.record_cost(by=cast.keeper.actor, unit=_unit(NEIGHBOUR_VILLAGE), given=RENT, now=NOW)


@plants("a cost lies where its outlet does")
def test_a_cost_that_counts_for_another_village_is_named(cast: Cast) -> None:
    cost = services.record_cost(by=cast.keeper.actor, unit=_unit(), given=RENT, now=NOW)
    assert found() == {}
    OutletCost.objects.filter(pk=cost.pk).update(area_path=NEIGHBOUR_VILLAGE)
    assert found() == {"a cost lies where its outlet does": [f"cost {cost.pk}"]}
