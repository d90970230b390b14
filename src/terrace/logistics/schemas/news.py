"""What the REST interface says of a carrier's news and statements."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.kernel.money import Money
from terrace.logistics.queries.months import MonthStatement
from terrace.logistics.queries.news import Told


class NewsToldOut(Schema):
    """A scan that moved a parcel; `exception` where a person sees to it. `scan_id` is where the next page goes on."""

    scan_id: int
    waybill: str
    number: str
    status: str
    kind: str
    at: datetime
    unit: str
    place: str
    exception: str

    @classmethod
    def of(cls, told: Told) -> "NewsToldOut":
        """Return a piece of news as JSON."""
        return cls(
            scan_id=told.scan_id,
            waybill=told.waybill,
            number=told.number,
            status=told.status,
            kind=told.kind,
            at=told.at,
            unit=told.unit,
            place=told.place,
            exception=told.exception,
        )


class WebhookIn(Schema):
    """Where a carrier's news is posted, "" for nowhere; `renew` makes a new secret, which the carrier's page shows."""

    url: Annotated[Text, Field(max_length=300)]
    renew: bool = False


class WebhookOut(Schema):
    """Where a carrier's news is posted, how much waits, and how much was given up."""

    url: str
    waiting: int
    given_up: int


class CarrierStatementOut(Schema):
    """A carrier's month at a centre: `opening` was owed before it, `closing` is owed after."""

    month: str
    opening: MoneyValue
    parcels: MoneyValue
    returns: MoneyValue
    minimum: MoneyValue
    paid: MoneyValue
    closing: MoneyValue
    count: int

    @classmethod
    def of(cls, said: MonthStatement) -> "CarrierStatementOut":
        """Return a statement as JSON."""
        return cls(
            month=f"{said.month:%Y-%m}",
            opening=_money(said.opening),
            parcels=_money(said.parcels),
            returns=_money(said.returns),
            minimum=_money(said.minimum),
            paid=_money(said.paid),
            closing=_money(said.closing),
            count=said.count,
        )


def _money(amount: Money) -> MoneyValue:
    return MoneyValue(minor=amount.minor, currency=amount.currency)
