"""A road network: nodes, the edges between them, and the fastest ways through it (Dijkstra)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from terrace.logistics.domain.roads.conditions import Circle, Condition, flat, parts_within
from terrace.logistics.domain.roads.distances import Floats, Placed, Tables, Whole, great_circles, whole, with_access
from terrace.network.domain.places import Point

DECIMALS = 5
"""Ends of edges as near as a metre are one node."""
AT_ONCE = 25
"""So many places are searched from at a time: a row of the whole network is kept for each."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A piece of road from one point to another, both ways unless `is_one_way`."""

    one: Point
    other: Point
    metres: int
    kmh: int
    is_one_way: bool = False


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Nodes by latitude and longitude, and directed edges between them: metres and seconds."""

    latitude: Floats = field(repr=False)
    longitude: Floats = field(repr=False)
    begins: Whole = field(repr=False)
    ends: Whole = field(repr=False)
    metres: Whole = field(repr=False)
    seconds: Floats = field(repr=False)

    def with_circles(self, conditions: Iterable[Condition]) -> "RoadGraph":
        """Return the network without the edges that are closed, and with slow ones slow, within circles."""
        keep, seconds = np.ones(len(self.begins), dtype=np.bool_), self.seconds
        for condition in conditions:
            if not isinstance(condition.where, Circle):
                continue
            part, touched = self._parts(condition.where)
            if condition.is_closed:
                keep &= ~touched
            else:
                seconds = seconds * (1 + part * (100 / condition.pace_percent - 1))
        return replace(
            self, begins=self.begins[keep], ends=self.ends[keep], metres=self.metres[keep], seconds=seconds[keep]
        )

    def between(self, places: Sequence[Placed]) -> Tables:
        """Return metres and seconds of the fastest ways between places.

        Each enters at the node that is nearest; how far it is from there counts as road, driven slowly.
        """
        nearest, away = self._nearest([place.point for place in places])
        sources = np.unique(nearest)
        metres, seconds = self._trees(sources, nearest)
        row_of = np.searchsorted(sources, nearest)
        return whole(*with_access(metres[row_of], seconds[row_of], places, away))

    def _parts(self, circle: Circle) -> tuple[Floats, np.ndarray]:
        points = [Point(*pair) for pair in zip(self.latitude.tolist(), self.longitude.tolist(), strict=True)]
        x, y = flat(points, circle.centre)
        return parts_within(x[self.begins], y[self.begins], x[self.ends], y[self.ends], circle.radius_m)

    def _nearest(self, points: Sequence[Point]) -> tuple[Whole, Floats]:
        """Return for each point the nearest node, and the metres to it."""
        here = np.array([[point.latitude, point.longitude] for point in points])
        tree = cKDTree(_on_the_ball(self.latitude, self.longitude))
        _chord, found = tree.query(_on_the_ball(here[:, 0], here[:, 1]))
        nearest: Whole = np.asarray(found, dtype=np.int64)
        nodes = [Point(float(self.latitude[at]), float(self.longitude[at])) for at in nearest]
        away = [float(great_circles([one], [other])[0][0]) for one, other in zip(points, nodes, strict=True)]
        return nearest, np.array(away)

    def _trees(self, sources: Whole, targets: Whole) -> tuple[Floats, Floats]:
        """Return metres and seconds of the fastest ways from nodes to nodes, infinite where there is none."""
        number = len(self.latitude)
        graph, lengths, keys = self._fastest_edges(number)
        metres, seconds = np.full((len(sources), len(targets)), np.inf), np.full((len(sources), len(targets)), np.inf)
        for first in range(0, len(sources), AT_ONCE):
            some = sources[first : first + AT_ONCE]
            times, before = dijkstra(graph, indices=some, return_predecessors=True)
            for row, source in enumerate(some):
                along = _along(before[row].astype(np.int64), int(source), lengths, keys, number)
                seconds[first + row] = times[row, targets]
                metres[first + row] = np.where(np.isfinite(times[row, targets]), along[targets], np.inf)
        return metres, seconds

    def _fastest_edges(self, number: int) -> tuple[csr_matrix, Whole, Whole]:
        """Return the network as a matrix, and the metres of its edges by sorted keys; of twins only the faster."""
        keys = self.begins * number + self.ends
        order = np.lexsort((self.metres, self.seconds, keys))
        kept, at = np.unique(keys[order], return_index=True)
        chosen = order[at]
        shape = (number, number)
        graph = csr_matrix((self.seconds[chosen], (self.begins[chosen], self.ends[chosen])), shape=shape)
        return graph, self.metres[chosen], kept


def graph_of(edges: Sequence[Edge]) -> RoadGraph:
    """Return the network that edges make."""
    number_of: dict[tuple[float, float], int] = {}
    rows: list[tuple[int, int, int, float]] = []
    for edge in edges:
        one, other = (number_of.setdefault(_node(point), len(number_of)) for point in (edge.one, edge.other))
        seconds = max(edge.metres * 3.6 / edge.kmh, 0.001)
        rows.append((one, other, edge.metres, seconds))
        if not edge.is_one_way:
            rows.append((other, one, edge.metres, seconds))
    nodes, table = np.array(list(number_of), dtype=np.float64).reshape(-1, 2), np.array(rows, dtype=np.float64)
    table = table.reshape(-1, 4)
    begins, ends, metres = (table[:, column].astype(np.int64) for column in range(3))
    return RoadGraph(nodes[:, 0], nodes[:, 1], begins, ends, metres, table[:, 3])


def _node(point: Point) -> tuple[float, float]:
    return round(point.latitude, DECIMALS), round(point.longitude, DECIMALS)


def _on_the_ball(latitude: Floats, longitude: Floats) -> Floats:
    north, east = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1)


def _along(before: Whole, source: int, lengths: Whole, keys: Whole, number: int) -> Floats:
    """Return the metres to each node along a tree of fastest ways: each step doubles how far back is looked."""
    nodes = np.arange(number)
    has_one = before >= 0
    parent = np.where(has_one, before, nodes)
    found = np.searchsorted(keys, parent[has_one] * number + nodes[has_one])
    metres = np.zeros(number)
    metres[has_one] = lengths[found]
    while (parent[parent] != parent).any():
        metres = metres + metres[parent]
        parent = parent[parent]
    return metres
