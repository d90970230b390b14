"""What must hold of notices and advice; and all that must hold here."""

from collections.abc import Iterable

from django.db.models import Q

from terrace.catalog import queries as catalog
from terrace.kernel import clock
from terrace.kernel.checks import Check, misplaced
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing.models import AdviceReceipt, DemandNotice, SupplyNotice
from terrace.sourcing.queries.mandate_checks import MANDATE_CHECKS
from terrace.sourcing.queries.notices import open_on
from terrace.sourcing.queries.purchase_checks import PURCHASE_CHECKS


def _notices_elsewhere() -> Iterable[str]:
    rows = [
        row
        for model in (SupplyNotice, DemandNotice)
        for row in model.objects.order_by("number").values_list("number", "area_id", "area_path")
    ]
    return misplaced(rows, network.paths_of({code for _, code, _ in rows}))


def _notices_in_another_unit() -> Iterable[str]:
    rows = [
        row
        for model in (SupplyNotice, DemandNotice)
        for row in model.objects.order_by("number").values_list("number", "product_id", "unit")
    ]
    products = catalog.products_by_id({product_id for _, product_id, _ in rows})
    return (number for number, product_id, unit in rows if products[product_id].unit != unit)


def _open_while_resting() -> Iterable[str]:
    """A party is let rest and its notices are withdrawn in one transaction, and it records none while it rests."""
    counts = open_on(clock.today())
    rows = [
        row
        for model in (SupplyNotice, DemandNotice)
        for row in model.objects.filter(counts).order_by("number").values_list("number", "party_id")
    ]
    parties = registry.parties_by_id({party_id for _, party_id in rows})
    return (number for number, party_id in rows if not parties[party_id].is_active)


def _half_acknowledged() -> Iterable[str]:
    half = Q(acknowledged_at__isnull=True) ^ Q(acknowledged_by__isnull=True)
    return (f"receipt {pk}" for pk in AdviceReceipt.objects.filter(half).order_by("id").values_list("pk", flat=True))


CHECKS = (
    Check("a notice lies in its area", _notices_elsewhere),
    Check("a notice counts in its product's unit", _notices_in_another_unit),
    Check("a party with an open notice takes part", _open_while_resting),
    Check("who took note of advice is known with the time", _half_acknowledged),
    *PURCHASE_CHECKS,
    *MANDATE_CHECKS,
)
