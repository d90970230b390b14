"""Notices, matches, balance, advice and reference prices as JSON."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse
from ninja import Field, Schema

from terrace.http.rest import MoneyValue, QuantityValue
from terrace.network import queries as network
from terrace.registry import queries as registry
from terrace.sourcing import queries
from terrace.sourcing.domain import Status
from terrace.sourcing.models import AdviceReceipt, NoticeRow, ReferencePrice, SupplyNotice
from terrace.sourcing.queries import Match
from terrace.sourcing.services import PriceGiven, Terms


class NoticeIn(Schema):
    """What a notice says. `price` is for one unit of trade; leave it out when none is named.

    A very large quantity is refused as `unlikely` until it is sent with `sure`, a price far from the reference
    price as `unlikely_price` until it is sent with `sure_of_price`.
    """

    product: str = Field(max_length=40)
    variety: str = Field("", max_length=40)
    quantity: QuantityValue
    opens_on: date
    closes_on: date
    price: MoneyValue | None = None
    note: str = Field("", max_length=500)
    sure: bool = False
    sure_of_price: bool = False

    def terms(self) -> Terms:
        """Return the terms as the services take them."""
        return Terms(
            product=self.product,
            variety=self.variety,
            quantity=self.quantity.quantity,
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            price=self.price.money if self.price else None,
            note=self.note,
            sure=self.sure,
            sure_of_price=self.sure_of_price,
        )


class NewNoticeIn(NoticeIn):
    """A new notice, for the party with that number."""

    party: str = Field(max_length=20)


class ChangedNoticeIn(NoticeIn):
    """A change of a notice that was read at `version`."""

    version: int = Field(ge=1)


class VersionIn(Schema):
    """The version that the notice was read at."""

    version: int = Field(ge=1)


class NoticeOut(Schema):
    """A notice. `party` is its number; `area` the code of the place; `photo` where its picture is read, "" for none."""

    number: str
    version: int
    status: Status
    party: str
    product: str
    variety: str
    quantity: QuantityValue
    opens_on: date
    closes_on: date
    price: MoneyValue | None
    note: str
    photo: str
    area: str
    created_at: datetime


class MatchOut(Schema):
    """A supply and a demand that fit, by their numbers, and how well, 0 to 100.

    `quantity` is how much the one would give the other, `left` what is then left
    of the supply. The point `caller` (a unit's number, "" where none serves the
    place) should call the party `called`.
    """

    supply: str
    demand: str
    fitness: int
    days: int
    quantity: QuantityValue
    left: QuantityValue
    caller: str
    called: str


class NoticeFilters(Schema):
    """What narrows a list of notices; `first` and `last` are days that a notice's window touches.

    `text` is a notice's number or words of the name of whose it is; `own` keeps those of the caller's own parties.
    """

    text: str = Field("", max_length=80)
    own: bool = False
    status: Status | None = None
    product: str = Field("", max_length=40)
    area: str = Field("", max_length=32)
    first: date | None = None
    last: date | None = None


class BalanceOut(Schema):
    """Supply and demand of a product in the week that begins on the Monday `week`."""

    product: str
    week: date
    supply: QuantityValue
    demand: QuantityValue


class AdviceIn(Schema):
    """Advice to the stations and points of the area with the code `area`; where they are many, only to the `sure`."""

    area: str = Field(max_length=32)
    title: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=4000)
    product: str = Field("", max_length=40)
    sure: bool = False


class AdviceOut(Schema):
    """A piece of advice, and how many of the units that it reached have taken note."""

    number: str
    title: str
    text: str
    created_at: datetime
    reached: int
    acknowledged: int


class ReceiptOut(Schema):
    """That advice reached the unit with that number, and when somebody there took note of it."""

    unit: str
    names: dict[str, str]
    area: str
    acknowledged_at: datetime | None


class PricesTaken(Schema):
    """How many rows of a sheet of prices were taken."""

    taken: int


class PriceFilters(Schema):
    """What narrows a list of reference prices: a product, and the days `first` to `last`."""

    product: str = Field("", max_length=40)
    first: date | None = None
    last: date | None = None


class PriceIn(Schema):
    """The market price of one unit of trade on a day.

    Far from the price of the days before, or very high where there is none, it is refused as `unlikely_price` until it
    is sent with `sure_of_price`.
    """

    product: str = Field(max_length=40)
    variety: str = Field("", max_length=40)
    on: date
    area: str = Field(max_length=32)
    price: MoneyValue
    source: str = Field("", max_length=120)
    sure_of_price: bool = False

    def given(self) -> PriceGiven:
        """Return the price as the service takes it."""
        return PriceGiven(**{**dict(self), "price": self.price.money})


class PriceLineOut(Schema):
    """The mean price of a product in the week that begins on the Monday `week`, and 52 weeks before."""

    week: date
    price: MoneyValue | None
    year_before: MoneyValue | None


class PriceOut(Schema):
    """A reference price; `id` names it where it is to be withdrawn."""

    id: int
    product: str
    variety: str
    on: date
    area: str
    price: MoneyValue
    source: str


def notices_out(notices: Sequence[NoticeRow]) -> list[NoticeOut]:
    """Return the notices as JSON, with one look-up for each kind of code."""
    parties = registry.parties_by_id({notice.party_id for notice in notices})
    return [
        NoticeOut(
            number=notice.number,
            version=notice.version,
            status=notice.standing,
            party=parties[notice.party_id].number,
            product=goods.product.code,
            variety=goods.variety_code,
            quantity=QuantityValue.of(notice.quantity),
            opens_on=notice.opens_on,
            closes_on=notice.closes_on,
            price=MoneyValue.of(notice.price),
            note=notice.note,
            photo=photo_address(notice),
            area=notice.area_id,
            created_at=notice.created_at,
        )
        for notice, goods in zip(notices, queries.goods_of(notices), strict=True)
    ]


def photo_address(notice: NoticeRow) -> str:
    """Return where the notice's photo is read; "" when it has none."""
    if not isinstance(notice, SupplyNotice) or not notice.photo:
        return ""
    return reverse("api:supply_photo", args=[notice.number])


