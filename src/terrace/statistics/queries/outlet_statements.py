"""The statement of an outlet's month: fees by carrier, shares of orders, cash handled, costs, what is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part, Reason
from terrace.logistics import queries as logistics
from terrace.logistics.queries import CarrierFees
from terrace.network.models import ServiceUnit
from terrace.registry import queries as registry
from terrace.statistics.domain import CostKind, MonthResult, Period, Span, month_of
from terrace.statistics.models import OutletCost
from terrace.statistics.queries.outlets import months_of


@dataclass(frozen=True, slots=True)
class OutletStatement:
    """A month of an outlet. `others` is what it earned by other services, such as shares of orders, by part.

    `fees` and `others` together are what the ledger booked to its account for its services.
    """

    unit: ServiceUnit
    month: date
    fees: Sequence[tuple[str, CarrierFees]]
    others: Mapping[tuple[Reason, Part], Money]
    owed: Money
    cash_parcels: int
    cash_taken: Money
    cash_handed_in: Money
    cash_owed: Money
    costs: Mapping[CostKind, OutletCost]
    result: MonthResult

    @property
    def from_parcels(self) -> Money:
        """What carriers paid for parcels."""
        return sum((fees.amount for _, fees in self.fees), start=Money(0, current().currency))


def outlet_statement(unit: ServiceUnit, month: date) -> OutletStatement:
    """Return the statement of an outlet for the month of a day. The caller has authorised it."""
    days = Period.of(Span.MONTH, month_of(month)).days
    [told] = months_of(unit, month, 1)
    fees = logistics.outlet_fees(unit.pk, days.first, days.last)
    carriers = registry.parties_by_id(one.payer_id for one in fees)
    count, taken, handed_in = logistics.cash_between(unit.pk, days.first, days.last)
    nothing = Money(0, current().currency)
    earned = ledger.unit_earnings_by_reason(unit.pk, days.first, days.last)
    return OutletStatement(
        unit=unit,
        month=told.month,
        fees=[(carriers[one.payer_id].name, one) for one in fees],
        others=_others(earned, fees),
        owed=logistics.owed_to(unit.pk),
        cash_parcels=count,
        cash_taken=taken,
        cash_handed_in=handed_in,
        cash_owed=ledger.cash_owed_by_units([unit.pk]).get(unit.pk, nothing),
        costs=told.costs,
        result=told.result,
    )


def _others(
    earned: Mapping[tuple[Reason, Part], Money], fees: Sequence[CarrierFees]
) -> dict[tuple[Reason, Part], Money]:
    """Return what was earned but by carriers' fees for parcels."""
    nothing = Money(0, current().currency)
    by_parcels = {(Reason.FEE, Part.OUTLET): sum((one.amount for one in fees), start=nothing)}
    rest = {key: amount - by_parcels.get(key, nothing) for key, amount in earned.items()}
    return {key: amount for key, amount in rest.items() if amount}
