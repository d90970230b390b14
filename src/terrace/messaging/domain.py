"""Notices to people: in the app, by SMS, by e-mail."""

from dataclasses import dataclass

from terrace.kernel.words import Choice, _


class Channel(Choice):
    """How a notice reaches a person."""

    APP = "app", _("In the app")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")


class Topic(Choice):
    """What a notice is about; people will be able to choose by topic."""

    ADVICE = "advice", _("Advice from above")
    MATCH = "match", _("A possible match")
    ACCOUNT = "account", _("Your account")
    JOB = "job", _("A task that you started")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: id of the person, and where SMS and e-mail would go ("" for nowhere)."""

    person_id: int
    language: str = ""
    phone: str = ""
    email: str = ""
