"""What the REST interface says of acts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from terrace.audit.models import Act
from terrace.audit.queries import names_of_subjects
from terrace.http.rest import Text
from terrace.kernel.actors import Actor
from terrace.kernel.days import EARLIEST, LATEST


class ActsAsked(Schema):
    """Which acts to list: by whom (id or part of a name), of which kind, in the area with a code, on which day."""

    person: Text = Field("", max_length=120)
    act: Text = Field("", max_length=100)
    area: Text = Field("", max_length=120)
    day: Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None = None


class ActOut(Schema):
    """An act of the record: `act` and `subject_id` are for programs, `title` and `label`, today's name, for people."""

    id: int
    at: datetime
    act: str
    title: str
    person_id: int | None
    person_name: str
    via: str
    subject: str
    subject_id: str
    label: str
    area_path: str
    request_id: str


def acts_out(actor: Actor, acts: Sequence[Act]) -> list[ActOut]:
    """Return acts as JSON to `actor`, without their details, which are for people who look into one case."""
    names = names_of_subjects(actor, acts)
    return [
        ActOut(title=str(act.title), label=names[act.pk], **{name: getattr(act, name) for name in _PLAIN})
        for act in acts
    ]


_PLAIN = [name for name in ActOut.model_fields if name not in ("title", "label")]
