"""A lot has one history, whoever holds it."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about traceability."""

    VIEW = "traceability.view", _("See lots of the area")
    RECORD = "traceability.record", _("Record what happens to lots")
    INSPECT = "traceability.inspect", _("Record tests and grades of lots")


ACTS: Mapping[str, Text] = {}
"""What the record of acts calls this context's acts."""
