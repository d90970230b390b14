"""Which rows make up each figure, who sees them, and how they are listed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from terrace.catalog import queries as catalog
from terrace.catalog.models import Product
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.http.ways import number_in, urls_of
from terrace.kernel.actors import Actor
from terrace.kernel.money import Money
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, _
from terrace.ledger import queries as ledger
from terrace.ledger.domain import Permission as Ledger
from terrace.ledger.domain import Reason
from terrace.ledger.models import Entry
from terrace.logistics import queries as logistics
from terrace.logistics.domain import Direction, ParcelStatus
from terrace.logistics.domain import Permission as Logistics
from terrace.logistics.models import Parcel
from terrace.market import queries as market
from terrace.market.domain import OrderStatus
from terrace.market.domain import Permission as Market
from terrace.market.models import Order, OrderLine
from terrace.network import queries as network
from terrace.network.models import Area
from terrace.registry import queries as registry
from terrace.registry.models import Party
from terrace.sourcing import queries as sourcing
from terrace.sourcing.domain import Permission as Sourcing
from terrace.sourcing.models import Purchase
from terrace.statistics.domain import FigureKind
from terrace.statistics.forms import Chosen
from terrace.statistics.views import leads

NOTHING = Empty(_("Nothing in this period"), _("What is counted here is listed here, row by row."))


@dataclass(frozen=True, slots=True)
class Behind:
    """Where the rows stand that make up an area's figures for a choice of period."""

    actor: Actor
    area: Area
    chosen: Chosen

    def url(self, kind: FigureKind) -> str:
        """Return the rows behind one figure, "" where the reader does not see them."""
        source = SOURCES.get(kind)
        if source is None or not self.actor.may(source.permission, self.area.path):
            return ""
        return f"{_rows_path(self.area.code, kind.value)}?{self.chosen.query()}"


@lru_cache(maxsize=16_384)
def _rows_path(code: str, kind: str) -> str:
    """Return the address of the rows behind an area's figure: one page leads to hundreds of them."""
    return reverse("statistics:rows", args=[code, kind])


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of a figure: who sees them, how they are found, how they are listed for whom, what they add up to."""

    permission: StrEnum
    rows: Callable[[Behind], Any]
    table: Callable[[Actor], Table[Any, Any]]
    total: Callable[[Any], int]


@dataclass(frozen=True, slots=True)
class Paid:
    """An entry with the household that it was booked to, and the place of it."""

    entry: Entry
    party: Party
    place: Names
    url: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with the name of the place that it counts for, its own page, and that of what it is about."""

    row: Any
    place: Names
    url: str = ""
    about_url: str = ""


def _added(column: str) -> Callable[[Any], int]:
    """Return what adds up a column of the rows."""

    def total(rows: Any) -> int:
        return int(rows.order_by().aggregate(sum=Sum(column))["sum"] or 0)

    return total


def _net(rows: Any) -> int:
    return _added("amount_minor")(rows) - _added("refunded_minor")(rows)


def _premiums(rows: Any) -> int:
    return sourcing.sum_of_purchases(rows).above.minor


def _counted(rows: Any) -> int:
    found: int = rows.count()
    return found


def _places(rows: Sequence[Any]) -> dict[str, Names]:
    return dict(network.names_at({row.area_path for row in rows}))


def _lines(behind: Behind) -> Any:
    return market.lines_sold_visible_to(behind.actor, behind.area.path, *_when_and_what(behind))


def _lines_given_back(behind: Behind) -> Any:
    return _lines(behind).filter(refunded_minor__gt=0)


def _orders(behind: Behind) -> Any:
    return market.orders_sold_visible_to(behind.actor, behind.area.path, *_when_and_what(behind))


def _when_and_what(behind: Behind) -> tuple[list[tuple[date, date]], int | None]:
    days, product = behind.chosen.period.days, behind.chosen.product
    return [(days.first, days.last)], product.pk if product else None


def _placed_lines(actor: Actor, rows: Sequence[OrderLine]) -> list[Placed]:
    """Give each line the name of its place and the page of its order."""
    places, urls = _places(rows), leads.of_orders(actor, {row.order.number for row in rows})
    return [Placed(row, places.get(row.area_path, {}), urls.get(row.order.number, "")) for row in rows]


