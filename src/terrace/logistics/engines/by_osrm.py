"""Distances by an OSRM server (https://project-osrm.org): its table service, asked for some places at a time."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np

from terrace.kernel.words import Text, _
from terrace.logistics.domain.roads import NoDistances, Placed, RoadSource, Tables, by_air, whole, with_access
from terrace.logistics.domain.roads.distances import Floats
from terrace.logistics.domain.routing import NO_ROAD

SECONDS = 5
"""So long one answer may take."""
MOST_SECONDS = 20
"""So long all of them may take: somebody waits."""
AT_ONCE = 50
"""So many places to and from: with their hundred, an OSRM server answers as it comes."""
MOST_BYTES = 4_000_000
BOTH, ONLY_SECONDS = "duration,distance", "duration"


class Unmoved(urllib.request.HTTPRedirectHandler):
    """Follows nobody to another address: distances are asked only of who was named."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        """Make no second request."""


OPEN = urllib.request.build_opener(Unmoved).open


@dataclass(frozen=True, slots=True)
class ByOsrm:
    """An OSRM server at an address. One that tells only times has the metres made of great circles."""

    url: str
    source: RoadSource = RoadSource.OSRM

    @property
    def stands_for(self) -> object:
        """What its answers hang on: its address."""
        return self.url

    def measure(self, places: Sequence[Placed]) -> Tables:
        """Return metres and seconds between places by road. Raises `NoDistances`."""
        number, until = len(places), monotonic() + MOST_SECONDS
        metres, seconds = np.full((number, number), np.nan), np.full((number, number), np.nan)
        away, annotations = np.zeros(number), BOTH
        parts = [range(first, min(first + AT_ONCE, number)) for first in range(0, number, AT_ONCE)]
        for rows, columns in ((rows, columns) for rows in parts for columns in parts):
            if monotonic() > until:
                raise NoDistances(_("The map server (OSRM) is too slow."))
            answer, annotations = self._asked(places, rows, columns, annotations)
            block = np.ix_(rows, columns)
            seconds[block] = _table(answer, "durations", len(rows), len(columns))
            if "distances" in answer:
                metres[block] = _table(answer, "distances", len(rows), len(columns))
            away[rows] = _snapped(answer, len(rows))
        if np.isnan(metres).all():
            metres = np.where(np.isnan(seconds), np.nan, by_air(places).metres)
            return whole(*with_access(metres, seconds, places, np.zeros(number)))
        return whole(*with_access(metres, seconds, places, away))

    def _asked(
        self, places: Sequence[Placed], rows: range, columns: range, annotations: str
    ) -> tuple[Mapping[str, Any], str]:
        """Return what the server says from `rows` to `columns`, and which tables it can tell."""
        answer = self._get(_query(places, rows, columns, annotations))
        if annotations == BOTH and answer.get("code") in ("InvalidOptions", "InvalidQuery", "NotImplemented"):
            annotations = ONLY_SECONDS
            answer = self._get(_query(places, rows, columns, annotations))
        if answer.get("code") != "Ok":
            told = {"code": str(answer.get("code", ""))[:40]}
            raise NoDistances(_("The map server (OSRM) refused: %(code)s.") % told)
        return answer, annotations

    def _get(self, query: str) -> Mapping[str, Any]:
        """Return an answer of the server, a refusal too. Raises `NoDistances`."""
        try:
            with OPEN(f"{self.url.rstrip('/')}/table/v1/driving/{query}", timeout=SECONDS) as told:
                return _read(told.read(MOST_BYTES + 1))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return _read(refusal.read(MOST_BYTES + 1))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise NoDistances(_("The map server (OSRM) did not answer.")) from problem


def _query(places: Sequence[Placed], rows: range, columns: range, annotations: str) -> str:
    """Return the end of the address that asks for one block of the tables."""
    asked = [*rows, *(() if rows == columns else columns)]
    points = ";".join(f"{places[at].point.longitude:.6f},{places[at].point.latitude:.6f}" for at in asked)
    froms = ";".join(str(at) for at in range(len(rows)))
    tos = ";".join(str(at) for at in range(len(asked) - len(columns), len(asked)))
    return f"{points}?annotations={annotations}&sources={froms}&destinations={tos}"


def _read(answer: bytes) -> Mapping[str, Any]:
    found = json.loads(answer) if len(answer) <= MOST_BYTES else None
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _table(answer: Mapping[str, Any], name: str, rows: int, columns: int) -> Floats:
    """Return one table of an answer, with nan where it says that there is no road."""
    try:
        table: Floats = np.array(answer[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as problem:
        raise _unreadable() from problem
    if table.shape != (rows, columns) or np.isinf(table).any() or (table < 0).any() or (table > NO_ROAD).any():
        raise _unreadable()
    return table


def _snapped(answer: Mapping[str, Any], rows: int) -> Floats:
    """Return how far the places are from the roads that the server found for them; nought where it does not say."""
    try:
        found: Floats = np.array([one.get("distance", 0) for one in answer.get("sources", [])], dtype=np.float64)
    except (AttributeError, TypeError, ValueError):
        return np.zeros(rows)
    return found if found.shape == (rows,) and np.isfinite(found).all() and (found >= 0).all() else np.zeros(rows)


def _unreadable() -> NoDistances:
    words: Text = _("The map server (OSRM) answered what nobody understands.")
    return NoDistances(words)
