"""What the REST interface takes and says of parcels that a carrier announces many at once."""

from typing import Annotated

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.http.workbooks import GivenRow
from terrace.kernel.deployment import current
from terrace.kernel.errors import Invalid
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import _
from terrace.logistics.domain.handing_in import Need
from terrace.logistics.services import Checked


class AnnouncedIn(Schema):
    """A parcel that goes down. `place` names its village, point or station by code, number or name."""

    waybill: Annotated[Text, Field(min_length=1, max_length=40)]
    recipient: Annotated[Text, Field(max_length=80)]
    phone: Annotated[Text, Field(max_length=40)]
    weight_grams: Annotated[int, Field(ge=1, le=500_000)]
    place: Annotated[Text, Field(max_length=200)] = ""
    address: Annotated[Text, Field(max_length=200)] = ""
    cod: MoneyValue | None = None
    is_cold: bool = False

    def row(self, number: int) -> GivenRow:
        """Return the parcel as the row of a file says it, the first being number 1."""
        values = {
            Need.WAYBILL: self.waybill,
            Need.RECIPIENT: self.recipient,
            Need.PHONE: self.phone,
            Need.WEIGHT: str(Quantity(self.weight_grams, Unit.KILOGRAM).amount),
            Need.PLACE: self.place,
            Need.ADDRESS: self.address,
            Need.COD: str(self.cod.money.amount) if self.cod else "",
            Need.COLD: "1" if self.is_cold else "",
        }
        if self.cod and self.cod.currency != current().currency:
            raise Invalid(_("Prices here are in another currency."), field="cod")
        return GivenRow("", number, {need.value: value for need, value in values.items()})


class AnnouncedManyIn(Schema):
    """Parcels of one carrier: all are taken or none, unless the good ones are asked for."""

    parcels: Annotated[list[AnnouncedIn], Field(min_length=1, max_length=10_000)]
    takes_good_rows: bool = False


class RowProblemOut(Schema):
    """Why a parcel was not taken: its place among those that were sent, from 1, what is wrong, and why."""

    row: int
    column: str
    reason: str


class AnnouncedOut(Schema):
    """What became of the parcels; for `unplaced` ones somebody has to say the village."""

    new: list[str]
    known: int
    unplaced: list[str]
    problems: list[RowProblemOut]

    @classmethod
    def of(cls, checked: Checked) -> "AnnouncedOut":
        """Return the outcome as JSON."""
        return cls(
            new=[parcel.number for parcel in checked.parcels],
            known=checked.known,
            unplaced=[row.waybill for row in checked.unplaced],
            problems=[RowProblemOut(row=bad.row, column=bad.column, reason=bad.reason) for bad in checked.problems],
        )
