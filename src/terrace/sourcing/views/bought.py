"""Purchases as people read them: cards for lists and pages, fetched for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Unit
from terrace.kernel.words import Names, Text, _, in_context
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind as PartyKind
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import PaidState, PayRule, Permission
from terrace.sourcing.models import Purchase
from terrace.sourcing.queries import PURCHASE_SORTS

TONES = {
    PaidState.PAID: "good",
    PaidState.DUE: "warn",
    PaidState.AT_GRADING: "info",
    PaidState.AT_SALE: "info",
    PaidState.LOST: "warn",
    PaidState.VOID: "neutral",
}
SHORT = {
    **{state: state.label for state in PaidState},
    PaidState.DUE: in_context("payment", "Due"),
    PaidState.AT_GRADING: in_context("payment", "At grading"),
    PaidState.AT_SALE: in_context("payment", "At sale"),
    PaidState.LOST: in_context("payment", "Lost"),
}
"""Where the payment stands, in a word below the heading "Payment"."""
NEW = "sourcing:purchase_new"


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase with the names that belong to it; `producer` and `buyer` as far as the reader may know them."""

    purchase: Purchase
    goods: queries.Goods
    producer: str
    buyer: str
    place: Names

    @property
    def state(self) -> PaidState:
        """Where the payment stands."""
        return self.purchase.state


def cards_of(actor: Actor, purchases: Sequence[Purchase]) -> list[Bought]:
    """Return the cards of `purchases` in their order, with one look-up for each kind of name."""
    parties = registry.parties_by_id({pk for row in purchases for pk in (row.producer_id, row.buyer_id)})
    places = network.names_of({row.area_id for row in purchases})
    return [
        Bought(
            row,
            goods,
            name_for(actor, parties[row.producer_id], row),
            name_for(actor, parties[row.buyer_id], row),
            places.get(row.area_id, {}),
        )
        for row, goods in zip(purchases, queries.goods_of(purchases), strict=True)
    ]


def name_for(actor: Actor, party: Party, purchase: Purchase) -> str:
    """Return a party's name; a household's to itself and to the staff there and where it was weighed, else its number.

    Who bought from it has the number for the books, and reaches it through the point.
    """
    is_known = party.kind != PartyKind.HOUSEHOLD or actor.owns(party.pk)
    if is_known or any(actor.may(Permission.VIEW, path) for path in (party.area_path, purchase.area_path)):
        return party.name
    return party.number


SHEET_COLUMNS: tuple[Column[Bought], ...] = (
    Column("number", _("Number"), lambda card: card.purchase.number, Kind.CODE, sheet_only=True),
    Column("product_code", _("Product code"), lambda card: card.goods.product.code, sheet_only=True),
    Column("variety_code", _("Variety code"), lambda card: card.goods.variety_code, sheet_only=True),
    Column("gross", _("Gross"), lambda card: card.purchase.weighing.gross, Kind.QUANTITY, sheet_only=True),
    Column("tare", _("Tare"), lambda card: card.purchase.weighing.tare, Kind.QUANTITY, sheet_only=True),
    Column("payable", _("Paid weight"), lambda card: card.purchase.payable, Kind.QUANTITY, sheet_only=True),
    Column("reference", _("Reference price"), lambda card: card.purchase.reference_price, Kind.MONEY, sheet_only=True),
    Column("paid", _("Paid"), lambda card: card.purchase.paid, Kind.MONEY, sheet_only=True),
    Column("lost", _("Lost before it was sold"), lambda card: card.purchase.lost, Kind.MONEY, sheet_only=True),
    Column("area_code", _("Area code"), lambda card: card.purchase.area_id, sheet_only=True),
)
"""What a sheet has beside that: references, codes and all that was weighed, for a clerk to sort and sum by."""


def table(actor: Actor) -> Table[Purchase, Bought]:
    """Return the list of purchases, the newest first."""
    may_buy = actor.holds(Permission.PURCHASE)
    begin = (reverse(NEW), _("Weigh and buy")) if may_buy else ("", "")
    text = _("What is weighed and bought at a point appears here, with what the producers got for it.")
    return Table(
        name="purchases",
        columns=(*_columns(is_staff=actor.holds(Permission.VIEW)), *SHEET_COLUMNS),
        present=lambda purchases: cards_of(actor, purchases),
        order=("-purchased_at", "-id"),
        empty=Empty(_("Nothing bought yet"), text, *begin),
        url=lambda card: reverse("sourcing:purchase", args=[card.purchase.number]),
        most_counted=10_000,
    )


def _columns(*, is_staff: bool) -> tuple[Column[Bought], ...]:
    """What the page shows of a purchase: staff read where it was, the parties who bought. The sheet has both."""
    sorts = PURCHASE_SORTS
    return (
        Column("goods", _("Product"), lambda card: card.goods.title, sort=sorts["goods"]),
        Column("net", _("Net weight"), lambda card: card.purchase.net, Kind.QUANTITY, sort=sorts["net"]),
        Column("price", _("Price"), _price, Kind.MONEY, sort=sorts["price"], per=_one),
        Column("amount", _("Amount"), lambda card: card.purchase.amount, Kind.MONEY, sort=sorts["amount"]),
        Column("premium", _("Premium"), lambda card: card.purchase.earned_premium, Kind.MONEY, sort=sorts["premium"]),
        Column("producer", _("Producer"), lambda card: card.producer),
        Column("buyer", _("Bought by"), lambda card: card.buyer, sheet_only=is_staff),
        Column("place", _("Place"), lambda card: card.place, Kind.NAMES, sort=sorts["place"], sheet_only=not is_staff),
        Column("purchased_at", _("When"), _when, Kind.DATE, sort=sorts["purchased_at"]),
        Column("state", _("Payment"), lambda card: SHORT[card.state], Kind.BADGE, tone=lambda card: TONES[card.state]),
    )


def _when(card: Bought) -> Any:
    return card.purchase.purchased_at


def _price(card: Bought) -> Any:
    return card.purchase.price


def _one(card: Bought) -> Text:
    return Unit(card.purchase.measure).one


def why_owed(card: Bought) -> Text:
    """Say what a producer's money waits for, "" where it waits for nothing."""
    buyer = card.buyer
    match card.state:
        case PaidState.AT_SALE:
            return _(
                "It is paid out of the orders that these goods go into, as each of them is completed. "
                "Until they are sold they are the producer's: what is lost of them is not paid."
            )
        case PaidState.AT_GRADING:
            return _("It is paid when all of the goods are graded, from the account of %(buyer)s.") % {"buyer": buyer}
        case PaidState.DUE if card.purchase.pay_rule == PayRule.AT_SALE:
            return _(
                "Some of these goods are gone, and the account of %(buyer)s did not hold yet what they came to. "
                "What is left of them is paid as it is sold."
            ) % {"buyer": buyer}
        case PaidState.DUE:
            return _("The account of %(buyer)s did not hold it yet.") % {"buyer": buyer}
    return ""
