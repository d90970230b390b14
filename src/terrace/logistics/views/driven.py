"""A tour planned against driven: halt by halt, where it stood and made detours, and both lines on the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone

from terrace.http import pages, written
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.http.small_tables import Cell, Head, Small, plain
from terrace.kernel.errors import NotFound
from terrace.kernel.words import Text, _, in_language
from terrace.logistics import queries, services
from terrace.logistics.domain import Permission, TourStatus
from terrace.logistics.domain.tracking import Standstill
from terrace.logistics.models import Tour
from terrace.logistics.queries import DrivenHalt, DrivenTour
from terrace.logistics.views.tours import way_to_tours
from terrace.network import queries as network

LATE_MINUTES = 15
"""So late is worth a colour."""


@dataclass(frozen=True, slots=True)
class StoodLine:
    """A standstill as the page says it."""

    still: Standstill
    where: Text


@needs(Permission.VIEW, Permission.DRIVE)
def driven(request: Request, number: str) -> HttpResponse:
    """Show a tour planned against driven."""
    found = _tour(request, number)
    told = queries.driven_tour(found)
    names = _names([found.leaves_from, *(halt.unit_id for halt in told.halts)])
    context = {
        "title": _("Planned and driven"),
        "lead": f"{found.number} · {written.localdate(found.on, 'long')} · {found.vehicle.plate}",
        "breadcrumb": [
            way_to_tours(request.actor),
            (found.number, reverse("logistics:tour", args=[number])),
            (_("Planned and driven"), ""),
        ],
        "figures": _figures(told),
        "table": _table(found, told.halts, names),
        "detours": [names[halt.unit_id] for halt in told.halts if halt.is_detour],
        "stood": [StoodLine(one.still, _near(one.near, names)) for one in told.stood],
        "has_track": bool(told.track),
        "not_believed": told.not_believed,
        "is_whole": told.metres is not None,
        "is_home": found.status == TourStatus.FINISHED,
        "map": _map(found),
    }
    return pages.render(request, "logistics/driven.html", context)


@needs(Permission.VIEW, Permission.DRIVE)
def lines(request: Request, number: str) -> JsonResponse:
    """Answer with the way of a tour by plan, from halt to halt as the crow flies, and with the way driven."""
    found = _tour(request, number)
    way = found.way(queries.stops_of(found))
    at = services.places_of(way)
    planned = [[at[unit_id].longitude, at[unit_id].latitude] for unit_id in way if unit_id in at]
    track = [[fix.point.longitude, fix.point.latitude] for fix in queries.track_of(found)]
    features = [_line(_("Planned"), 2, planned), _line(_("Driven"), 1, track)]
    return JsonResponse({"type": "FeatureCollection", "features": [one for one in features if one]})


def _tour(request: Request, number: str) -> Tour:
    """Return a tour that has left, for who may know where it was."""
    found = queries.get_tour(request.actor, number)
    queries.require_track(request.actor, found)
    if found.started_at is None:
        raise NotFound
    return found


def _line(name: Text, tone: int, points: Sequence[Sequence[float]]) -> dict[str, object]:
    if len(points) < 2:
        return {}
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": {"name": str(name), "tone": tone, "anchor": ""},
    }


def _figures(told: DrivenTour) -> list[dict[str, object]]:
    late = [halt.late for halt in told.halts if halt.late is not None]
    on_time = sum(minutes <= LATE_MINUTES for minutes in late)
    punctual = f"{written.number(on_time)} / {written.number(len(late))}" if late else "–"
    return [
        _figure(_("Way by plan"), _kilometres(told.planned_m)),
        _figure(_("Way driven"), _kilometres(told.metres)),
        _figure(_("Stops on time"), punctual),
        _figure(_("Standstills"), written.number(len(told.stood))),
    ]


def _figure(label: Text, number: str) -> dict[str, object]:
    return {"label": label, "number": number, "unit": "", "change": "", "trend": "", "line": "", "url": ""}


def _table(found: Tour, halts: Sequence[DrivenHalt], names: dict[int, str]) -> Small:
    columns = (
        Head(_("Halt")),
        Head(_("Planned"), numeric=True),
        Head(_("Told by the driver"), numeric=True),
        Head(_("By positions"), numeric=True),
        Head(_("Late"), numeric=True, unit=_("min")),
        Head(_("Way by plan"), numeric=True, unit=_("km")),
        Head(_("Way driven"), numeric=True, unit=_("km")),
    )
    yard = plain(names[found.leaves_from], f"{found.starts_at:%H:%M}", hour(found.started_at), "", "", "", "")
    return Small(_("Halt by halt"), columns, [yard, *(_row(halt, names) for halt in halts)])


def _row(halt: DrivenHalt, names: dict[int, str]) -> list[Cell]:
    return plain(
        names[halt.unit_id],
        hour(halt.planned_at),
        hour(halt.told_at),
        hour(halt.leg.seen),
        "" if halt.late is None else f"{halt.late:+d}",
        _in_km(halt.planned_m),
        _in_km(halt.leg.metres),
    )


def _near(near: tuple[int, int] | None, names: dict[int, str]) -> Text:
    if near is None:
        return ""
    unit_id, metres = near
    return _("%(distance)s km from %(unit)s") % {"distance": _in_km(metres), "unit": names[unit_id]}


def _names(unit_ids: Iterable[int]) -> dict[int, str]:
    return {pk: in_language(unit.names) for pk, unit in network.units_by_id(set(unit_ids)).items()}


def hour(moment: datetime | None) -> str:
    """Return the hour and minute of a moment where the installation is; nothing for none."""
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""


def _in_km(metres: int | None) -> str:
    return "" if metres is None else f"{metres / 1000:.1f}"


def _kilometres(metres: int | None) -> str:
    return "–" if metres is None else str(_("%(count)s km") % {"count": _in_km(metres)})


def _map(found: Tour) -> dict[str, object]:
    area = network.units_by_id([found.unit_id])[found.unit_id].area_id
    return {
        "title": _("The way driven, and straight lines from halt to halt by plan"),
        "outlines": reverse("network:outlines", args=[area]),
        "units": reverse("network:markers", args=[area]),
        "lines": reverse("logistics:driven_lines", args=[found.number]),
        "unit": "",
    }
