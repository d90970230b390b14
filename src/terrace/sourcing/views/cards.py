"""Notices as people read them: with product, party and place, fetched for a whole page at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from terrace.catalog.models import Product, Variety
from terrace.http.listing import Column, Empty, Kind, Table
from terrace.kernel.actors import Actor
from terrace.kernel.quantity import Quantity
from terrace.kernel.words import Names, _
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.registry.domain import Kind as PartyKind
from terrace.registry.models import Party
from terrace.sourcing import queries
from terrace.sourcing.domain import Permission, Status, Window
from terrace.sourcing.models import NoticeRow
from terrace.sourcing.queries import NOTICE_SORTS
from terrace.sourcing.views.sides import Side

TONES = {Status.OPEN: "good", Status.WITHDRAWN: "neutral", Status.EXPIRED: "warn", Status.BOUGHT: "neutral"}


@dataclass(frozen=True, slots=True)
class Card:
    """A notice with the names that belong to it. `who` is the party as far as the reader may know it."""

    notice: Any
    product: Product
    variety: Variety | None
    who: str
    place: Names

    @property
    def goods(self) -> str:
        """Product and variety in one."""
        return queries.Goods(self.product, self.variety).title


def cards(actor: Actor, notices: Sequence[NoticeRow]) -> list[Card]:
    """Return the cards of `notices` in their order, with one look-up for each kind of name."""
    parties = registry.parties_by_id({notice.party_id for notice in notices})
    places = network.names_of({notice.area_id for notice in notices})
    return [
        Card(
            notice=notice,
            product=goods.product,
            variety=goods.variety,
            who=_who(actor, parties[notice.party_id]),
            place=places.get(notice.area_id, {}),
        )
        for notice, goods in zip(notices, queries.goods_of(notices), strict=True)
    ]


def _who(actor: Actor, party: Party) -> str:
    """A household's name is for its own area's staff; others reach it through the village point."""
    if party.kind != PartyKind.HOUSEHOLD or actor.speaks_for(party.pk) or actor.may(Permission.VIEW, party.area_path):
        return party.name
    return str(PartyKind.HOUSEHOLD.label)


SHEET_COLUMNS: tuple[Column[Card], ...] = (
    Column("number", _("Number"), lambda card: card.notice.number, Kind.CODE, sheet_only=True),
    Column("product_code", _("Product code"), lambda card: card.product.code, sheet_only=True),
    Column(
        "variety_code",
        _("Variety code"),
        lambda card: card.variety.code if card.variety else "",
        sheet_only=True,
    ),
    Column("area_code", _("Area code"), lambda card: card.notice.area_id, sheet_only=True),
)
"""What a sheet has beside that: references and codes, for a clerk to sort and sum by."""


def table(side: Side, actor: Actor, days: Window | None = None) -> Table[Any, Card]:
    """Return the list of one side's notices; with `days`, also how much of each falls on them."""
    may_record = side.may_record(actor)
    return Table(
        name=side.name,
        columns=(*_columns(side, days), *SHEET_COLUMNS),
        present=lambda notices: cards(actor, notices),
        first=queries.nearest_first,
        order=("closes_on", "-id"),
        empty=Empty(
            side.words.empty_title,
            side.words.empty_text,
            side.url("new") if may_record else "",
            side.words.record if may_record else "",
            side.words.illustration,
        ),
        url=lambda card: side.url("detail", card.notice.number),
    )


def _columns(side: Side, days: Window | None) -> tuple[Column[Card], ...]:
    """What the page shows of a notice."""
    return (
        Column("goods", _("Product"), lambda card: card.goods, sort=NOTICE_SORTS["goods"]),
        Column(
            "quantity", _("Quantity"), lambda card: card.notice.quantity, Kind.QUANTITY, sort=NOTICE_SORTS["quantity"]
        ),
        *([Column("share", _("In these days"), partial(_share, days), Kind.QUANTITY)] if days else []),
        Column("opens_on", _("From"), lambda card: card.notice.opens_on, Kind.DATE, sort=NOTICE_SORTS["opens_on"]),
        Column("closes_on", _("Until"), lambda card: card.notice.closes_on, Kind.DATE, sort=NOTICE_SORTS["closes_on"]),
        Column(
            "price",
            side.words.price,
            lambda card: card.notice.price,
            Kind.MONEY,
            sort=NOTICE_SORTS["price"],
            per=lambda card: card.notice.quantity.unit.one,
        ),
        Column("who", _("Who"), lambda card: card.who),
        Column("place", _("Place"), lambda card: card.place, Kind.NAMES, sort=NOTICE_SORTS["place"]),
        Column(
            "status",
            _("State"),
            _status,
            Kind.BADGE,
            sort=NOTICE_SORTS["status"],
            tone=lambda card: TONES[_status(card)],
        ),
    )


def _status(card: Card) -> Status:
    standing: Status = card.notice.standing
    return standing


def _share(days: Window, card: Card) -> Quantity:
    """How much falls on the days, written as the sum above the list is: spreading makes grams, people read units."""
    return share_of(card.notice.quantity, Window(card.notice.opens_on, card.notice.closes_on), days).rounded()


def share_of(quantity: Quantity, window: Window, days: Window) -> Quantity:
    """Return how much of a notice's quantity falls on `days`, as the balance counts it, to the gram."""
    return Quantity(window.share(quantity.steps, days.opens_on, days.closes_on), quantity.unit)
