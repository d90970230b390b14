"""Learning from drives how roads are, by a job that knows where vehicles were."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction

from terrace.audit import services as audit
from terrace.kernel import clock
from terrace.kernel.actors import SYSTEM
from terrace.logistics import queries
from terrace.logistics.domain import TourStatus
from terrace.logistics.domain.roads import Leg, Placed, learn_detours
from terrace.logistics.models import DetourFactor, Tour
from terrace.logistics.queries import placed
from terrace.network import queries as network
from terrace.network.models import ServiceUnit


@dataclass(frozen=True, slots=True)
class DrivenLeg:
    """A drive from one unit to another without a stop between: metres and seconds on the road."""

    from_unit_id: int
    to_unit_id: int
    metres: int
    seconds: int


@transaction.atomic
def learn_from_legs(*, centre: ServiceUnit, legs: Sequence[DrivenLeg], now: datetime | None = None) -> int:
    """Learn from all drives of the last time how roads of a centre's townships are; return of how many townships.

    What they say replaces what was known; a township with few drives keeps what it has. Safe to repeat.
    """
    places = placed({pk for leg in legs for pk in (leg.from_unit_id, leg.to_unit_id)})
    townships = {area.path: area for area in network.children_of(centre.area_id)}
    known = [_leg(leg, places, townships) for leg in legs if {leg.from_unit_id, leg.to_unit_id} <= places.keys()]
    learned = learn_detours(known)
    for path, found in learned.items():
        area = townships[path]
        told = {"percent": found.detour.percent, "kmh": found.detour.kmh, "drives": found.drives}
        where = {"area_path": path, "county_code": area.county_code}
        DetourFactor.objects.update_or_create(area=area, defaults={**told, **where, "learned_at": now or clock.now()})
    if learned:
        details = {path: found.detour.percent for path, found in learned.items()}
        act = "logistics.learn_detours"
        audit.record(by=SYSTEM, act=act, subject=centre, area_path=centre.area_path, details=details)
    return len(learned)


def learn_from_positions(*, now: datetime | None = None) -> int:
    """Let each centre learn from the drives of which positions are kept; return of how many townships.

    A leg counts where positions tell of its whole way; where vehicles came and left is by positions too, else as
    drivers told it. Each centre is done in a transaction of its own. Safe to repeat: medians of the same drives.
    """
    moment = now or clock.now()
    since = moment - timedelta(days=settings.ENV.position_days)
    tours = Tour.objects.filter(status=TourStatus.FINISHED, started_at__gte=since).order_by("unit_id", "pk")
    learned = 0
    for unit_id, driven in groupby(tours, key=lambda tour: tour.unit_id):
        legs = [DrivenLeg(*leg) for tour in driven for leg in queries.legs_of(tour)]
        centre = network.units_by_id([unit_id])[unit_id]
        learned += learn_from_legs(centre=centre, legs=legs, now=moment) if legs else 0
    return learned


def _leg(leg: DrivenLeg, places: dict[int, Placed], townships: Collection[str]) -> Leg:
    ends = [places[leg.from_unit_id], places[leg.to_unit_id]]
    around = frozenset(path for path in townships for place in ends if place.path.startswith(path))
    return Leg(ends[0].point, ends[1].point, around, leg.metres, leg.seconds)
