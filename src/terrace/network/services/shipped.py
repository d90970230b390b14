"""What an installation starts with: the divisions, points and outlines that the package ships."""

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from terrace.kernel.actors import Actor
from terrace.kernel.deployment import CodeSystem, current
from terrace.network import queries
from terrace.network.domain.places import Point, read_point
from terrace.network.services.areas import AreasImported, Progress, import_areas
from terrace.network.services.divisions import read_file, with_points
from terrace.network.services.outlines import import_outlines

FOLDER = Path(__file__).resolve().parents[1] / "data"
DIVISIONS = FOLDER / "longnan_divisions.csv"
COORDINATES = FOLDER / "longnan_coordinates.csv"
OUTLINES = FOLDER / "longnan_counties.geojson"
SERVED = "6212"
PROXY = "county_seat_proxy"
"""How the file of points marks a town whose point is only its county's seat: not a point of its own."""


@transaction.atomic
def import_shipped(*, by: Actor, progress: Progress | None = None, now: datetime | None = None) -> AreasImported | None:
    """Load what ships, when no area is there yet and the installation serves the prefecture that it is of.

    Returns what was imported, None when there was nothing to do, so that every start may call it.
    """
    deployment = current()
    if deployment.root_area != SERVED or deployment.code_system is not CodeSystem.PREFIX or queries.has_areas():
        return None
    divisions = with_points(read_file(DIVISIONS), _points())
    imported = import_areas(by=by, rows=divisions, file=DIVISIONS, progress=progress, now=now)
    import_outlines(by=by, collection=json.loads(OUTLINES.read_text("utf-8")), file=OUTLINES.name, now=now)
    return imported


def _points() -> Mapping[str, Point]:
    with COORDINATES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lat"] and row["match"] != PROXY]
    points = ((row["code"], read_point(float(row["lat"]), float(row["lon"]))) for row in rows)
    return {code: point for code, point in points if point}
