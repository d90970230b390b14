"""What the public page of a lot tells of its purchase: when, and how much above the market, never from whom."""

from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.kernel.words import _
from terrace.sourcing.models import Purchase
from terrace.sourcing.queries.purchases import purchases_of_lots
from terrace.traceability import queries as lots
from terrace.traceability.domain import Fact, Section


def trace_of(lot_id: int) -> Section | None:
    """Return what was bought at points of a lot or of the lots that it was split or merged from, None for nothing."""
    roots = [root for root, _steps in lots.composition([lot_id]).get(lot_id, [])]
    bought = list(purchases_of_lots(roots).values())
    if not bought:
        return None
    days = sorted({clock.today(purchase.purchased_at) for purchase in bought})
    facts = [Fact(_("Bought on"), days[0])]
    if len(days) > 1:
        facts.append(Fact(_("Until"), days[-1]))
    above = _above(bought)
    if above is not None and above.minor > 0:
        one = Unit(bought[0].measure).one
        facts.append(Fact(_("Above the market price"), written.price(above, one)))
    return Section(_("Bought at the point"), tuple(facts))


def _above(bought: list[Purchase]) -> Money | None:
    """Return how much more than the market one unit brought, over all that was bought; None where no price is known."""
    known = [(purchase, purchase.premium) for purchase in bought if purchase.premium is not None]
    if not known:
        return None
    whole = sum(purchase.payable_steps for purchase, _premium in known)
    first, premium = known[0]
    total = sum((more for _purchase, more in known[1:]), start=premium)
    return total.per(first.payable.unit.steps, whole)