def _line_table(actor: Actor) -> Table[OrderLine, Placed]:
    return Table(
        name="sales",
        columns=(
            Column("order", _("Order"), lambda one: one.row.order.number, Kind.CODE, sort="order__number"),
            Column("paid_at", _("Paid"), lambda one: one.row.order.paid_at, Kind.DATETIME, sort="order__paid_at"),
            Column("title", _("Goods"), lambda one: one.row.title),
            Column("quantity", _("Boxes"), lambda one: one.row.quantity, Kind.NUMBER, sort="quantity"),
            Column("content", _("Quantity"), lambda one: one.row.content, Kind.QUANTITY),
            Column("amount", _("Amount"), lambda one: one.row.amount, Kind.MONEY, sort="amount_minor"),
            Column("refunded", _("Given back"), lambda one: one.row.refunded, Kind.MONEY, sort="refunded_minor"),
            Column("net", _("Net"), lambda one: one.row.amount - one.row.refunded, Kind.MONEY),
            Column("place", _("Place"), lambda one: one.place, Kind.NAMES),
        ),
        present=partial(_placed_lines, actor),
        order=("-order__paid_at", "-id"),
        empty=NOTHING,
        url=lambda one: one.url,
    )


def _placed_orders(actor: Actor, rows: Sequence[Order]) -> list[Placed]:
    """Give each order the name of its seller's place and its page."""
    places, urls = _places(rows), leads.of_orders(actor, {row.number for row in rows})
    return [Placed(row, places.get(row.area_path, {}), urls.get(row.number, "")) for row in rows]


def _order_table(actor: Actor) -> Table[Order, Placed]:
    return Table(
        name="orders",
        columns=(
            Column("order", _("Order"), lambda one: one.row.number, Kind.CODE, sort="number"),
            Column("paid_at", _("Paid"), lambda one: one.row.paid_at, Kind.DATETIME, sort="paid_at"),
            Column("status", _("State"), lambda one: OrderStatus(one.row.status), sort="status"),
            Column("boxes", _("Boxes"), lambda one: one.row.boxes_here, Kind.NUMBER, sort="boxes_here"),
            Column("amount", _("Goods from here"), _goods_here, Kind.MONEY, sort="goods_here"),
            Column("place", _("Seller in"), lambda one: one.place, Kind.NAMES),
        ),
        present=partial(_placed_orders, actor),
        order=("-paid_at", "-id"),
        empty=NOTHING,
        url=lambda one: one.url,
    )


def _goods_here(one: Placed) -> Money:
    return Money(one.row.goods_here, one.row.currency)


def _entries(behind: Behind) -> Any:
    days = behind.chosen.period.days
    firms = registry.ids_of_firms()
    return ledger.income_entries_visible_to(behind.actor, behind.area.path, [(days.first, days.last)], firms)


def _entry_table(actor: Actor) -> Table[Entry, Paid]:
    return Table(
        name="income",
        columns=(
            Column("at", _("Booked"), lambda one: one.entry.at, Kind.DATETIME, sort="at"),
            Column("household", _("Household"), lambda one: one.party.name),
            Column("number", _("Number"), lambda one: one.party.number, Kind.CODE),
            Column("part", _("For"), lambda one: Reason(one.entry.reason)),
            Column("about", _("About"), lambda one: number_in(one.entry.transfer.reference), Kind.CODE),
            Column("amount", _("Amount"), lambda one: one.entry.amount, Kind.MONEY, sort="amount_minor"),
            Column("place", _("Place"), lambda one: one.place, Kind.NAMES),
        ),
        present=partial(_paid, actor),
        order=("-at", "-id"),
        empty=NOTHING,
        url=lambda one: one.url,
    )


def _paid(actor: Actor, entries: Sequence[Entry]) -> list[Paid]:
    """Give each entry its household, and the page of what it was paid for, or else of its transfer."""
    parties = registry.parties_by_id(entry.account.party_id for entry in entries if entry.account.party_id)
    places, urls = _places(entries), urls_of(actor, {entry.transfer.reference for entry in entries})
    return [
        Paid(
            entry,
            parties[entry.account.party_id],
            places.get(entry.area_path, {}),
            urls.get(entry.transfer.reference) or reverse("ledger:transfer", args=[entry.transfer.number]),
        )
        for entry in entries
        if entry.account.party_id
    ]


def _parcels(direction: Direction, behind: Behind) -> Any:
    days = behind.chosen.period.days
    spans = [(days.first, days.last)]
    return logistics.parcels_between_visible_to(behind.actor, behind.area.path, spans, direction)


def _placed_parcels(actor: Actor, rows: Sequence[Parcel]) -> list[Placed]:
    """Give each parcel the name of its place, its page, and that of the order that it is about."""
    places, own = _places(rows), leads.of_parcels(actor, {row.number for row in rows})
    orders = leads.of_orders(actor, {number_in(row.reference) for row in rows})
    return [
        Placed(
            row,
            places.get(row.area_path, {}),
            own.get(row.number, ""),
            orders.get(number_in(row.reference), ""),
        )
        for row in rows
    ]