def terms_of(notice: NoticeRow) -> Terms:
    """Return what the notice says now, for a change that leaves all of it as it is."""
    goods = queries.goods_of([notice])[0]
    return Terms(
        product=goods.product.code,
        variety=goods.variety_code,
        quantity=notice.quantity,
        opens_on=notice.opens_on,
        closes_on=notice.closes_on,
        price=notice.price,
        note=notice.note,
    )


def matches_out(matches: Sequence[Match]) -> list[MatchOut]:
    """Return the matches as JSON, with one look-up for the points and one for the buyers."""
    points = network.units_serving({match.supply.area_path for match in matches})
    buyers = registry.parties_by_id({match.demand.party_id for match in matches})
    return [
        MatchOut(
            supply=match.supply.number,
            demand=match.demand.number,
            fitness=match.fitness,
            days=match.days,
            quantity=QuantityValue.of(match.quantity),
            left=QuantityValue.of(match.left),
            caller=point.number if (point := points.get(match.supply.area_path)) else "",
            called=buyers[match.demand.party_id].number,
        )
        for match in matches
    ]


def receipts_out(receipts: Sequence[AdviceReceipt]) -> list[ReceiptOut]:
    """Return the receipts of advice as JSON, with one look-up for the units."""
    units = network.units_by_id({receipt.unit_id for receipt in receipts})
    return [
        ReceiptOut(unit=unit.number, names=unit.names, area=unit.area_id, acknowledged_at=receipt.acknowledged_at)
        for receipt, unit in ((receipt, units[receipt.unit_id]) for receipt in receipts)
    ]


def prices_out(prices: Sequence[ReferencePrice]) -> list[PriceOut]:
    """Return the prices as JSON."""
    return [
        PriceOut(
            id=price.pk,
            product=goods.product.code,
            variety=goods.variety_code,
            on=price.on,
            area=price.area_id,
            price=MoneyValue(minor=price.price_minor, currency=price.currency),
            source=price.source,
        )
        for price, goods in zip(prices, queries.goods_of(prices), strict=True)
    ]
