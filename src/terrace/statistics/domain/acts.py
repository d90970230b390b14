"""What a post may allow about statistics, and what the record of acts calls what people did here."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about statistics."""

    VIEW = "statistics.view", _("See live figures of the area")
    COSTS = "statistics.costs", _("Record what an outlet costs to run")


ACTS: Mapping[str, Text] = {
    "statistics.look_at_statement": _("looked at a household's statement"),
    "statistics.record_cost": _("recorded an outlet's costs"),
}
"""The acts of this context in words, for the record of acts."""