def _parcel_table(actor: Actor) -> Table[Parcel, Placed]:
    return Table(
        name="parcels",
        columns=(
            Column("number", _("Parcel"), lambda one: one.row.number, Kind.CODE, sort="number"),
            Column("created_at", _("Registered"), lambda one: one.row.created_at, Kind.DATETIME, sort="created_at"),
            Column("sent_at", _("Handed to the carrier"), lambda one: one.row.sent_at, Kind.DATETIME, sort="sent_at"),
            Column("status", _("State"), lambda one: ParcelStatus(one.row.status), sort="status"),
            Column(
                "about",
                _("About"),
                lambda one: number_in(one.row.reference),
                Kind.CODE,
                sort="reference",
                url=lambda one: one.about_url,
            ),
            Column("weight", _("Weight"), _weight, Kind.QUANTITY, sort="weight_grams"),
            Column("place", _("Place"), lambda one: one.place, Kind.NAMES),
        ),
        present=partial(_placed_parcels, actor),
        order=("-created_at", "-id"),
        empty=NOTHING,
        url=lambda one: one.url,
    )


def _weight(one: Placed) -> Quantity:
    return Quantity(one.row.weight_grams, Unit.KILOGRAM)


def _purchases(behind: Behind) -> Any:
    return sourcing.purchases_between_visible_to(behind.actor, behind.area.path, *_when_and_what(behind))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A purchase with the names of its product and its place."""

    row: Purchase
    product: Product
    place: Names
    url: str


def _weighed(actor: Actor, purchases: Sequence[Purchase]) -> list[Weighed]:
    products = catalog.products_by_id({purchase.product_id for purchase in purchases})
    places, urls = _places(purchases), leads.of_purchases(actor, {purchase.number for purchase in purchases})
    return [
        Weighed(one, products[one.product_id], places.get(one.area_path, {}), urls.get(one.number, ""))
        for one in purchases
    ]


def _purchase_table(actor: Actor) -> Table[Purchase, Weighed]:
    return Table(
        name="purchases",
        columns=(
            Column("number", _("Purchase"), lambda one: one.row.number, Kind.CODE, sort="number"),
            Column("at", _("Weighed"), lambda one: one.row.purchased_at, Kind.DATETIME, sort="purchased_at"),
            Column("product", _("Goods"), lambda one: one.product.names, Kind.NAMES),
            Column("quantity", _("Quantity"), lambda one: one.row.payable, Kind.QUANTITY, sort="payable_steps"),
            Column(
                "price", _("Price"), lambda one: one.row.price, Kind.MONEY, per=lambda one: Unit(one.product.unit).one
            ),
            Column("reference", _("Reference price"), lambda one: one.row.reference_price, Kind.MONEY),
            Column("premium", _("Above it"), lambda one: one.row.earned_premium, Kind.MONEY, sort="premium_minor"),
            Column("amount", _("Amount"), lambda one: one.row.amount, Kind.MONEY, sort="amount_minor"),
            Column("place", _("Place"), lambda one: one.place, Kind.NAMES),
        ),
        present=partial(_weighed, actor),
        order=("-purchased_at", "-id"),
        empty=NOTHING,
        url=lambda one: one.url,
    )


def _of_lines(total: Callable[[Any], int]) -> Source:
    return Source(Market.VIEW, _lines, _line_table, total)


def _of_purchases(column: str) -> Source:
    return Source(Sourcing.VIEW, _purchases, _purchase_table, _added(column))


def _of_parcels(direction: Direction) -> Source:
    return Source(Logistics.VIEW, partial(_parcels, direction), _parcel_table, _counted)


SOURCES: dict[FigureKind, Source] = {
    FigureKind.SALES: _of_lines(_added("amount_minor")),
    FigureKind.REFUNDED: Source(Market.VIEW, _lines_given_back, _line_table, _added("refunded_minor")),
    FigureKind.NET_SALES: _of_lines(_net),
    FigureKind.ORDERS: Source(Market.VIEW, _orders, _order_table, _counted),
    FigureKind.BOXES: _of_lines(_added("quantity")),
    FigureKind.PURCHASES: _of_purchases("amount_minor"),
    FigureKind.PREMIUM: Source(Sourcing.VIEW, _purchases, _purchase_table, _premiums),
    FigureKind.INCOME: Source(Ledger.VIEW, _entries, _entry_table, _added("amount_minor")),
    FigureKind.PARCELS_UP: _of_parcels(Direction.UP),
    FigureKind.PARCELS_DOWN: _of_parcels(Direction.DOWN),
}
