"""Lists of lots."""

from terrace.kernel.actors import SYSTEM
from terrace.kernel.quantity import Quantity, Unit
from terrace.network.models import ServiceUnit
from terrace.traceability import services
from tests import factories
from tests.access.lists import Case
from tests.conftest import VILLAGE, Cast


def _lot(cast: Cast, number: int) -> None:
    """Take in a lot of a product, a household and a point of its own."""
    area = factories.AreaFactory(code=f"{VILLAGE[:9]}{300 + number}")
    product = factories.ProductFactory(code=f"lot-{number}")
    point: ServiceUnit = factories.UnitFactory(area=area)
    household = factories.HouseholdFactory(area=area)
    amount = Quantity(20_000, Unit.KILOGRAM)
    services.create_lot(
        by=SYSTEM,
        new=services.NewLot(
            product.pk, factories.VarietyFactory(product=product).pk, amount, household.pk, area.code, point.pk
        ),
    )


PAGES = {"traceability:lots": Case(_lot)}
REST = {"/lots": Case(_lot)}
