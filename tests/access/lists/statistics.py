"""Lists of figures: the areas below, the rows behind a figure, the outlets of an area."""

from terrace.kernel import clock
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast
from tests.statistics.sold import sell


def _village(cast: Cast, number: int) -> None:
    factories.AreaFactory(code=f"{VILLAGE[:9]}{300 + number}")


def _township(cast: Cast, number: int) -> None:
    factories.AreaFactory(code=f"{VILLAGE[:6]}{300 + number}")


def _outlet(cast: Cast, number: int) -> None:
    factories.UnitFactory(area=factories.AreaFactory(code=f"{VILLAGE[:9]}{300 + number}"))


def _sold(cast: Cast, number: int) -> None:
    """Sell goods of a village of its own."""
    area = factories.AreaFactory(code=f"{VILLAGE[:9]}{300 + number}")
    sell(factories.HouseholdFactory(area=area), clock.now())


PAGES = {
    "statistics:figures": Case(_township),
    "statistics:figures_of": Case(_village, values=(VILLAGE[:9],)),
    "statistics:outlets": Case(_outlet),
    "statistics:rows": Case(_sold, values=(VILLAGE[:6], "sales")),
}
