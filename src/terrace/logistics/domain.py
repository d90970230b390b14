"""Moves what others hand over; knows parcels, not orders."""

from collections.abc import Mapping

from terrace.kernel.words import Choice, Text, _


class Permission(Choice):
    """What a post may allow about logistics."""

    VIEW = "logistics.view", _("See parcels, consignments and tours of the area")
    DISPATCH = "logistics.dispatch", _("Plan tours and keep vehicles and carriers")
    DRIVE = "logistics.drive", _("Drive tours")
    HANDLE = "logistics.handle", _("Take in and hand over parcels and consignments")
    TARIFFS = "logistics.tariffs", _("Set tariffs of carriers, fleet and outlets")


ACTS: Mapping[str, Text] = {}
"""What the record of acts calls this context's acts."""
