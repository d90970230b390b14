"""The dispatcher's page of today: how each tour goes, the urgent ones first, on the map and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from terrace.accounts import queries as accounts
from terrace.http import pages
from terrace.http.access import needs
from terrace.http.request import Request
from terrace.kernel import clock
from terrace.kernel.deployment import current
from terrace.kernel.phones import show_phone
from terrace.kernel.quantity import Quantity, Unit
from terrace.kernel.words import Names, Text, _, in_language
from terrace.logistics import queries
from terrace.logistics.domain import Permission
from terrace.logistics.domain.live import TourStanding
from terrace.logistics.models import Stop, Tour
from terrace.logistics.queries import LiveTour, Offer, StopAhead
from terrace.logistics.views.plan_cards import TONES, kilometres
from terrace.logistics.views.plans import figure
from terrace.network import queries as network
from terrace.network.domain.places import Point
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class Ahead:
    """A stop to come as the page shows it."""

    name: str
    planned: str
    expected: datetime | None
    minutes_late: int


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A tour of today with the names that belong to it."""

    live: LiveTour
    driver: str
    phone: str
    here: str
    ahead: Sequence[Ahead]

    @property
    def number(self) -> str:
        """The driver's phone as people write it, "" for none."""
        return show_phone(self.phone, current().region)

    @property
    def next(self) -> Ahead | None:
        """The next stop."""
        return self.ahead[0] if self.ahead else None

    @property
    def state(self) -> Text:
        """How it goes, in words."""
        if self.live.standing in (TourStanding.LATE, TourStanding.NOT_BEGUN):
            return _("%(state)s: %(late)s") % {"state": self.live.standing.label, "late": duration(self.live.late)}
        return self.live.standing.label


@dataclass(frozen=True, slots=True)
class Fetch:
    """A tour that could fetch something, as its button says it."""

    tour: Tour
    label: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at a unit and rides on no tour, with the tours that could fetch it."""

    name: str
    number: str
    codes: str
    things: int
    weight: Quantity
    offers: Sequence[Fetch]


@needs(Permission.DISPATCH)
def live(request: Request) -> HttpResponse:
    """Show how the tours of today go; the page renews itself."""
    found = queries.live_tours(request.actor, clock.now())
    url = reverse("logistics:live")
    context = {
        "title": _("Today's tours"),
        "lead": _("How each tour goes, those first that need you. The page renews itself every half minute."),
        "breadcrumb": [(_("Tours"), reverse("logistics:tours")), (_("Today's tours"), "")],
        "figures": _figures(found),
        "cards": cards_of(found),
        "pick_ups": _waiting(found),
        "map": _map(request) if found else None,
        "url": url,
        "told_at": clock.now(),
    }
    return pages.render(request, "logistics/live.html", context)


@needs(Permission.DISPATCH)
def lines(request: Request) -> JsonResponse:
    """Answer with what is left of each open tour as GeoJSON lines: from where it is over its stops home."""
    found = [one for one in queries.live_tours(request.actor, clock.now()) if one.standing.is_open]
    units = _units(found)
    features = []
    for place, one in enumerate(found):
        points = [[point.longitude, point.latitude] for point in way_left(one, units)]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": points},
                "properties": {
                    "name": one.tour.vehicle.plate,
                    "tone": place % TONES + 1,
                    "anchor": f"tour-{one.tour.number}",
                },
            }
        )
    return JsonResponse({"type": "FeatureCollection", "features": features})


def way_left(one: LiveTour, units: Mapping[int, ServiceUnit]) -> list[Point]:
    """Return where a tour is, the stops that it still comes to, and its yard, as far as they are on the map."""
    reached = [stop for stop in one.stops if stop.arrived_at]
    begins = units[reached[-1].unit_id if reached else one.tour.leaves_from].point
    coming = [units[stop.stop.unit_id].point for stop in one.ahead]
    places = [one.seen.point if one.seen else begins, *coming, units[one.tour.comes_home_to].point]
    return [place for place in places if place]


def cards_of(found: Sequence[LiveTour]) -> list[LiveCard]:
    """Return tours with the names of their drivers and stops."""
    units, people = _units(found), accounts.people_by_id({one.tour.driver_id for one in found})
    return [
        LiveCard(
            one,
            driver=accounts.name_of(people[one.tour.driver_id]),
            phone=people[one.tour.driver_id].phone or "",
            here=_name(units, one.here) if one.here else "",
            ahead=[_ahead(units, stop) for stop in one.ahead],
        )
        for one in found
    ]


def _waiting(found: Sequence[LiveTour]) -> list[Waiting]:
    """Return what could still be fetched today, at its units."""
    rows = queries.pick_ups(found)
    units = network.units_by_id({row.unit_id for row in rows})
    return [
        Waiting(
            in_language(units[row.unit_id].names),
            units[row.unit_id].number,
            " ".join(row.codes),
            len(row.codes),
            Quantity(row.grams, Unit.KILOGRAM),
            [Fetch(offer.tour, _says(offer)) for offer in row.offers],
        )
        for row in rows
    ]


def _says(offer: Offer) -> str:
    """Return which vehicle could come by, and how much longer its way gets."""
    plate = offer.tour.vehicle.plate
    if offer.place.stop:
        return _("%(vehicle)s comes by anyway") % {"vehicle": plate}
    return _("%(vehicle)s, %(way)s more") % {"vehicle": plate, "way": kilometres(offer.place.extra_m)}


def minutes(late: timedelta) -> int:
    """Return whole minutes."""
    return round(late.total_seconds() / 60)


def duration(late: timedelta) -> Text:
    """Return a duration in words, to the minute."""
    hours, rest = divmod(minutes(late), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def _ahead(units: Mapping[int, ServiceUnit], ahead: StopAhead) -> Ahead:
    planned = f"{ahead.stop.planned_at:%H:%M}" if ahead.stop.planned_at else ""
    late = minutes(ahead.late) if ahead.late is not None else 0
    return Ahead(_name(units, ahead.stop), planned, ahead.expected, late)


def _units(found: Sequence[LiveTour]) -> Mapping[int, ServiceUnit]:
    return network.units_by_id(_unit_ids(found))


def _unit_ids(found: Sequence[LiveTour]) -> Iterator[int]:
    for one in found:
        yield from one.tour.way(one.stops)


def _name(units: Mapping[int, ServiceUnit], stop: Stop) -> str:
    names: Names = units[stop.unit_id].names
    return in_language(names)


def _figures(found: Sequence[LiveTour]) -> list[dict[str, object]]:
    needing = sum(one.standing.rank < TourStanding.ON_TIME.rank for one in found)
    reached, stops = sum(one.done for one in found), sum(len(one.stops) for one in found)
    home = sum(one.standing is TourStanding.HOME for one in found)
    return [
        figure(_("Tours"), str(len(found))),
        figure(_("Need you"), str(needing)),
        figure(_("Stops reached"), f"{reached} / {stops}"),
        figure(_("Home again"), str(home)),
    ]


def _map(request: Request) -> dict[str, object]:
    area = network.home_area(request.actor).code
    return {
        "title": _("What is still to be driven"),
        "outlines": reverse("network:outlines", args=[area]),
        "units": reverse("network:markers", args=[area]),
        "lines": reverse("logistics:live_lines"),
        "unit": "",
    }
