"""The acts of the network."""

from terrace.network.services.areas import AreasImported, Progress, Step, import_areas
from terrace.network.services.divisions import Division
from terrace.network.services.outlines import import_outlines
from terrace.network.services.shipped import import_shipped
from terrace.network.services.units import (
    Details,
    StandsHere,
    UnitInUse,
    UnitIsClosed,
    change_unit,
    close_unit,
    found_unit,
    place_unit,
)

__all__ = [
    "AreasImported",
    "Details",
    "Division",
    "Progress",
    "StandsHere",
    "Step",
    "UnitInUse",
    "UnitIsClosed",
    "change_unit",
    "close_unit",
    "found_unit",
    "import_areas",
    "import_outlines",
    "import_shipped",
    "place_unit",
]
