"""A household's statement: its ledger account between two days, and the goods that it was bought."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part, Reason
from terrace.ledger.domain import Permission as Ledger
from terrace.ledger.models import Account, Entry
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.domain import Permission as Registry
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.statistics.domain import Days, Period, Span
from terrace.statistics.domain.statements import Flow, flow_of


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One entry of the account, what it was for, and what lay there after it."""

    entry: Entry
    flow: Flow
    balance: Money


@dataclass(frozen=True, slots=True)
class Crop:
    """What a household was bought of one product: in a period, or in one of its seasons."""

    product: Product
    period: Period
    quantity: Quantity
    amount: Money
    premium: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Year:
    """What a year brought and cost, by what it was for."""

    year: int
    flows: Mapping[Flow, Money]

    @property
    def sold(self) -> Money:
        """What was booked for goods."""
        return self.flows.get(Flow.SALES, Money(0, current().currency))


@dataclass(frozen=True, slots=True)
class HouseholdStatement:
    """What a household had, sold, paid and was paid out in a period; `closing` is what the ledger has on its last day.

    `purchases` and `losses` are those of the period; `owed` all that are not paid in full
    yet, of any time; `seasons` and `years` are everything there ever was.
    """

    party: Party
    period: Period
    opening: Money
    closing: Money
    flows: Mapping[Flow, Money]
    lines: Sequence[MoneyLine]
    purchases: Sequence[Purchase]
    owed: Sequence[Purchase]
    losses: Sequence[PurchaseLoss]
    crops: Sequence[Crop]
    seasons: Sequence[Crop]
    years: Sequence[Year]
    products: Mapping[int, Product]

    @property
    def premium(self) -> Money:
        """What the purchases of the period paid above the reference prices."""
        return _sum(crop.premium for crop in self.crops)

    @property
    def owed_amount(self) -> Money:
        """What is still to be paid to the household."""
        return _sum(purchase.owed for purchase in self.owed)


def may_see_statement(actor: Actor, party: Party) -> bool:
    """Say whether the actor may see a household's statement: its own, or for its task; see the README."""
    tasks = (Ledger.VIEW, Registry.PERSONAL)
    return actor.owns(party.pk) or any(actor.may(task, party.area_path) for task in tasks)


def get_household(actor: Actor, number: str) -> Party:
    """Return the household `number`, or raise `NotFound` when there is none or its statement is not for the actor."""
    party = registry.get_party(actor, number)
    if party.kind != Kind.HOUSEHOLD or not may_see_statement(actor, party):
        raise NotFound
    return party


def statement_of(party: Party, period: Period, today: date) -> HouseholdStatement:
    """Return a household's statement of a period, as far as it has come. The caller has authorised the look."""
    account, days = ledger.find_account_of_party(party.pk), period.so_far(today)
    lines, opening, closing = _money(account, days.first, days.last)
    bought = list(sourcing.purchases_from(party.pk))
    products = catalog.products_by_id({purchase.product_id for purchase in bought})
    within = [p for p in bought if days.first <= clock.today(p.purchased_at) <= days.last]
    return HouseholdStatement(
        party=party,
        period=period,
        opening=opening,
        closing=closing,
        flows=_summed((line.flow, line.entry.amount_minor) for line in lines),
        lines=lines,
        purchases=within,
        owed=[purchase for purchase in bought if purchase.owed.minor],
        losses=_losses(bought, days),
        crops=_crops(within, products, lambda purchase: period),
        seasons=_crops(bought, products, lambda purchase: _season(purchase, products[purchase.product_id])),
        years=_years(account),
        products=products,
    )


def _losses(bought: Sequence[Purchase], days: Days) -> list[PurchaseLoss]:
    """Return what was lost in these days of goods that were not sold yet."""
    found = sourcing.losses_of_purchases([purchase.pk for purchase in bought])
    return [loss for loss in found if days.first <= clock.today(loss.lost_at) <= days.last]


def _money(account: Account | None, first: date, last: date) -> tuple[list[MoneyLine], Money, Money]:
    """Return the account's entries with the balances before and after; a household without one never had money."""
    if account is None:
        nothing = Money(0, current().currency)
        return [], nothing, nothing
    found = ledger.statement(account, first, last)
    lines = [MoneyLine(one.entry, _flow(one.entry), one.balance) for one in found.entries]
    return lines, found.opening, found.closing


def _flow(entry: Entry) -> Flow:
    return flow_of(Reason(entry.reason), Part(entry.part))


def _years(account: Account | None) -> list[Year]:
    """Return every year of the account, the latest first."""
    sums = ledger.sums_by_year(account) if account else []
    by_year: dict[int, list[tuple[Flow, int]]] = {}
    for one in sums:
        by_year.setdefault(one.year, []).append((flow_of(one.reason, one.part), one.minor))
    return [Year(year, _summed(found)) for year, found in sorted(by_year.items(), reverse=True)]


def _summed(flows: Iterable[tuple[Flow, int]]) -> dict[Flow, Money]:
    """Return the sums by what the money was for, in the order of the statement; what did not happen is left out."""
    sums: Counter[Flow] = Counter()
    for flow, minor in flows:
        sums[flow] += minor
    return {flow: Money(sums[flow], current().currency) for flow in Flow if flow in sums}


def _season(purchase: Purchase, product: Product) -> Period:
    """Return the season in which a purchase lies; of what is made all the year round, its year."""
    on = clock.today(purchase.purchased_at)
    if product.season.is_all_year:
        return Period.of(Span.YEAR, on)
    return Period.of(Span.SEASON, on, product.season)


def _crops(
    purchases: Iterable[Purchase], products: Mapping[int, Product], period_of: Callable[[Purchase], Period]
) -> list[Crop]:
    """Return purchases summed by product and period, the latest period first."""
    found: dict[tuple[Period, int], list[Purchase]] = {}
    for purchase in purchases:
        found.setdefault((period_of(purchase), purchase.product_id), []).append(purchase)
    keys = sorted(found, key=lambda key: (-key[0].days.first.toordinal(), products[key[1]].code))
    return [_crop(products[product_id], period, found[period, product_id]) for period, product_id in keys]


def _crop(product: Product, period: Period, purchases: Sequence[Purchase]) -> Crop:
    unit = Unit(product.unit)
    return Crop(
        product=product,
        period=period,
        quantity=Quantity(sum(purchase.payable_steps for purchase in purchases), unit),
        amount=_sum(purchase.amount for purchase in purchases),
        premium=_sum(purchase.premium for purchase in purchases if purchase.premium is not None),
        paid=_sum(purchase.paid for purchase in purchases),
    )


def _sum(amounts: Iterable[Money]) -> Money:
    return sum(amounts, start=Money(0, current().currency))
