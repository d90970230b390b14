"""Where sold goods come from, for the figures: the offer's area until they are packed, then where their lots grew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from terrace.market.domain.packing import Content, common_path
from terrace.market.models import Order, OrderLine
from terrace.market.queries.packing import smallest_area
from terrace.network.models import Area
from terrace.traceability import queries as lots

COLUMNS = ["area_path", "county_code"]


def say_where_grown(lines: Mapping[int, OrderLine], contents: Iterable[Content]) -> None:
    """Let each line count for where its lots grew: for one village, or for the smallest area that holds them all.

    So a line is told of one place and its amount is never cut. A line with goods
    that were never in a lot stays with the area of its offer.
    """
    chosen: dict[int, set[int | None]] = defaultdict(set)
    for content in contents:
        chosen[content.line_id].add(content.lot_id)
    found = lots.lots_by_id(lot_id for some in chosen.values() for lot_id in some if lot_id is not None)
    paths = {
        line_id: [found[lot_id].area_path for lot_id in some if lot_id is not None]
        for line_id, some in chosen.items()
        if None not in some
    }
    areas = {path: smallest_area(path) for path in {common_path(some) for some in paths.values()}}
    _move({lines[line_id]: areas[common_path(some)] for line_id, some in paths.items()})


def forget_where_grown(order: Order) -> None:
    """Let the lines of an order that was taken out of its parcels count for the areas of their offers again."""
    lines = list(order.lines.select_related("offer").order_by("pk"))
    for line in lines:
        line.area_path, line.county_code = line.offer.area_path, line.offer.county_code
    OrderLine.objects.bulk_update(lines, COLUMNS)


def _move(areas: Mapping[OrderLine, Area | None]) -> None:
    moved = [(line, area) for line, area in areas.items() if area is not None]
    for line, area in moved:
        line.area_path, line.county_code = area.path, area.county_code
    OrderLine.objects.bulk_update([line for line, _area in moved], COLUMNS)
