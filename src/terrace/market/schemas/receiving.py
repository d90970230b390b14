"""What the REST interface takes from a buyer after buying."""

from ninja import Field, Schema

from terrace.http.rest import MoneyValue, Text
from terrace.market.domain import DisputeKind
from terrace.market.domain.offers import BEST_RATING, LONGEST_REVIEW
from terrace.market.services import DisputeGiven, ReviewGiven


class DisputeIn(Schema):
    """What is wrong with an order, in words, and how much should come back."""

    kind: DisputeKind
    text: Text = Field(max_length=1000)
    wanted: MoneyValue

    def given(self) -> DisputeGiven:
        """Return it as the services take it."""
        return DisputeGiven(self.kind, self.text, self.wanted.money)


class ReturnWaybillIn(Schema):
    """The number of the waybill by which goods go back."""

    waybill: Text = Field(max_length=40)


class ReviewIn(Schema):
    """What a buyer says of the offer with a number: one to five stars, a text, and the name to be called by."""

    offer: Text = Field(max_length=20)
    rating: int = Field(ge=1, le=BEST_RATING)
    text: Text = Field("", max_length=LONGEST_REVIEW)
    signed: Text = Field("", max_length=40)

    def given(self) -> ReviewGiven:
        """Return it as the services take it."""
        return ReviewGiven(self.rating, self.text, self.signed)
