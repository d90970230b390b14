"""What the REST interface says of acts."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Schema

from terrace.audit.models import Act


class ActOut(Schema):
    """An act of the record: `act` is for programs, `title` for people; `subject` and `subject_id` name the row."""

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


def acts_out(acts: Sequence[Act]) -> list[ActOut]:
    """Return acts as JSON, without their details, which are for people who look into one case."""
    return [ActOut(title=str(act.title), **{name: getattr(act, name) for name in _PLAIN}) for act in acts]


_PLAIN = [name for name in ActOut.model_fields if name != "title"]
