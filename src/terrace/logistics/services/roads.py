"""The roads of a day between units, for whoever plans."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction

from terrace.http import written
from terrace.kernel import clock
from terrace.kernel.errors import Invalid
from terrace.kernel.words import _, in_language
from terrace.logistics import queries
from terrace.logistics.domain.roads import (
    Circle,
    Condition,
    DayRoads,
    NoDistances,
    Placed,
    RoadSource,
    Tables,
    by_air,
    with_conditions,
)
from terrace.logistics.engines.by_osrm import ByOsrm
from terrace.logistics.models import RoadCondition, RoadMatrix, RoadNetwork
from terrace.logistics.models.roads import packed
from terrace.network import queries as network
from terrace.network.domain.places import Point
from terrace.network.models import ServiceUnit


class Distances(Protocol):
    """Where distances can be had from."""

    @property
    def source(self) -> RoadSource:
        """Which source it is."""

    @property
    def stands_for(self) -> object:
        """What its answers hang on beside the places, as JSON: an address, a version."""

    def measure(self, places: Sequence[Placed]) -> Tables:
        """Return metres and seconds between places. Raises `NoDistances`."""


@dataclass(frozen=True, slots=True)
class ByAir:
    """Great circles, made longer as townships say. It always answers."""

    source: RoadSource = RoadSource.AIR
    stands_for: object = None

    def measure(self, places: Sequence[Placed]) -> Tables:
        """Return metres and seconds between places."""
        return by_air(places)


@dataclass(frozen=True, slots=True)
class ByNetwork:
    """The roads that a centre uploaded, without those that are closed near a place."""

    row: RoadNetwork
    held: tuple[Condition, ...]
    source: RoadSource = RoadSource.NETWORK

    @property
    def stands_for(self) -> object:
        """The network, and what is closed or slow within circles: it changes which edges there are."""
        return [self.row.pk, [asdict(one) for one in self.held if isinstance(one.where, Circle)]]

    def measure(self, places: Sequence[Placed]) -> Tables:
        """Return metres and seconds of the fastest ways."""
        return self.row.graph.with_circles(self.held).between(places)


@dataclass(frozen=True, slots=True)
class Found:
    """Tables of a centre as they are kept: their places in order, from where and when, and why from no better one."""

    places: tuple[int, ...]
    tables: Tables
    source: RoadSource
    made_at: datetime
    told: str


def roads_between(*, unit: ServiceUnit, unit_ids: Sequence[int], on: date, now: datetime | None = None) -> DayRoads:
    """Return the roads between a centre and units on a day, in the order of `unit_ids`.

    From the best source that answers; what is closed or slow that day is put on. The tables are kept, and used again
    while places, source and factors are the same and they are not older than a setting.
    Raises `Invalid` at `unit` for a unit that is nowhere on the map.
    """
    moment, detours = now or clock.now(), queries.detours_at(unit.area_path)
    asked = queries.placed(unit_ids, detours)
    _require_placed(unit_ids, asked)
    known = {**queries.placed_below(unit, detours), **asked}
    held = queries.conditions_on(unit, on)
    rules = _as_rules(held)
    found = _found(unit, known, rules, moment)
    row_of = {pk: row for row, pk in enumerate(found.places)}
    places = [known[pk] for pk in unit_ids]
    rows, left = [row_of[pk] for pk in unit_ids], _left_to_put_on(rules, found.source)
    tables = with_conditions(found.tables.of(rows), places, left)
    hindered = tuple(row.hindrance for row in held)
    return DayRoads(tuple(unit_ids), found.source, found.made_at, tables.matrix(), hindered, found.told)


def places_of(unit_ids: Sequence[int]) -> dict[int, Point]:
    """Return where units lie, by their ids: at their own point, else at their area's. Those of no known place lack."""
    return {pk: place.point for pk, place in queries.placed(unit_ids).items()}


def sources_for(unit: ServiceUnit, held: Sequence[Condition]) -> list[Distances]:
    """Return from where a centre's distances can be had, the best first; the last always answers."""
    url, network_row = settings.ENV.osrm_url, queries.network_of(unit)
    by_network = [ByNetwork(network_row, tuple(held))] if network_row else []
    return [*([ByOsrm(url)] if url else []), *by_network, ByAir()]


def _require_placed(unit_ids: Sequence[int], asked: dict[int, Placed]) -> None:
    lost = [unit_id for unit_id in unit_ids if unit_id not in asked]
    if lost:
        name = in_language(network.units_by_id(lost[:1])[lost[0]].names)
        raise Invalid(_("Nobody has said where %(unit)s lies.") % {"unit": name}, field="unit")


def _left_to_put_on(rules: Sequence[Condition], source: RoadSource) -> list[Condition]:
    """Return what is still to be put on tables: through a network, circles have closed its edges already."""
    return [one for one in rules if source is not RoadSource.NETWORK or not isinstance(one.where, Circle)]


def _as_rules(rows: Sequence[RoadCondition]) -> list[Condition]:
    return [row.condition for row in rows]


def _found(unit: ServiceUnit, known: dict[int, Placed], held: Sequence[Condition], now: datetime) -> Found:
    """Return tables of all known places: kept ones, else measured by the best source that answers."""
    places, failures = tuple(sorted(known)), list[str]()
    youngest = now - timedelta(days=settings.ENV.roads_days)
    for source in sources_for(unit, held):
        fingerprint = _fingerprint(source, places, known)
        kept = RoadMatrix.objects.filter(unit=unit, fingerprint=fingerprint).first()
        told = " ".join(failures)[:300]
        if kept is not None and youngest <= kept.made_at and kept.told == told:
            return Found(tuple(kept.places), kept.kept, source.source, kept.made_at, told)
        try:
            tables = source.measure([known[pk] for pk in places])
        except NoDistances as failure:
            if kept is not None:
                old = _("%(why)s Its distances of %(day)s are used.")
                told = str(old % {"why": failure, "day": written.localdate(clock.today(kept.made_at))})
                return Found(tuple(kept.places), kept.kept, source.source, kept.made_at, told[:300])
            failures.append(str(failure))
            continue
        _keep(unit, fingerprint, Found(places, tables, source.source, now, told), youngest)
        return Found(places, tables, source.source, now, told)
    raise RuntimeError("the last source of distances always answers")


@transaction.atomic
def _keep(unit: ServiceUnit, fingerprint: str, found: Found, youngest: datetime) -> None:
    """Keep tables for the next who asks, and let go of those that are too old for anybody."""
    RoadMatrix.objects.update_or_create(
        unit=unit,
        fingerprint=fingerprint,
        defaults={
            "places": list(found.places),
            "source": found.source.value,
            "told": found.told,
            "made_at": found.made_at,
            "tables": packed(found.tables),
            "area_path": unit.area_path,
            "county_code": network.place(unit.area_id).county_code,
        },
    )
    RoadMatrix.objects.filter(unit=unit, made_at__lt=youngest).exclude(fingerprint=fingerprint).delete()


def _fingerprint(source: Distances, places: Sequence[int], known: dict[int, Placed]) -> str:
    """Return what tables hang on, in short: the source and what it hangs on, each place, and the ways around there."""
    described = [[pk, asdict(known[pk].point), asdict(known[pk].detour)] for pk in places]
    said = json.dumps([source.source.value, source.stands_for, described], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
