"""Road networks from files: taken in whole or not at all, and taken out of use."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from math import isfinite

from django.db import transaction

from terrace.audit import services as audit
from terrace.http.workbooks import GivenRow, Head, RowProblem, RowsRefused
from terrace.kernel.actors import Actor
from terrace.kernel.errors import Invalid
from terrace.kernel.words import Text, _
from terrace.logistics.domain import Permission
from terrace.logistics.domain.roads.network import Edge, graph_of
from terrace.logistics.models import RoadNetwork
from terrace.logistics.models.roads import network_bytes
from terrace.logistics.services.fleet import home_of
from terrace.network import queries as network
from terrace.network.domain.places import Point, distance_km

YES, NO = ("yes", "true", "1", "是"), ("", "no", "false", "0", "否")
MOST_METRES = 200_000
SHORTER = 0.95
"""No road is shorter than the straight line, but for the rounding of points."""


def _heads() -> tuple[Head, ...]:
    labels: tuple[tuple[str, Text], ...] = (
        ("from_latitude", _("From latitude")),
        ("from_longitude", _("From longitude")),
        ("to_latitude", _("To latitude")),
        ("to_longitude", _("To longitude")),
        ("metres", _("Metres")),
        ("kmh", _("km/h")),
        ("one_way", _("One-way")),
    )
    return tuple(Head(name, label) for name, label in labels)


NETWORK_HEADS = _heads()


class _Wrong(Exception):
    """What is wrong with a row: at which column, and why."""

    def __init__(self, column: str, reason: Text) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


@transaction.atomic
def take_network(*, by: Actor, centre_id: int, name: str, rows: Sequence[GivenRow]) -> RoadNetwork:
    """Take in the roads of a centre's area; they replace those that were in use.

    Raises `Forbidden`, `NotFound`, `Invalid` for a file without rows, `RowsRefused` with every bad row.
    """
    centre = home_of(centre_id)
    by.require(Permission.DISPATCH, centre.area_path)
    if not rows:
        raise Invalid(_("There are no rows in this file."), field="file")
    graph = graph_of(_edges(rows))
    RoadNetwork.objects.filter(unit=centre, is_active=True).update(is_active=False)
    made = RoadNetwork.objects.create(
        unit=centre,
        name=name[:120],
        edges=len(rows),
        nodes=len(graph.latitude),
        roads=network_bytes(graph),
        area_path=centre.area_path,
        county_code=network.place(centre.area_id).county_code,
    )
    details = {"edges": made.edges, "name": made.name}
    audit.record(by=by, act="logistics.take_network", subject=made, area_path=centre.area_path, details=details)
    return made


@transaction.atomic
def drop_network(*, by: Actor, found: RoadNetwork) -> None:
    """Take a road network out of use: the next source counts. Twice changes nothing. Raises `Forbidden`."""
    by.require(Permission.DISPATCH, found.area_path)
    if RoadNetwork.objects.filter(pk=found.pk, is_active=True).update(is_active=False):
        audit.record(by=by, act="logistics.drop_network", subject=found, area_path=found.area_path)


def _edges(rows: Sequence[GivenRow]) -> list[Edge]:
    """Return the edges of a file, or raise `RowsRefused` with every bad row."""
    edges, problems = list[Edge](), list[RowProblem]()
    labels = {head.name: str(head.label) for head in NETWORK_HEADS}
    for row in rows:
        try:
            edges.append(_edge(row))
        except _Wrong as wrong:
            problems.append(row.problem(labels[wrong.column], wrong.reason))
    if problems:
        raise RowsRefused(problems, NETWORK_HEADS, field="file")
    return edges


def _edge(row: GivenRow) -> Edge:
    one = Point(_number(row, "from_latitude", -90, 90), _number(row, "from_longitude", -180, 180))
    other = Point(_number(row, "to_latitude", -90, 90), _number(row, "to_longitude", -180, 180))
    metres = round(_number(row, "metres", 1, MOST_METRES))
    if metres < SHORTER * 1000 * distance_km(one, other) - 5:
        raise _Wrong("metres", _("This is shorter than the straight line between the two points."))
    kmh = round(_number(row, "kmh", 3, 130))
    said = str(row.values.get("one_way") or "").strip().casefold()
    if said not in (*YES, *NO):
        raise _Wrong("one_way", _("Enter yes or no."))
    return Edge(one, other, metres, kmh, said in YES)


def _number(row: GivenRow, column: str, least: int, most: int) -> float:
    told = {"least": least, "most": most}
    try:
        number = float(Decimal(str(row.values.get(column) or "").strip()))
    except InvalidOperation as problem:
        raise _Wrong(column, _("Enter %(least)d to %(most)d.") % told) from problem
    if not isfinite(number) or not least <= number <= most:
        raise _Wrong(column, _("Enter %(least)d to %(most)d.") % told)
    return number
