"""A statement's rows as its page and its sheet of paper write them, and the whole of it for paper."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from terrace.http import written
from terrace.http.small_tables import Cell, Head, plain
from terrace.http.ways import urls_of
from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.deployment import current
from terrace.kernel.money import Money
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Text, _, in_context, in_language, one_by_one
from terrace.ledger.domain import Reason
from terrace.market.queries import Earned
from terrace.sourcing.models import Purchase, PurchaseLoss
from terrace.statistics.domain.statements import Flow, SoldBy
from terrace.statistics.queries import Crop, HouseholdStatement, MoneyLine, Year
from terrace.statistics.queries.crops import together
from terrace.statistics.views import leads, telling
from terrace.statistics.views.grids import Grid
from terrace.traceability.domain import LossReason


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a statement's rows lead: addresses by reference, and of transfers by their numbers. Paper leads nowhere."""

    about: Mapping[str, str] = field(default_factory=dict)
    transfers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, statement: HouseholdStatement) -> "Ways":
        """Return where the rows of a statement lead this reader."""
        transfers = [line.entry.transfer for line in statement.lines]
        purchases = (*statement.purchases, *statement.owed, *(loss.purchase for loss in statement.losses))
        about = urls_of(
            actor,
            {
                *(transfer.reference for transfer in transfers),
                *(sale.order.reference for sale in statement.sales),
                *(f"purchase/{purchase.number}" for purchase in purchases),
            },
        )
        if not statement.lines:
            return cls(about)
        account_id = statement.lines[0].entry.account_id
        return cls(about, leads.of_transfers(actor, account_id, [transfer.number for transfer in transfers]))

    def to_purchase(self, purchase: Purchase) -> str:
        """Return the page of a purchase."""
        return self.about.get(f"purchase/{purchase.number}", "")

    def to_reason(self, line: MoneyLine) -> str:
        """Return the page that explains why money moved: of what it was for, or else of the transfer itself."""
        transfer = line.entry.transfer
        return self.about.get(transfer.reference) or self.transfers.get(transfer.number, "")


NOWHERE = Ways()


def sold(statement: HouseholdStatement) -> Money:
    """Return what goods were sold for in the statement's period."""
    return statement.flows.get(Flow.SALES, Money(0, current().currency))


def flows_of(statement: HouseholdStatement) -> list[tuple[Text, Money]]:
    """Return what the account's money was for, its fees by who got them; what carriers' parcels cost comes after."""
    rows: list[tuple[Text, Money]] = []
    for flow, amount in statement.flows.items():
        if flow is not Flow.FEES:
            rows.append((flow.label, amount))
            continue
        parts = [(_("Fee: %(part)s") % {"part": part.label}, -fee) for part, fee in statement.fees.items()]
        rest = amount + together(statement.fees.values())
        rows += [*parts, *([(flow.label, rest)] if rest else [])]
    return rows


def of_statement(statement: HouseholdStatement) -> dict[str, Any]:
    """Return a statement as its sheet takes it: every word and amount written out in the reader's language."""
    return {
        "title": _("Household statement"),
        "foot": f"{statement.party.name} · {statement.party.number}",
        "facts": [
            [_("Household"), statement.party.name],
            [_("Number"), statement.party.number],
            [_("Period"), telling.name_of(statement.period)],
            [_("Printed"), written.localdate(clock.today())],
            [_("Above the reference price"), written.money(statement.premium)],
            [_("Still owed"), written.money(statement.owed_amount)],
        ],
        "balance": {
            "title": _("The account"),
            "rows": [
                [_("At the beginning"), written.money(statement.opening)],
                *([label, written.money(amount)] for label, amount in flows_of(statement)),
            ],
            "total": [_("At the end"), written.money(statement.closing)],
        },
        "tables": [grid.on_paper for grid in _tables(statement) if grid.rows],
        "note": _("What was sold, paid and owed stands in the ledger; ask at your service point about any line."),
    }


