"""Counting what lies below an area, for its page and its map."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from terrace.kernel.db import LAST, within
from terrace.network.models import Area, AreaOutline, ServiceUnit


def count_areas(path: str) -> Mapping[str, int]:
    """Return how many areas of the network lie below the one at `path`, by tier."""
    below = Area.objects.filter(within([path], "path")).exclude(path=path).exclude(tier="")
    counted = below.values("tier").annotate(number=Count("code")).order_by("tier")
    return {row["tier"]: row["number"] for row in counted}


def with_counts(areas: QuerySet[Area]) -> QuerySet[Area]:
    """Give each area `unit_count`, its open units, and `area_count`, the areas of the network below it.

    Each count is one range of an index, so a page of areas costs as many ranges.
    """
    end = Concat(OuterRef("path"), Value(LAST))
    units = ServiceUnit.objects.filter(area_path__gte=OuterRef("path"), area_path__lt=end, closed_on__isnull=True)
    below = Area.objects.filter(path__gt=OuterRef("path"), path__lt=end).exclude(tier="")
    return areas.annotate(unit_count=_counted(units), area_count=_counted(below))


def outlined(areas: QuerySet[Area]) -> list[Area]:
    """Return those of `areas` that have an outline, each with it, with names and counts, by code."""
    found = with_counts(areas.filter(outline__isnull=False)).select_related("outline")
    return list(found.order_by("code"))


def outlines_for(area: Area) -> list[Area]:
    """Return what a map of `area` is drawn on: the areas below with outlines, else itself, else the nearest above."""
    below = outlined(Area.objects.filter(parent_id=area.code))
    return below or _nearest(area)


def _nearest(area: Area) -> list[Area]:
    beginnings = [area.path[:length] for length in range(1, len(area.path) + 1)]
    above = AreaOutline.objects.filter(area__path__in=beginnings).order_by("-area__path").values("area_id")[:1]
    return outlined(Area.objects.filter(code__in=Subquery(above)))


def markers_for(area: Area, tiers: Sequence[str]) -> QuerySet[ServiceUnit]:
    """Return the open units in `area` of the given tiers with `shown_latitude` and `shown_longitude`, where known."""
    units = ServiceUnit.objects.filter(within([area.path]), closed_on__isnull=True, tier__in=tiers)
    placed = units.select_related("area").annotate(
        shown_latitude=Coalesce(F("latitude"), F("area__latitude")),
        shown_longitude=Coalesce(F("longitude"), F("area__longitude")),
    )
    return placed.filter(shown_latitude__isnull=False).order_by("area_path", "id")


def _counted(rows: QuerySet[ServiceUnit] | QuerySet[Area]) -> Coalesce:
    every = rows.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(every, output_field=IntegerField()), Value(0))
