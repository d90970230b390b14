"""What the REST interface says of notices."""

from collections.abc import Sequence
from datetime import datetime

from ninja import Schema

from terrace.messaging.models import Notice


class OwnNoticeOut(Schema):
    """A notice in one's list; `url` is a path of this site or empty."""

    id: int
    topic: str
    title: str
    text: str
    url: str
    created_at: datetime
    read_at: datetime | None


def notices_out(notices: Sequence[Notice]) -> list[OwnNoticeOut]:
    """Return notices as JSON."""
    return [OwnNoticeOut.from_orm(notice) for notice in notices]
