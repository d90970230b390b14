"""Notices to people: in the app, by SMS, by e-mail. Pure rules."""

from dataclasses import dataclass
from datetime import timedelta

from terrace.kernel.errors import Invalid
from terrace.kernel.words import Choice, _

MOST_TRIES = 5
FIRST_WAIT = timedelta(minutes=2)
KEPT_FOR = timedelta(days=7)
"""How long a message stays after it was sent or given up, to look into what went wrong: it holds an address."""


class Channel(Choice):
    """How a notice reaches a person."""

    APP = "app", _("In the app")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")


class Topic(Choice):
    """What a notice is about; people will be able to choose by topic."""

    ADVICE = "advice", _("Advice from above")
    ACCOUNT = "account", _("Your account")
    JOB = "job", _("A task that you started")
    ORDER = "order", _("Orders")
    PARCEL = "parcel", _("Parcels and tours")
    MONEY = "money", _("Money")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: id of the person, and where SMS and e-mail would go ("" for nowhere)."""

    person_id: int
    language: str = ""
    phone: str = ""
    email: str = ""

    def address(self, channel: Channel) -> str:
        """Return where a message by `channel` goes, "" for nowhere."""
        return {Channel.SMS: self.phone, Channel.EMAIL: self.email}.get(channel, "")


class ForeignAddress(Invalid):
    """A notice leads to a page of this house, never elsewhere."""

    code = "foreign_address"
    message = _("A notice can only lead to a page of this site.")


def local(url: str) -> str:
    """Return `url` when it is a path of this site or empty, else raise `ForeignAddress`."""
    if url and (not url.startswith("/") or url.startswith("//") or "\\" in url):
        raise ForeignAddress(field="url")
    return url


def wait_after(tries: int) -> timedelta:
    """Return how long to wait before the next try when `tries` were made: 2, 4, 8 ... minutes.

    Counted from the start of a try, so it is also how long a try may take before another process may begin the next.
    """
    return FIRST_WAIT * (1 << max(0, tries - 1))
