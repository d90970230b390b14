"""Parcels for live figures: how many went up from an area and came down to it, as sums and as the rows behind them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, When
from django.db.models.functions import Left

from terrace.kernel import clock
from terrace.kernel.actors import Actor
from terrace.kernel.db import by_length, day_of, grouped, together, within
from terrace.logistics.domain import Direction
from terrace.logistics.models import Parcel
from terrace.logistics.queries.parcels import parcels_visible_to

Spans = Iterable[tuple[date, date]]
"""Days from and to, both inclusive; several spans are asked for at once, to be compared."""
IS_UP, IS_DOWN = Q(direction=Direction.UP), Q(direction=Direction.DOWN)
OWN_PATH = Case(When(IS_UP, then=F("from_path")), default=F("to_path"))
"""The path that a parcel counts for: from where it goes up, to where it comes down."""

OWN_MOMENT = Case(When(IS_UP, then=F("sent_at")), default=F("created_at"), output_field=DateTimeField())
"""The moment that a parcel counts at: when it left, when it was announced."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many parcels went up and came down."""

    up: int
    down: int


def parcels_between(path: str, spans: Spans, direction: Direction | None = None) -> QuerySet[Parcel]:
    """Return the parcels that left the area at `path` in one of `spans`, and those announced then that come to it."""
    up = down = Q(pk__in=[])
    for first, last in spans:
        begin, end = clock.begin_of(first), clock.begin_of(last + timedelta(days=1))
        up |= Q(sent_at__gte=begin, sent_at__lt=end)
        down |= Q(created_at__gte=begin, created_at__lt=end)
    rows = Parcel.objects.filter(
        (IS_UP & up & within([path], "from_path")) | (IS_DOWN & down & within([path], "to_path"))
    )
    return rows if direction is None else rows.filter(direction=direction)


def parcels_between_visible_to(actor: Actor, path: str, spans: Spans, direction: Direction) -> QuerySet[Parcel]:
    """Return of the parcels of one direction those that the actor sees."""
    return parcels_between(path, spans, direction) & parcels_visible_to(actor)


def parcels_by_day(path: str, spans: Spans) -> dict[date, Moved]:
    """Return how many parcels left and were announced on each day; a day without any is left out."""
    return parcels_at(path, by_day=spans)[0]


def parcels_by_area(path: str, lengths: Collection[int], spans: Spans) -> dict[str, Moved]:
    """Return the same by the areas below whose paths have one of these `lengths`."""
    return parcels_at(path, by_area=spans, lengths=lengths)[1]


def parcels_at(
    path: str, *, by_day: Spans = (), by_area: Spans = (), lengths: Collection[int] = ()
) -> tuple[dict[date, Moved], dict[str, Moved]]:
    """Return both at once, each of its own spans, in one statement."""
    days = _counted(parcels_between(path, by_day), day_of(OWN_MOMENT))
    below, known = parcels_between(path, by_area), sorted(set(lengths))
    places = [_counted(below, Left(OWN_PATH, length)) for length in known]
    on_days, *in_places = together([days, *places])
    return (
        {date.fromisoformat(day): Moved(*counts) for day, *counts in on_days},
        {place: Moved(*counts) for place, counts in by_length(known, in_places).items()},
    )


def _counted(parcels: QuerySet[Parcel], key: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """Count parcels by a key: up and down."""
    return grouped(parcels, key, up=Count("pk", filter=IS_UP), down=Count("pk", filter=IS_DOWN))
