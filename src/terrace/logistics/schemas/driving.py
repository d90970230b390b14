"""What a driver's phone tells over REST, and how each act is answered."""

from typing import Annotated

from ninja import Field, Schema
from pydantic import AwareDatetime

from terrace.http.rest import Text
from terrace.logistics.domain.tours import Outcome, ToldKind
from terrace.logistics.schemas.fields import Number
from terrace.logistics.services import ToldAct

MOST_ACTS = 200


class ToldActIn(Schema):
    """An act on a tour, `at` the moment by the phone's clock, with a `key` of its own that is sent again with it.

    `stop` is where it was, for all that happens at a stop; `code` is what was scanned; `text` says what is wrong.
    """

    key: Annotated[Text, Field(min_length=8, max_length=64)]
    tour: Number
    kind: ToldKind
    at: AwareDatetime
    stop: Annotated[int, Field(ge=1, le=2**53)] | None = None
    code: Annotated[Text, Field(max_length=40)] = ""
    text: Annotated[Text, Field(max_length=200)] = ""

    def as_told(self) -> ToldAct:
        """Return the act as the services take it."""
        return ToldAct(self.tour, self.kind, self.at, self.stop, self.code, self.text)


class ToldIn(Schema):
    """Acts in the order in which they were done."""

    acts: Annotated[list[ToldActIn], Field(min_length=1, max_length=MOST_ACTS)]


class ToldOut(Schema):
    """What became of an act; of one that was refused the `code` and `reason`."""

    key: str
    outcome: Outcome
    code: str = ""
    reason: str = ""
