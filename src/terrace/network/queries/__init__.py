"""Reading the network: areas and the units in them."""

from terrace.network.queries.areas import (
    ancestors,
    area_for,
    areas_by_code,
    areas_under,
    areas_visible_to,
    children_of,
    get_area,
    has_areas,
    home_area,
    home_path,
    names_of,
    place,
    root_path,
    search_areas,
)
from terrace.network.queries.figures import count_areas, markers_for, outlines_for, with_counts
from terrace.network.queries.units import (
    count_units,
    get_unit,
    overseen_by,
    units_by_id,
    units_under,
    visible_to,
)

__all__ = [
    "ancestors",
    "area_for",
    "areas_by_code",
    "areas_under",
    "areas_visible_to",
    "children_of",
    "count_areas",
    "count_units",
    "get_area",
    "get_unit",
    "has_areas",
    "home_area",
    "home_path",
    "markers_for",
    "names_of",
    "outlines_for",
    "overseen_by",
    "place",
    "root_path",
    "search_areas",
    "units_by_id",
    "units_under",
    "visible_to",
    "with_counts",
]