def _tables(statement: HouseholdStatement) -> list[Grid]:
    """Return the tables of a statement in the order in which people read them."""
    return [
        bought(statement),
        earned(statement),
        owed(statement),
        lost(statement),
        entries(statement),
        seasons(statement),
        years(statement),
    ]


def bought(statement: HouseholdStatement, ways: Ways = NOWHERE) -> Grid:
    """Return what was bought of the household in the period, each leading to its purchase."""
    rows = [_purchase(one, _goods(statement, one), ways) for one in statement.purchases]
    heads = [
        Head(_("Day")),
        Head(_("Goods")),
        *(Head(label, True) for label in (_("Quantity"), _("Price"), _("Reference"), _("Above it"), _("Amount"))),
        Head(_("Paid"), True),
    ]
    amount, paid = (together(getattr(one, name) for one in statement.purchases) for name in ("amount", "paid"))
    total = ["", "", "", "", *(written.money(one) for one in (statement.premium, amount, paid))]
    return Grid(_("Bought from the household"), heads, rows, wide=1, total=total)


def _goods(statement: HouseholdStatement, purchase: Purchase) -> str:
    return in_language(statement.products[purchase.product_id].names)


def _purchase(one: Purchase, goods: str, ways: Ways) -> list[Cell]:
    return [
        (_day(one.purchased_at), ways.to_purchase(one)),
        *plain(
            goods,
            written.quantity(one.payable),
            written.price(one.price, Unit(one.measure).one),
            _or_nothing(one.reference_price),
            _or_nothing(one.earned_premium),
            written.money(one.amount),
            written.money(one.paid),
        ),
    ]


def earned(statement: HouseholdStatement, ways: Ways = NOWHERE) -> Grid:
    """Return the household's own orders of the period: what each came to, its fees, and what was booked.

    Who got how much of the fees stands with the account, and behind each order.
    """
    heads = (
        Head(_("Day")),
        Head(_("Order")),
        Head(_("Goods")),
        Head(_("Sold for"), True),
        Head(_("Fees"), True),
        Head(_("Booked"), True),
    )
    sums = (together(amounts) for amounts in zip(*map(_of_sale, statement.sales), strict=True))
    total = ["", "", *(written.money(one) for one in sums)]
    rows = [_sale(sale, ways) for sale in statement.sales]
    return Grid(_("Sold on the market by the household"), heads, rows, wide=2, total=total)


def _of_sale(sale: Earned) -> tuple[Money, ...]:
    return sale.gross, -sale.taken, sale.left


def _sale(sale: Earned, ways: Ways) -> list[Cell]:
    goods = one_by_one(f"{line.title} ({written.quantity(line.content)})" for line in sale.lines)
    amounts = (written.money(amount) for amount in _of_sale(sale))
    about = (sale.order.number, ways.about.get(sale.order.reference, ""))
    return [(_day(sale.at), ""), about, *plain(goods, *amounts)]


def owed(statement: HouseholdStatement, ways: Ways = NOWHERE) -> Grid:
    """Return what is still owed to the household, and why it waits."""
    rows = [
        [
            (_day(one.purchased_at), ""),
            *plain(_goods(statement, one)),
            (one.number, ways.to_purchase(one)),
            *plain(one.state.label, written.money(one.owed)),
        ]
        for one in statement.owed
    ]
    heads = (
        Head(_("Day")),
        Head(_("Goods")),
        Head(_("Purchase")),
        Head(_("Why it waits")),
        Head(_("Still owed"), True),
    )
    return Grid(_("Still owed"), heads, rows, wide=3, total=["", "", "", written.money(statement.owed_amount)])


def lost(statement: HouseholdStatement, ways: Ways = NOWHERE) -> Grid:
    """Return what was lost in the period before it was sold: why, and who bears it."""
    heads = (
        Head(_("Day")),
        Head(_("Goods")),
        Head(_("Quantity"), True),
        Head(_("Why")),
        Head(_("Who bears it")),
        Head(_("Amount"), True),
    )
    rows = [_loss(loss, _goods(statement, loss.purchase), ways) for loss in statement.losses]
    return Grid(_("Lost before it was sold"), heads, rows, wide=3)


