"""A household's statement: its ledger account between two days, and its goods: those bought, and its own sales."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.errors import NotFound
from terrace.kernel.money import Money
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Part, Reason
from terrace.ledger.domain import Permission as Ledger
from terrace.ledger.models import Account, Entry
from terrace.market import queries as market
from terrace.market.queries import Earned
from terrace.registry import queries as registry
from terrace.registry.domain import Kind
from terrace.registry.domain import Permission as Registry
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.statistics.domain import Days, Period
from terrace.statistics.domain.statements import Flow, flow_of
from terrace.statistics.queries.crops import Crop, seasons_of, together


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One entry of the account, what it was for, and what lay there after it."""

    entry: Entry
    flow: Flow
    balance: Money


@dataclass(frozen=True, slots=True)
class Year:
    """What a year brought and cost, by what it was for, and what lay on the account when it was over, or lies now.

    `premium` is what the purchases of the year paid above the reference prices:
    it is part of what was sold, and booked when the goods are paid.
    """

    year: int
    flows: Mapping[Flow, Money]
    premium: Money
    closing: Money

    @property
    def sold(self) -> Money:
        """What goods were sold for."""
        return self.sum_of(Flow.SALES)

    @property
    def other(self) -> Money:
        """What was paid in and what is told nowhere else."""
        return self.sum_of(Flow.DEPOSITS, Flow.OTHER)

    def sum_of(self, *flows: Flow) -> Money:
        """Return what these flows come to."""
        return together(self.flows[flow] for flow in flows if flow in self.flows)


@dataclass(frozen=True, slots=True)
class HouseholdStatement:
    """What a household had, sold, paid and was paid out in a period; `closing` is what the ledger has on its last day.

    `purchases`, `losses` and `sales`, orders of its own whose money was shared, are
    those of the period; `owed` all that are not paid in full yet, of any time; `seasons` and
    `years` are everything there ever was.
    """

    party: Party
    period: Period
    opening: Money
    closing: Money
    flows: Mapping[Flow, Money]
    lines: Sequence[MoneyLine]
    purchases: Sequence[Purchase]
    sales: Sequence[Earned]
    owed: Sequence[Purchase]
    losses: Sequence[PurchaseLoss]
    seasons: Sequence[Crop]
    years: Sequence[Year]
    products: Mapping[int, Product]

    @property
    def premium(self) -> Money:
        """What the purchases of the period paid above the reference prices."""
        return _premium(self.purchases)

    @property
    def owed_amount(self) -> Money:
        """What is still to be paid to the household."""
        return together(purchase.owed for purchase in self.owed)

    @property
    def fees(self) -> Mapping[Part, Money]:
        """What was taken out of its own sales in the period, by who got it, in the order of the chain."""
        parts = {part for sale in self.sales for part in sale.fees}
        return {part: together(s.fees[part] for s in self.sales if part in s.fees) for part in Part if part in parts}


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
    bought, earned = list(sourcing.purchases_from(party.pk)), market.earned_by(party.pk)
    products = catalog.products_by_id(
        {purchase.product_id for purchase in bought} | {line.product_id for sale in earned for line in sale.lines}
    )
    sales = [sale for sale in earned if days.first <= clock.today(sale.at) <= days.last]
    return HouseholdStatement(
        party=party,
        period=period,
        opening=opening,
        closing=closing,
        flows=_summed([*((line.flow, line.entry.amount_minor) for line in lines), *_gross(sales)]),
        lines=lines,
        purchases=[one for one in bought if days.first <= clock.today(one.purchased_at) <= days.last],
        sales=sales,
        owed=[purchase for purchase in bought if purchase.owed.minor],
        losses=_losses(bought, days),
        seasons=seasons_of(bought, earned, products),
        years=_years(account, bought, earned),
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


def _gross(sales: Iterable[Earned]) -> Iterator[tuple[Flow, int]]:
    """Yield what makes of booked amounts gross sales and fees: the ledger has only what is left after the fees.

    Both together are nothing, so that whatever the ledger booked, the flows add up to it.
    """
    for sale in sales:
        if sale.taken:
            yield Flow.SALES, sale.taken.minor
            yield Flow.FEES, -sale.taken.minor


def _years(account: Account | None, bought: Sequence[Purchase], earned: Sequence[Earned]) -> list[Year]:
    """Return every year of the account and of the purchases, the latest first."""
    booked: dict[int, list[tuple[Flow, int]]] = defaultdict(list)
    for one in ledger.sums_by_year(account) if account else []:
        booked[one.year].append((flow_of(one.reason, one.part), one.minor))
    for sale in earned:
        booked[clock.today(sale.at).year].extend(_gross([sale]))
    weighed: dict[int, list[Purchase]] = defaultdict(list)
    for purchase in bought:
        weighed[clock.today(purchase.purchased_at).year].append(purchase)
    years, closing = [], Money(0, current().currency)
    for year in sorted({*booked, *weighed}):
        flows = _summed(booked[year])
        closing += together(flows.values())
        years.append(Year(year, flows, _premium(weighed[year]), closing))
    return years[::-1]


def _summed(flows: Iterable[tuple[Flow, int]]) -> dict[Flow, Money]:
    """Return the sums by what the money was for, in the order of the statement; what did not happen is left out."""
    sums: Counter[Flow] = Counter()
    for flow, minor in flows:
        sums[flow] += minor
    return {flow: Money(sums[flow], current().currency) for flow in Flow if flow in sums}


def _premium(purchases: Iterable[Purchase]) -> Money:
    premiums = (purchase.earned_premium for purchase in purchases)
    return together(premium for premium in premiums if premium is not None)
