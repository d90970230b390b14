"""Live figures at every tier, and what a household earned."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about statistics."""

    VIEW = "statistics.view", _("See live figures of the area")


ACTS: Mapping[str, Text] = {}
"""What the record of acts calls this context's acts."""