def _loss(loss: PurchaseLoss, goods: str, ways: Ways) -> list[Cell]:
    who = _("The buyer has paid it") if loss.borne_at else _("Borne by the household")
    why, amount = LossReason(loss.reason).label, written.money(loss.amount)
    return [
        (_day(loss.lost_at), ways.to_purchase(loss.purchase)),
        *plain(goods, written.quantity(loss.quantity), why, who, amount),
    ]


def entries(statement: HouseholdStatement, ways: Ways = NOWHERE) -> Grid:
    """Return the account line by line, each leading to what explains it."""
    rows = [_entry(line, ways) for line in statement.lines]
    heads = (
        Head(_("Day")),
        Head(_("What")),
        Head(_("About")),
        Head(_("Amount"), True),
        Head(_("On the account"), True),
    )
    return Grid(_("Line by line"), heads, rows, wide=1)


def _entry(line: MoneyLine, ways: Ways) -> list[Cell]:
    transfer = line.entry.transfer
    about = transfer.memo or transfer.reference.rpartition("/")[2]
    return [
        *plain(_day(line.entry.at), Reason(transfer.reason).label),
        (about, ways.to_reason(line)),
        *plain(written.money(line.entry.amount), written.money(line.balance)),
    ]


def seasons(statement: HouseholdStatement) -> Grid:
    """Return every season of every product by the way that the goods went, the latest last; losses where there are."""
    crops = statement.seasons[::-1]
    told = [(head, amount) for head, amount in AMOUNTS if amount is not _lost or any(map(_lost, crops))]
    heads = (
        Head(_("Season")),
        Head(_("Goods")),
        Head(_("Quantity"), True),
        *(Head(head, True) for head, _amount in told),
    )
    rows = [[*_crop(crop), *plain(*(written.money(amount(crop)) for _head, amount in told))] for crop in crops]
    total = ["", "", *(written.money(together(map(amount, crops))) for _head, amount in told)]
    return Grid(_("Season by season"), heads, rows, wide=1, total=total if crops else ())


def _lost(crop: Crop) -> Money:
    return -crop.lost


AMOUNTS: Sequence[tuple[Text, Callable[[Crop], Money]]] = (
    (_("Amount"), lambda crop: crop.amount),
    (_("Of it premium"), lambda crop: crop.premium),
    (_("Fees"), lambda crop: -crop.fees),
    (in_context("a lot", "Lost"), _lost),
    (_("Paid"), lambda crop: crop.paid),
    (_("Still owed"), lambda crop: crop.owed),
)
"""What is told of a season: an amount, and what of it went elsewhere, came and is to come."""


def _crop(crop: Crop) -> list[Cell]:
    goods = f"{in_language(crop.product.names)} · {SoldBy(crop.way).label}"
    return plain(telling.season_name(crop.period), goods, written.quantity(crop.quantity))


def years(statement: HouseholdStatement, url: str = "") -> Grid:
    """Return year by year what came and went and what lay on the account then; each leads to its own statement."""
    heads = (
        Head(_("Year")),
        Head(Flow.SALES.label, True),
        Head(_("Of it premium"), True),
        Head(Flow.FEES.label, True),
        Head(_("Paid out"), True),
        Head(Flow.OTHER.label, True),
        Head(_("On the account"), True),
    )
    return Grid(_("Year by year"), heads, [_year(one, url) for one in statement.years[::-1]], wide=0)


def _year(year: Year, url: str) -> list[Cell]:
    amounts = (year.sold, year.premium, year.sum_of(Flow.FEES), year.sum_of(Flow.PAYOUTS), year.other, year.closing)
    link = f"{url}?span=year&on={year.year}-01-01" if url else ""
    return [(str(year.year), link), *plain(*(written.money(amount) for amount in amounts))]


def _or_nothing(amount: Money | None) -> str:
    return written.money(amount) or written.NOTHING


def _day(at: datetime) -> str:
    return written.localdate(clock.today(at))
